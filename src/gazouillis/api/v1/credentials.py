"""The caller's own account: profile and pictures. https://docs.joinmastodon.org/methods/accounts/#verify_credentials"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Response, delete, get, patch

from gazouillis.accounts import pictures
from gazouillis.accounts.models import Account, Preferences, User
from gazouillis.accounts.pictures import Picture, picture
from gazouillis.accounts.preferences import change_preferences
from gazouillis.accounts.profile import ProfileChange, change_profile
from gazouillis.api.bind import bind, fields_sent_as
from gazouillis.api.caller import authorised
from gazouillis.api.entities.credential_account import CredentialAccount, credential_account
from gazouillis.api.request import AnyRequest, site
from gazouillis.graph import queries as graph
from gazouillis.infra import request_sizes
from gazouillis.infra.basics.lazy import lazily
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.infra.database.transactions import Reader
from gazouillis.infra.http.request_bodies import TAKES_PICTURES, Upload

if TYPE_CHECKING:
    from gazouillis.infra.files import images
else:
    # It imports Pillow, which only changes of a picture need.
    images = lazily("gazouillis.infra.files.images")


SENT_AS = {"default_visibility": "source.privacy", "default_language": "source.language", "fields": "fields_attributes"}
"""The fields of this request, by their names in `accounts/`."""


class FieldForm(msgspec.Struct, frozen=True):
    name: str = ""
    value: str = ""


class SourceForm(msgspec.Struct, frozen=True):
    privacy: str | None = None
    sensitive: bool | None = None
    language: str | None = None
    holds_strangers: bool | None = None
    """Of our own: whether replies of strangers wait until they are accepted."""

    def chosen(self, before: Preferences) -> Preferences:
        given = {
            "default_visibility": self.privacy,
            "default_sensitive": self.sensitive,
            "default_language": self.language,
            "holds_strangers": self.holds_strangers,
        }
        return msgspec.structs.replace(before, **{name: value for name, value in given.items() if value is not None})


class ProfileForm(msgspec.Struct, frozen=True):
    display_name: str | None = None
    note: str | None = None
    location: str | None = None
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    hide_collections: bool | None = None
    avatar: Upload | None = None
    header: Upload | None = None
    fields_attributes: list[FieldForm] | None = None
    source: SourceForm | None = None

    async def pictures(self) -> dict[str, Picture]:
        """The uploaded pictures by field name, cropped and resized."""
        converters = {"avatar": (self.avatar, images.avatar), "header": (self.header, images.header)}
        return {name: picture(await convert(file.content)) for name, (file, convert) in converters.items() if file}

    def change(self, uploaded: Mapping[str, Picture]) -> ProfileChange:
        given: dict[str, Any] = {
            "display_name": self.display_name,
            "note": self.note,
            "location": self.location,
            "is_locked": self.locked,
            "is_bot": self.bot,
            "is_discoverable": self.discoverable,
            "hides_collections": self.hide_collections,
            **{name: one.key for name, one in uploaded.items()},
            "fields": None if self.fields_attributes is None else [(one.name, one.value) for one in self.fields_attributes],
        }
        return ProfileChange(**{name: value for name, value in given.items() if value is not None})


@get("/api/v1/accounts/verify_credentials", opt=CACHEABLE)
async def verify(request: AnyRequest) -> Response[CredentialAccount]:
    caller = await authorised(request, "read:accounts", "profile")
    async with site(request).db.read() as reader:
        return await _own(request, reader, caller.account, await caller.user(reader))


@patch("/api/v1/accounts/update_credentials", opt=TAKES_PICTURES, request_max_body_size=request_sizes.UPLOAD)
async def update(request: AnyRequest) -> Response[CredentialAccount]:
    caller, form = await authorised(request, "write:accounts"), await bind(request, ProfileForm)
    own_site = site(request)
    uploaded = await form.pictures()
    async with own_site.db.write() as tx:
        user = await caller.user(tx)
        with fields_sent_as(SENT_AS):
            if form.source:
                user = await change_preferences(tx, user, form.source.chosen(user.preferences))
            account = await change_profile(tx, caller.account, form.change(uploaded), base_url=own_site.settings.base_url)
        await pictures.store(tx, own_site.blobs, uploaded.values())
        return await _own(request, tx, account, user)


@delete("/api/v1/profile/avatar", status_code=200)
async def remove_avatar(request: AnyRequest) -> Response[CredentialAccount]:
    return await _change(request, ProfileChange(avatar=""))


@delete("/api/v1/profile/header", status_code=200)
async def remove_header(request: AnyRequest) -> Response[CredentialAccount]:
    return await _change(request, ProfileChange(header=""))


async def _change(request: AnyRequest, change: ProfileChange) -> Response[CredentialAccount]:
    caller, own_site = await authorised(request, "write:accounts"), site(request)
    async with own_site.db.write() as tx:
        changed = await change_profile(tx, caller.account, change, base_url=own_site.settings.base_url)
        return await _own(request, tx, changed, await caller.user(tx))


async def _own(request: AnyRequest, reader: Reader, account: Account, user: User) -> Response[CredentialAccount]:
    waiting = await graph.requests_count(reader, account.id)
    return Response(credential_account(site(request).settings.base_url, account, user, waiting))


routes = [verify, update, remove_avatar, remove_header]
