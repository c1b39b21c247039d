"""Data of accounts (local or remote), users (who can sign in here), sessions, apps and access tokens."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from gazouillis.accounts.boundaries import OPEN, Boundaries, Who
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
    boundaries: Boundaries = OPEN
    found_by: Who = Who.FOLLOWERS
    """Who finds it while it is not discoverable."""
    links_others: bool = False
    """Whether it agreed to be shown as a link between two others: see `has_open_network`."""
    pinned_count: int = 0
    """How many statuses it has pinned to its profile."""
    is_approved: bool = True
    """False while it waits for approval, and if it was rejected: to all others, this account does not exist."""

    @property
    def is_visible(self) -> bool:
        """Whether others may see it: in lists, by its statuses, by its handle. False if unapproved or suspended."""
        return self.is_approved and self.suspended_at is None

    @property
    def has_open_network(self) -> bool:
        """Whether others may be told whom it follows and who follows it, beyond its lists. Not if it accepts each new follower."""
        return self.is_visible and not self.is_locked and not self.hides_collections

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
    default_reply_policy: str = "everyone"
    """Who may reply to new statuses: a word of `statuses.models.ReplyPolicy`."""
    holds_strangers: bool = False
    """Whether replies of strangers wait until they are accepted."""
    protected_people: tuple[tuple[str, ...], ...] = ()
    """Of each person whom they protect, the spellings of the name. Others never learn of it."""
    protected_circle: int = 0
    """The circle that may read of protected people; 0: mutuals."""
    unwanted_words: tuple[str, ...] = ()
    """What people whom they do not follow write with one of these does not notify them, and waits when it is a reply."""
    track_feed: str = ""
    """The secret in the addresses of the feeds of their tracks; empty: there are none."""
    meetings_feed: str = ""
    """The secret in the address of the calendar of their meetings; empty: there is none."""
    digest_from: int = 0
    digest_to: int = 0
    """Between which ids the last digest of their tracks tells of posts; 0: there was none."""
    digest_next: int = 0
    """The id with which the next one begins."""
    hides_first_steps: bool = False
    """Whether the home page no longer tells them what to do first."""
    shows_questions: bool = True
    """Whether they are shown questions and first posts that wait for an answer: the shelf."""
    shelves_first_posts: bool = True
    """Whether their own first posts are put there by themselves, while they have few followers."""


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
    deletes_at: datetime | None = None
    """When the account is deleted, as its owner asked; until then it is suspended, and signing in restores it."""


class Invitation(msgspec.Struct, frozen=True):
    """A link by which others may sign up. `code` is the secret part of its address, `/invite/{code}`."""

    id: int
    code: str
    account_id: AccountId
    note: str
    """What the inviter says to those who open the link."""
    max_uses: int | None
    uses: int
    expires_at: datetime | None
    follows_inviter: bool
    """Whether whoever comes by it follows the inviter from the start."""
    created_at: datetime
    revoked_at: datetime | None

    @property
    def uses_left(self) -> int | None:
        """None: no limit."""
        return None if self.max_uses is None else max(0, self.max_uses - self.uses)


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
