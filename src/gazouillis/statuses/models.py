"""Statuses and what belongs to them: drafts, viewer flags, views, versions. Values only, no behaviour."""

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
    """One message. `text` is what was typed; `content` is its HTML. A reblog is a status with `reblog_of_id` and without text."""

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
    """For a text that begins with `RT @x`: the status it repeats, when it was recognised."""
    uri: str
    url: str
    app_id: int | None
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    """A deleted status stays as a tombstone, without its text, so that replies keep their parent."""
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
    """What somebody asks to publish; `publish` checks it."""

    text: str
    visibility: Visibility | None = None
    """None: public."""
    in_reply_to_id: StatusId | None = None
    spoiler_text: str = ""
    is_sensitive: bool | None = None
    language: str = ""
    app_id: int | None = None
    idempotency_key: str = ""
    """A second request by the same author with the same key within an hour returns the first one's status."""


class Terms(msgspec.Struct, frozen=True):
    """What publishing depends on: the URL at which people reach this server, and how many counted characters a status may have."""

    base_url: str
    max_characters: int


class ViewerFlags(msgspec.Struct, frozen=True, gc=False):
    """Whether the viewer has favourited, reblogged or bookmarked a status."""

    favourited: bool = False
    reblogged: bool = False
    bookmarked: bool = False


class CachedStatus(msgspec.Struct, frozen=True, gc=False):
    """A status with its mentions, tags and app: all that is the same for every viewer.

    The cache returns the same object until an event invalidates it.
    """

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
    """Of a reblog, the flags are those of the original status, as on Mastodon."""
    reblog: StatusView | None = None
    """The original status, when this one is a reblog."""
    rebloggers: tuple[Account, ...] = ()
    """In a home timeline: the followed accounts that reblogged the same status within a day, earliest first."""

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
        """The status whose text is displayed: the original of a reblog, else this one."""
        return self.reblog or self

    @property
    def is_tombstone(self) -> bool:
        return self.cached.status.deleted_at is not None


class StatusEdit(msgspec.Struct, frozen=True):
    """One version of a status that was edited."""

    content: str
    text: str
    spoiler_text: str
    is_sensitive: bool
    created_at: datetime
