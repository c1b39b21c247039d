"""https://docs.joinmastodon.org/entities/Account/"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import UNSET, UnsetType

from gazouillis.accounts import models, urls
from gazouillis.api.entities.moments import day, midnight, moment_or_none


class Field(msgspec.Struct, frozen=True):
    name: str
    value: str
    verified_at: str | None


class Account(msgspec.Struct, frozen=True):
    id: str
    username: str
    acct: str
    display_name: str
    note: str
    url: str
    uri: str
    avatar: str
    avatar_static: str
    header: str
    header_static: str
    fields: list[Field]
    created_at: str
    last_status_at: str | None
    locked: bool
    bot: bool
    discoverable: bool
    indexable: bool
    noindex: bool
    statuses_count: int
    followers_count: int
    following_count: int
    hide_collections: bool
    group: bool = False
    suspended: bool | UnsetType = UNSET
    emojis: tuple[()] = ()
    roles: tuple[()] = ()
    moved: None = None


class MutedAccount(Account, frozen=True, kw_only=True):
    """https://docs.joinmastodon.org/entities/MutedAccount/"""

    mute_expires_at: str | None


class PartialAccount(msgspec.Struct, frozen=True):
    """https://docs.joinmastodon.org/methods/grouped_notifications/#PartialAccountWithAvatar"""

    id: str
    acct: str
    url: str
    avatar: str
    avatar_static: str
    locked: bool
    bot: bool


def partial_account(base_url: str, one: models.Account) -> PartialAccount:
    members = _members(base_url, one)
    return PartialAccount(**{name: members[name] for name in PartialAccount.__struct_fields__})


def account(base_url: str, one: models.Account) -> Account:
    return Account(**_members(base_url, one))


def muted_account(base_url: str, one: models.Account, expires_at: datetime | None) -> MutedAccount:
    return MutedAccount(**_members(base_url, one), mute_expires_at=moment_or_none(expires_at))


def plain_fields(one: models.Account) -> list[Field]:
    """The profile fields as typed, without HTML."""
    return [Field(field.name, field.value, moment_or_none(field.verified_at)) for field in one.fields]


def _members(base_url: str, one: models.Account) -> dict[str, Any]:
    """All members of the entity. A suspended account keeps only its user name."""
    is_suspended = one.suspended_at is not None
    acct = quote(one.acct, safe="@")
    avatar = _picture(base_url, "avatars", "" if is_suspended else one.avatar, acct)
    header = _picture(base_url, "headers", "" if is_suspended else one.header, acct)
    return {
        "id": str(one.id),
        "username": one.username,
        "acct": one.acct,
        "display_name": "" if is_suspended else one.name,
        "note": "" if is_suspended else one.note_html,
        "url": urls.page(base_url, one),
        "uri": urls.uri(base_url, one),
        "avatar": avatar,
        "avatar_static": avatar,
        "header": header,
        "header_static": header,
        "fields": [] if is_suspended else [Field(field.name, field.value_html, moment_or_none(field.verified_at)) for field in one.fields],
        "created_at": midnight(one.created_at),
        "last_status_at": day(one.last_status_at),
        "locked": one.is_locked,
        "bot": one.is_bot,
        "discoverable": one.is_discoverable,
        "indexable": one.is_discoverable,
        "noindex": not one.is_discoverable,
        "hide_collections": one.hides_collections,
        "statuses_count": one.statuses_count,
        "followers_count": one.followers_count,
        "following_count": one.following_count,
        "suspended": True if is_suspended else UNSET,
    }


def _picture(base_url: str, folder: str, chosen: str, acct: str) -> str:
    """URL of the chosen picture, or of the default drawn from the handle: a PNG, for apps that cannot show SVG."""
    if "://" in chosen:
        return chosen
    return f"{base_url}/media/{chosen}" if chosen else f"{base_url}/{folder}/{acct}.png"
