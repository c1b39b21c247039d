"""Profile settings: name, note, location, fields, avatar and header of the account."""

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
from gazouillis.infra.basics.errors import Invalid, Problem
from gazouillis.infra.basics.lazy import lazily
from gazouillis.infra.basics.messages import _
from gazouillis.infra.http.request_bodies import TAKES_PICTURES, Upload
from gazouillis.web.headers import content_security_policy
from gazouillis.web.request_context import AnyRequest, Form, RequestContext, fields_of, redirect, request_context, site_of, text_fields
from gazouillis.web.unsent import restorable

if TYPE_CHECKING:
    from gazouillis.infra.files import images
else:
    # It imports Pillow, which is loaded only when somebody uploads a picture.
    images = lazily("gazouillis.infra.files.images")

NUMBERS = range(1, MOST_FIELDS + 1)
CHECKBOXES = ("is_bot", "is_locked", "is_discoverable", "hides_collections")

Resize = Callable[[bytes], Awaitable[bytes]]
Files = Mapping[str, Upload]


@get("/settings")
async def settings(request: AnyRequest) -> Response[Any]:
    return redirect("/settings/profile", request)


@get("/settings/profile")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        return await _show(context, _form(context.member))


@post("/settings/profile", opt=TAKES_PICTURES | restorable("profile"), request_max_body_size=request_sizes.UPLOAD)
async def save(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        account, language = context.member, context.language
    site, fields = site_of(request), await fields_of(request)
    form, files = text_fields(fields), {name: value for name, value in fields if isinstance(value, Upload)}
    try:
        resizers = (("avatar", images.avatar), ("header", images.header))
        uploaded = {name: await _uploaded(files.get(name), resize) for name, resize in resizers}
        async with site.db.write() as tx:
            await change_profile(tx, account, _change(form, uploaded), base_url=site.settings.base_url)
            await pictures.store(tx, site.blobs, filter(None, uploaded.values()))
    except Invalid as problem:
        async with request_context(request) as context:
            return await show_again(context, form, problem)
    return redirect("/settings/profile", request, flash=_("Your profile is saved."), language=language)


async def show_again(context: RequestContext, form: Form, problem: Problem | None) -> Response[Any]:
    context.require_member()
    return await _show(context, form, context.errors(problem))


async def _show(context: RequestContext, form: Form, errors: Form | None = None) -> Response[Any]:
    """Pictures that were chosen but not sent yet are shown from the memory of the browser (`blob:`)."""
    most = request_sizes.FILE // 1024**2
    status_code = 422 if errors else 200
    response = await context.render("settings_profile.html", status_code=status_code, form=form, errors=errors or {}, most=most)
    response.headers["Content-Security-Policy"] = content_security_policy(img_src="'self' blob:")
    return response


def _form(account: Account) -> Form:
    form = {name: getattr(account, name) for name in ("display_name", "note", "location", "language")}
    for number, field in zip(NUMBERS, account.fields, strict=False):
        form |= {f"field_name_{number}": field.name, f"field_value_{number}": field.value}
    return form | {name: "1" for name in CHECKBOXES if getattr(account, name)}


def _change(form: Form, uploaded: Mapping[str, Picture | None]) -> ProfileChange:
    return ProfileChange(
        display_name=form.get("display_name", ""),
        note=form.get("note", ""),
        location=form.get("location", ""),
        language=form.get("language", ""),
        fields=[(form.get(f"field_name_{number}", ""), form.get(f"field_value_{number}", "")) for number in NUMBERS],
        avatar=_key(form, uploaded, "avatar"),
        header=_key(form, uploaded, "header"),
        is_bot="is_bot" in form,
        is_locked="is_locked" in form,
        is_discoverable="is_discoverable" in form,
        hides_collections="hides_collections" in form,
    )


async def _uploaded(file: Upload | None, resize: Resize) -> Picture | None:
    """None also for an empty file, which browsers send when no file is chosen."""
    return pictures.picture(await resize(file.content)) if file and file.content else None


def _key(form: Form, uploaded: Mapping[str, Picture | None], name: str) -> str | UnsetType:
    """The picture's new key; empty to remove it, UNSET to leave it."""
    if chosen := uploaded[name]:
        return chosen.key
    return "" if f"remove_{name}" in form else UNSET


routes = [settings, show, save]
