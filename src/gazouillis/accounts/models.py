"""Who exists: accounts, local or remote, and the people who can sign in here."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from gazouillis.infra.basics.ids import AccountId
from gazouillis.text.blank import is_blank


class ProfileField(msgspec.Struct, frozen=True, gc=False):
    name: str
    value: str
    value_html: str
    verified_at: datetime | None = None


class Account(msgspec.Struct, frozen=True, gc=False):
    """A person or bot, local or remote. `domain` is empty for those who live here."""

    id: AccountId
    username: str
    domain: str
    display_name: str
    note: str
    note_html: str
    location: str
    language: str
    fields: list[ProfileField]
    avatar: str
    """Key of a blob, or the URL a remote server gave; empty: the default drawn from the handle."""
    header: str
    is_bot: bool
    is_locked: bool
    is_discoverable: bool
    hides_collections: bool
    """Whether others are not shown whom this account follows, and who follows it. How many stays known."""
    uri: str
    url: str
    """Where people read this account; empty for local ones, whose pages are derived from the handle."""
    created_at: datetime
    suspended_at: datetime | None
    statuses_count: int
    followers_count: int
    following_count: int
    last_status_at: datetime | None
    is_approved: bool = True
    """False for who waits for approval or was refused: to all others, this account does not exist."""

    @property
    def is_visible(self) -> bool:
        """Whether others may meet it: in lists, by what it said, by its name."""
        return self.is_approved and self.suspended_at is None

    @property
    def is_local(self) -> bool:
        return not self.domain

    @property
    def acct(self) -> str:
        """`alice` here, `dave@there.test` elsewhere."""
        return f"{self.username}@{self.domain}" if self.domain else self.username

    @property
    def name(self) -> str:
        """What to call this account: its display name, or its username when that shows nothing."""
        return self.username if is_blank(self.display_name) else self.display_name


class Role(StrEnum):
    MEMBER = "member"
    MODERATOR = "moderator"
    ADMIN = "admin"
    OWNER = "owner"


class Preferences(msgspec.Struct, frozen=True):
    """A person's choices. A new field's default is what everybody has until they choose."""

    default_visibility: str = "public"
    default_sensitive: bool = False
    default_language: str = ""
    """Language of new statuses; empty: the interface language."""


class User(msgspec.Struct, frozen=True):
    """Somebody who can sign in here."""

    account_id: AccountId
    email: str
    password_hash: str
    role: Role
    language: str
    """Language of the pages, "fr" or "en"; empty: what the browser asks for."""
    preferences: Preferences
    created_at: datetime
    approved_at: datetime | None


class Session(msgspec.Struct, frozen=True):
    """One browser in which somebody is signed in."""

    id: int
    account_id: AccountId
    created_at: datetime
    last_used_at: datetime
    user_agent: str
    address: str


class App(msgspec.Struct, frozen=True):
    id: int
    name: str
    website: str
    redirect_uris: list[str]
    scopes: str
    client_id: str
    created_at: datetime


class Token(msgspec.Struct, frozen=True):
    """Lets an app act for an account, or for itself when `account_id` is None."""

    id: int
    app_id: int
    account_id: AccountId | None
    scopes: frozenset[str]
    created_at: datetime
