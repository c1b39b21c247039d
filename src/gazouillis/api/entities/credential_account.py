"""https://docs.joinmastodon.org/entities/Account/#CredentialAccount"""

from __future__ import annotations

import msgspec

from gazouillis.accounts import models
from gazouillis.accounts.models import Role as Rank
from gazouillis.accounts.models import User
from gazouillis.api.entities.account import Account, Field, account, plain_fields


class Source(msgspec.Struct, frozen=True):
    """The profile as typed, and the preferences."""

    note: str
    fields: list[Field]
    privacy: str
    sensitive: bool
    language: str | None
    follow_requests_count: int
    discoverable: bool
    indexable: bool
    hide_collections: bool
    holds_strangers: bool
    """Of our own: whether replies of strangers wait until they are accepted."""
    attribution_domains: tuple[()] = ()
    quote_policy: str = "nobody"


class Role(msgspec.Struct, frozen=True):
    """https://docs.joinmastodon.org/entities/Role/"""

    id: str
    name: str
    highlighted: bool
    color: str = ""
    permissions: str = "0"
    """Mastodon's moderation endpoints are not here: moderators work in the browser."""


class CredentialAccount(Account, frozen=True, kw_only=True):
    source: Source
    role: Role


_IDS = {Rank.OWNER: "3", Rank.ADMIN: "2", Rank.MODERATOR: "1", Rank.MEMBER: "-99"}


def credential_account(base_url: str, one: models.Account, user: User, follow_requests_count: int) -> CredentialAccount:
    shown = account(base_url, one)
    return CredentialAccount(
        **{name: getattr(shown, name) for name in Account.__struct_fields__},
        source=Source(
            note=one.note,
            fields=plain_fields(one),
            privacy=user.preferences.default_visibility,
            sensitive=user.preferences.default_sensitive,
            language=user.preferences.default_language or None,
            follow_requests_count=follow_requests_count,
            discoverable=one.is_discoverable,
            indexable=one.is_discoverable,
            hide_collections=one.hides_collections,
            holds_strangers=user.preferences.holds_strangers,
        ),
        role=_role(user.role),
    )


def _role(rank: Rank) -> Role:
    is_member = rank is Rank.MEMBER
    return Role(_IDS[rank], "" if is_member else rank.value.title(), highlighted=not is_member)
