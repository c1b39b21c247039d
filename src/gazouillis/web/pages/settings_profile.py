"""How others see you."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from litestar import Response, get, post
from msgspec import UNSET, UnsetType

from gazouillis.accounts import pictures
from gazouillis.accounts.models import Account
from gazouillis.accounts.pictures import Picture
from gazouillis.accounts.profile import MOST_FIELDS, ProfileChange, change_profile
from gazouillis.infra import request_sizes
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.lazy import lazily
from gazouillis.infra.basics.messages import _
from gazouillis.infra.http.request_bodies import TAKES_PICTURES, Upload
from gazouillis.web.request_context import AnyRequest, Form, fields_of, go, request_context, site_of, texts

if TYPE_CHECKING:
    from gazouillis.infra.files import images
else:
    # With Pillow behind it: most days nobody changes their picture.
    images = lazily("gazouillis.infra.files.images")

NUMBERS = range(1, MOST_FIELDS + 1)
TICKS = ("is_bot", "is_locked", "is_discoverable", "hides_collections")

Cut = Callable[[bytes], Awaitable[bytes]]
Files = Mapping[str, Upload]


@get("/settings")
async def settings(request: AnyRequest) -> Response[Any]:
    return go("/settings/profile", request)


@get("/settings/profile")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        return await context.show("settings_profile.html", form=_filled(context.member), errors={})


@post("/settings/profile", opt=TAKES_PICTURES, request_max_body_size=request_sizes.UPLOAD)
async def save(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        account, language = context.member, context.language
    site, fields = site_of(request), await fields_of(request)
    form, files = texts(fields), {name: value for name, value in fields if isinstance(value, Upload)}
    try:
        cuts = (("avatar", images.avatar), ("header", images.header))
        sent = {name: await _sent(files.get(name), cut) for name, cut in cuts}
        async with site.db.write() as tx:
            await change_profile(tx, account, _change(form, sent), base_url=site.settings.base_url)
            await pictures.store(tx, site.blobs, filter(None, sent.values()))
    except Invalid as problem:
        async with request_context(request) as context:
            return await context.show("settings_profile.html", status_code=422, form=form, errors=context.errors(problem))
    return go("/settings/profile", request, flash=_("Your profile is saved."), language=language)


def _filled(account: Account) -> Form:
    form = {name: getattr(account, name) for name in ("display_name", "note", "location", "language")}
    for number, field in zip(NUMBERS, account.fields, strict=False):
        form |= {f"field_name_{number}": field.name, f"field_value_{number}": field.value}
    return form | {name: "1" for name in TICKS if getattr(account, name)}


def _change(form: Form, sent: Mapping[str, Picture | None]) -> ProfileChange:
    return ProfileChange(
        display_name=form.get("display_name", ""),
        note=form.get("note", ""),
        location=form.get("location", ""),
        language=form.get("language", ""),
        fields=[(form.get(f"field_name_{number}", ""), form.get(f"field_value_{number}", "")) for number in NUMBERS],
        avatar=_key(form, sent, "avatar"),
        header=_key(form, sent, "header"),
        is_bot="is_bot" in form,
        is_locked="is_locked" in form,
        is_discoverable="is_discoverable" in form,
        hides_collections="hides_collections" in form,
    )


async def _sent(file: Upload | None, cut: Cut) -> Picture | None:
    """A browser sends an empty file for none."""
    return pictures.picture(await cut(file.content)) if file and file.content else None


def _key(form: Form, sent: Mapping[str, Picture | None], name: str) -> str | UnsetType:
    if chosen := sent[name]:
        return chosen.key
    return "" if f"remove_{name}" in form else UNSET


routes = [settings, show, save]
