"""What was said."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import AccountId, StatusId


class Visibility(IntEnum):
    """https://docs.joinmastodon.org/entities/Status/#visibility, from the widest to the narrowest."""

    PUBLIC = 0
    UNLISTED = 1
    PRIVATE = 2
    DIRECT = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class Status(msgspec.Struct, frozen=True, gc=False):
    """One message. `text` is kept as it was typed; `content` is its HTML. A reblog has `reblog_of_id` and no text."""

    id: StatusId
    account_id: AccountId
    text: str
    content: str
    spoiler_text: str
    visibility: Visibility
    language: str
    is_sensitive: bool
    is_local: bool
    in_reply_to_id: StatusId | None
    in_reply_to_account_id: AccountId | None
    conversation_id: StatusId
    """The status that began the thread."""
    reblog_of_id: StatusId | None
    repeats_id: StatusId | None
    """The status that a typed `RT @x …` repeats, when it was recognised."""
    uri: str
    url: str
    app_id: int | None
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    """A deleted status with answers stays as a tombstone, without its text."""
    replies_count: int
    reblogs_count: int
    favourites_count: int


class MentionedAccount(msgspec.Struct, frozen=True, gc=False):
    id: AccountId
    username: str
    domain: str
    url: str

    @property
    def acct(self) -> str:
        return f"{self.username}@{self.domain}" if self.domain else self.username


class Draft(msgspec.Struct, frozen=True):
    """What somebody asks to publish."""

    text: str
    visibility: Visibility | None = None
    """None: the author's default."""
    in_reply_to_id: StatusId | None = None
    spoiler_text: str = ""
    is_sensitive: bool | None = None
    language: str = ""
    app_id: int | None = None
    idempotency_key: str = ""
    """The same key from the same author within an hour gives the same status, once."""


class Terms(msgspec.Struct, frozen=True):
    """What publishing depends on: where this server is read, and how long a status may be (in counted characters)."""

    base_url: str
    max_characters: int


class ViewerFlags(msgspec.Struct, frozen=True, gc=False):
    """What the viewer did with a status."""

    favourited: bool = False
    reblogged: bool = False
    bookmarked: bool = False


class CachedStatus(msgspec.Struct, frozen=True, gc=False):
    """A status with what is the same for all its readers. The same object as long as nothing of it changes."""

    status: Status
    mentions: tuple[MentionedAccount, ...] = ()
    tags: tuple[str, ...] = ()
    app_name: str = ""
    app_website: str = ""

    @property
    def account_id(self) -> AccountId:
        return self.status.account_id

    @property
    def visibility(self) -> Visibility:
        return self.status.visibility

    @property
    def mentioned_ids(self) -> list[AccountId]:
        return [one.id for one in self.mentions]


class StatusView(msgspec.Struct, frozen=True, gc=False):
    """A status with all that is needed to show it to one viewer."""

    cached: CachedStatus
    account: Account
    flags: ViewerFlags = ViewerFlags()
    """Of a reblog: those of the status that it repeats, as on Mastodon."""
    reblog: StatusView | None = None
    """The status that this one repeats."""
    rebloggers: tuple[Account, ...] = ()
    """In a home timeline: all those followed who repeated it that day, first first."""

    @property
    def id(self) -> StatusId:
        return self.cached.status.id

    @property
    def status(self) -> Status:
        return self.cached.status

    @property
    def mentions(self) -> tuple[MentionedAccount, ...]:
        return self.cached.mentions

    @property
    def tags(self) -> tuple[str, ...]:
        return self.cached.tags

    @property
    def app_name(self) -> str:
        return self.cached.app_name

    @property
    def shown(self) -> StatusView:
        """The status whose words are read: the repeated one, or this one."""
        return self.reblog or self

    @property
    def is_tombstone(self) -> bool:
        return self.cached.status.deleted_at is not None


class StatusEdit(msgspec.Struct, frozen=True):
    """One version of a status."""

    content: str
    text: str
    spoiler_text: str
    is_sensitive: bool
    created_at: datetime
