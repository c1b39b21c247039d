"""How others see you."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from msgspec import UNSET, UnsetType

from gazouillis.accounts import pictures
from gazouillis.accounts.models import Account
from gazouillis.accounts.pictures import Picture
from gazouillis.accounts.profile import MOST_FIELDS, ProfileChange, change_profile
from gazouillis.infra.errors import Invalid
from gazouillis.infra.lazy import lazily
from gazouillis.infra.messages import _
from gazouillis.web.visit import AnyRequest, Form, form_of, go, site_of, visit

if TYPE_CHECKING:
    from gazouillis.infra import images
else:
    # With Pillow behind it: most days nobody changes their picture.
    images = lazily("gazouillis.infra.images")

NUMBERS = range(1, MOST_FIELDS + 1)
TICKS = ("is_bot", "is_locked", "is_discoverable", "hides_collections")

Cut = Callable[[bytes], Awaitable[bytes]]


@get("/settings")
async def settings(request: AnyRequest) -> Response[Any]:
    return go("/settings/profile", request)


@get("/settings/profile")
async def show(request: AnyRequest) -> Response[Any]:
    async with visit(request) as visiting:
        return await visiting.show("settings_profile.html", form=_filled(visiting.member), errors={})


@post("/settings/profile")
async def save(request: AnyRequest) -> Response[Any]:
    async with visit(request) as visiting:
        account, language = visiting.member, visiting.language
    site, form = site_of(request), await form_of(request)
    try:
        sent = {name: await _sent(request, name, cut) for name, cut in (("avatar", images.avatar), ("header", images.header))}
        async with site.db.write() as tx:
            await change_profile(tx, account, _change(form, sent), base_url=site.settings.base_url)
            await pictures.keep(tx, site.blobs, filter(None, sent.values()))
    except Invalid as problem:
        async with visit(request) as visiting:
            return await visiting.show("settings_profile.html", status_code=422, form=form, errors=visiting.errors(problem))
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


async def _sent(request: AnyRequest, name: str, cut: Cut) -> Picture | None:
    """A browser sends an empty file for none."""
    sent = (await request.form()).get(name)
    content = await sent.read() if isinstance(sent, UploadFile) else b""
    return pictures.picture(await cut(content)) if content else None


def _key(form: Form, sent: Mapping[str, Picture | None], name: str) -> str | UnsetType:
    if chosen := sent[name]:
        return chosen.key
    return "" if f"remove_{name}" in form else UNSET


routes = [settings, show, save]
