"""https://docs.joinmastodon.org/entities/Status/"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from gazouillis.api.entities.media_attachment import MediaAttachment, open_to_all
from gazouillis.api.entities.moments import moment, moment_or_none
from gazouillis.api.entities.place import NamedPlace, named_place
from gazouillis.infra.basics.ids import PlaceId
from gazouillis.places import gazetteer
from gazouillis.statuses import media_access, urls
from gazouillis.statuses.models import LIMITED, MentionedAccount, StatusView


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
    """What is the same for all readers. `json_cache.py` appends `account`, `reblog` and `Seen`, and what is sealed."""

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
    media_attachments: list[MediaAttachment] | UnsetType = UNSET
    """Left out when its addresses are made for each viewer: `json_cache.py` appends it then."""
    emojis: tuple[()] = ()
    card: None = None
    poll: UnsetType | None = None
    """Left out when there is one, which is not the same for all viewers: `json_cache.py` appends it then."""
    quote: None = None
    reply_policy: str | UnsetType = UNSET
    """Of our own, as all after it: who may reply, when it is not everyone."""
    slow_minutes: int | UnsetType = UNSET
    """Each person may reply to this thread once in so many minutes."""
    frozen: bool | UnsetType = UNSET
    """True when nobody may reply to this thread any more."""
    moderated: bool | UnsetType = UNSET
    """True when the moderators slowed or closed this thread, for its author too."""
    audience: str | UnsetType = UNSET
    """`mutuals` or `circle`, where `visibility` says `private`. The circle is not named: its members are not told of it."""
    place: NamedPlace | UnsetType = UNSET
    """The town, region or country that its author chose."""
    thanked_count: int | UnsetType = UNSET
    """How many people it thanks. `GET /api/gazouillis/v1/statuses/:id/thanks` names them."""


class Seen(msgspec.Struct, frozen=True):
    """The members that only viewers who signed in get."""

    favourited: bool
    reblogged: bool
    bookmarked: bool
    muted: bool = False
    pinned: bool | UnsetType = UNSET
    """Only on the viewer's own statuses."""
    filtered: tuple[()] = ()
    """The last: `json_cache.py` puts what the status matches in its place."""


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
        visibility=one.visibility.mastodon_word,
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
        reply_policy=one.reply_policy.word if one.reply_policy else UNSET,
        slow_minutes=one.pace or UNSET,
        frozen=True if one.is_closed else UNSET,
        moderated=True if one.moderated_slow_minutes or one.is_closed_by_moderators else UNSET,
        place=place_of(one.place_id),
        audience=one.visibility.word if one.visibility in LIMITED else UNSET,
        thanked_count=one.thanked_count or UNSET,
        poll=UNSET if view.cached.poll else None,
        media_attachments=UNSET if media_access.is_sealed(view.cached) else open_to_all(base_url, view.attachments),
    )


def source(base_url: str, view: StatusView, attachments: list[MediaAttachment]) -> Status:
    """The status with the typed text in place of its HTML, and these attachments."""
    return msgspec.structs.replace(status(base_url, view), content=UNSET, text=view.status.text, media_attachments=attachments)


def place_of(place_id: PlaceId | None) -> NamedPlace | UnsetType:
    """Unset also when a later gazetteer has the place no more."""
    found = None if place_id is None else gazetteer.by_id(place_id)
    return UNSET if found is None else named_place(found)


def _mention(base_url: str, one: MentionedAccount) -> Mention:
    return Mention(str(one.id), one.username, one.acct, one.url or f"{base_url}/@{one.username}")


def _id(identifier: int | None) -> str | None:
    return None if identifier is None else str(identifier)
