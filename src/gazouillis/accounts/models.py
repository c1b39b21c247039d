"""Data of accounts (local or remote), users (who can sign in here), sessions, apps and access tokens."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from gazouillis.infra.basics.ids import AccountId
from gazouillis.text.blank import is_blank


class ProfileField(msgspec.Struct, frozen=True, gc=False):
    """One row of the table on a profile. `verified_at`: when the link in `value` was verified to be theirs."""

    name: str
    value: str
    value_html: str
    verified_at: datetime | None = None


class Account(msgspec.Struct, frozen=True, gc=False):
    """A person or bot, local or remote. `domain` is empty for local accounts."""

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
    """Key of a blob, or the URL a remote server gave; empty: the default picture, drawn from the handle."""
    header: str
    is_bot: bool
    is_locked: bool
    is_discoverable: bool
    hides_collections: bool
    """Whether the lists of followers and followed accounts are hidden from others. The counts stay public."""
    uri: str
    url: str
    """The profile page of a remote account; empty for local ones, whose page is derived from the handle."""
    created_at: datetime
    suspended_at: datetime | None
    statuses_count: int
    followers_count: int
    following_count: int
    last_status_at: datetime | None
    is_approved: bool = True
    """False while it waits for approval, and if it was rejected: to all others, this account does not exist."""

    @property
    def is_visible(self) -> bool:
        """Whether others may see it: in lists, by its statuses, by its handle. False if unapproved or suspended."""
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
        """The display name, or the username when the display name is blank."""
        return self.username if is_blank(self.display_name) else self.display_name


class Role(StrEnum):
    """From the lowest to the highest: `rules.is_at_least` depends on the order."""

    MEMBER = "member"
    MODERATOR = "moderator"
    ADMIN = "admin"
    OWNER = "owner"


class Preferences(msgspec.Struct, frozen=True):
    """A user's preferences. The default of a field applies to everybody who has not chosen."""

    default_visibility: str = "public"
    default_sensitive: bool = False
    default_language: str = ""
    """Language of new statuses; empty: the interface language."""


class User(msgspec.Struct, frozen=True):
    """The credentials and preferences of somebody who can sign in here."""

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
    """A registered OAuth client application. `scopes` is the most it may ask for, separated by spaces."""

    id: int
    name: str
    website: str
    redirect_uris: list[str]
    scopes: str
    client_id: str
    created_at: datetime


class Token(msgspec.Struct, frozen=True):
    """An OAuth access token: an app acts for an account, or for itself when `account_id` is None."""

    id: int
    app_id: int
    account_id: AccountId | None
    scopes: frozenset[str]
    created_at: datetime
