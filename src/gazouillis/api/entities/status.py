"""https://docs.joinmastodon.org/entities/Status/"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from gazouillis.api.entities.moments import moment, moment_or_none
from gazouillis.statuses import urls
from gazouillis.statuses.models import MentionedAccount, StatusView


class Mention(msgspec.Struct, frozen=True):
    """https://docs.joinmastodon.org/entities/Status/#Mention"""

    id: str
    username: str
    acct: str
    url: str


class StatusTag(msgspec.Struct, frozen=True):
    """https://docs.joinmastodon.org/entities/Status/#Tag"""

    name: str
    url: str


class Application(msgspec.Struct, frozen=True):
    """https://docs.joinmastodon.org/entities/Status/#application"""

    name: str
    website: str | None


class QuoteApproval(msgspec.Struct, frozen=True):
    """https://docs.joinmastodon.org/entities/QuoteApproval/ – quotes are not supported."""

    automatic: tuple[()] = ()
    manual: tuple[()] = ()
    current_user: str = "denied"


class Status(msgspec.Struct, frozen=True):
    """What is the same for all readers. `json_cache.py` appends `account`, `reblog` and `Seen`."""

    id: str
    created_at: str
    edited_at: str | None
    in_reply_to_id: str | None
    in_reply_to_account_id: str | None
    sensitive: bool
    spoiler_text: str
    visibility: str
    language: str | None
    uri: str
    url: str
    replies_count: int
    reblogs_count: int
    favourites_count: int
    mentions: list[Mention]
    tags: list[StatusTag]
    application: Application | None
    content: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    """The text as typed. Only its author gets it, when deleting the status, to write it again."""
    quotes_count: int = 0
    quote_approval: QuoteApproval = QuoteApproval()
    media_attachments: tuple[()] = ()
    emojis: tuple[()] = ()
    card: None = None
    poll: None = None
    quote: None = None


class Seen(msgspec.Struct, frozen=True):
    """The members that only viewers who signed in get."""

    favourited: bool
    reblogged: bool
    bookmarked: bool
    muted: bool = False
    pinned: bool | UnsetType = UNSET
    """Only on the viewer's own statuses."""
    filtered: tuple[()] = ()


def status(base_url: str, view: StatusView) -> Status:
    one = view.status
    return Status(
        id=str(one.id),
        created_at=moment(one.created_at),
        edited_at=moment_or_none(one.edited_at),
        in_reply_to_id=_id(one.in_reply_to_id),
        in_reply_to_account_id=_id(one.in_reply_to_account_id),
        sensitive=one.is_sensitive,
        spoiler_text=one.spoiler_text,
        visibility=one.visibility.word,
        language=one.language or None,
        uri=urls.uri(base_url, one),
        url=urls.page(base_url, one, view.account),
        replies_count=one.replies_count,
        reblogs_count=one.reblogs_count,
        favourites_count=one.favourites_count,
        mentions=[_mention(base_url, one) for one in view.mentions],
        tags=[StatusTag(name, urls.tag(base_url, name)) for name in view.tags],
        application=Application(view.app_name, view.cached.app_website or None) if view.app_name else None,
        content=one.content,
    )


def source(base_url: str, view: StatusView) -> Status:
    """The status with the typed text in place of its HTML."""
    return msgspec.structs.replace(status(base_url, view), content=UNSET, text=view.status.text)


def _mention(base_url: str, one: MentionedAccount) -> Mention:
    return Mention(str(one.id), one.username, one.acct, one.url or f"{base_url}/@{one.username}")


def _id(identifier: int | None) -> str | None:
    return None if identifier is None else str(identifier)
