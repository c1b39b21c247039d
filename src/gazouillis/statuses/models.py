"""Statuses and what belongs to them: drafts, viewer flags, views, versions. Values only, no behaviour."""

from __future__ import annotations

from datetime import datetime
from enum import Enum, IntEnum

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.filters.models import Match
from gazouillis.infra.basics.ids import AccountId, AttachmentId, CircleId, PlaceId, StatusId
from gazouillis.media.models import Attachment
from gazouillis.statuses.polls.models import Poll, PollDraft, PollView
from gazouillis.text.cleaning import plain


class Visibility(IntEnum):
    """https://docs.joinmastodon.org/entities/Status/#visibility, and two audiences of our own.

    The numbers are stored. Up to `DIRECT` they go from the widest to the narrowest; `MUTUALS` and `CIRCLE` are narrower than `PRIVATE`.
    Compare with `rules.is_for_everybody` and `rules.is_narrower`.
    """

    PUBLIC = 0
    UNLISTED = 1
    PRIVATE = 2
    """Followers."""
    DIRECT = 3
    """Those whom it mentions."""
    MUTUALS = 4
    """Followers whom the author follows."""
    CIRCLE = 5
    """Those who read the circle `circle_id`."""

    @property
    def word(self) -> str:
        return self.name.lower()

    @property
    def mastodon_word(self) -> str:
        """For apps, which know four words: what reaches some of the followers is `private`."""
        return "private" if self in LIMITED else self.word


LIMITED = frozenset({Visibility.MUTUALS, Visibility.CIRCLE})
"""Audiences that reach some of the followers, which Mastodon's words cannot tell."""


class ReplyPolicy(IntEnum):
    """Who may reply to a status, beside its author. The numbers are stored."""

    EVERYONE = 0
    FOLLOWERS = 1
    FOLLOWED = 2
    """Those whom the author follows."""
    NAMED = 3
    """Those whom it mentions."""
    NOBODY = 4
    MUTUALS = 5
    """Followers whom the author follows."""

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
    circle_id: CircleId | None
    """Who reads it, when its visibility is `CIRCLE`. The circle may be deleted."""
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
    reply_policy: ReplyPolicy
    slow_minutes: int
    """Of the status that began a thread: each person may reply once in so many minutes; 0: as often as they like."""
    is_frozen: bool
    """Of the status that began a thread: nobody but its author may reply any more."""
    moderated_slow_minutes: int
    """As the two above, by the moderators: they hold for its author too, who cannot undo them."""
    is_closed_by_moderators: bool
    withheld_by: AccountId | None
    """Who keeps this reply out of their thread: only they and its author see it."""
    withheld_top: StatusId | None
    """The reply that was withheld: this one, or the one above it that took its branch along."""
    is_awaiting: bool
    """Whether a withheld reply waits to be accepted; else it was hidden."""
    replies_count: int
    reblogs_count: int
    favourites_count: int
    attachments_count: int = 0
    """How many pictures, videos or sounds it shows."""
    is_extract: bool = False
    """Whether it shows words of a private conversation, to which all who wrote them agreed. It cannot be edited."""
    place_id: PlaceId | None = None
    """The town, region or country that its author chose for it; see `places.gazetteer`."""
    region_id: int | None = None
    country: str | None = None
    """Those that the place is in, by which the pages of a region and a country find it: see `Area`."""
    thanked_count: int = 0
    """How many people it thanks, whom its text need not name: see `thanks/`."""
    has_poll: bool = False
    """Whether it asks something: see `polls/`."""
    pinned_id: int | None = None
    """When its author has pinned it to their profile: an id made then, by which pins are ordered."""

    @property
    def is_closed(self) -> bool:
        """Of the status that began a thread: whether its author or the moderators closed it."""
        return self.is_frozen or self.is_closed_by_moderators

    @property
    def pace(self) -> int:
        """Minutes between two replies of one person: the longer of what its author and the moderators chose; 0: as often as they like."""
        return max(self.slow_minutes, self.moderated_slow_minutes)


class Delivery(IntEnum):
    """What a recipient gets of a private message. Nobody else is told. The numbers are stored."""

    FULL = 0
    TEXT = 1
    """A request waits for an answer: its text only, without links and files."""
    NONE = 2


class MentionedAccount(msgspec.Struct, frozen=True, gc=False):
    id: AccountId
    username: str
    domain: str
    url: str
    delivery: Delivery = Delivery.FULL

    @property
    def acct(self) -> str:
        return f"{self.username}@{self.domain}" if self.domain else self.username


class Area(msgspec.Struct, frozen=True):
    """What a place is part of, as stored with what is said of it: what is in a town is in its region and its country, too.

    A region is in itself.
    """

    place_id: PlaceId
    region_id: int | None
    country: str


class OnProtected(Enum):
    """What happens when a status for everybody names somebody whom its author protects."""

    NARROW = "narrow"
    """It gets a narrow audience."""
    ASK = "ask"
    """It is refused with a question."""
    PUBLISH = "publish"
    """It is published: the author has answered the question."""


class Draft(msgspec.Struct, frozen=True):
    """What somebody asks to publish; `publish` checks it."""

    text: str
    visibility: Visibility | None = None
    """None: public."""
    circle_id: CircleId | None = None
    """For `Visibility.CIRCLE`: a circle of the author. None in a reply: the circle of the status it answers."""
    reply_policy: ReplyPolicy = ReplyPolicy.EVERYONE
    is_mastodon_word: bool = False
    """Whether an app chose the visibility, in Mastodon's words: a `private` reply then has the audience of what it answers."""
    recipient_ids: tuple[AccountId, ...] | None = None
    """Of a direct status: whom it is for. None: those whom its text names."""
    in_reply_to_id: StatusId | None = None
    spoiler_text: str = ""
    is_sensitive: bool | None = None
    language: str = ""
    app_id: int | None = None
    attachment_ids: tuple[AttachmentId, ...] = ()
    area: Area | None = None
    """Its place, which exists: doors ask `places.checks`."""
    on_protected: OnProtected = OnProtected.NARROW
    thanked_count: int = 0
    poll: PollDraft | None = None
    idempotency_key: str = ""
    """A second request by the same author with the same key within an hour returns the first one's status."""


class Terms(msgspec.Struct, frozen=True):
    """What publishing depends on: the URL at which people reach this server, and how many counted characters a status may have."""

    base_url: str
    max_characters: int


class ViewerFlags(msgspec.Struct, frozen=True, gc=False):
    """Whether the viewer has favourited, reblogged or bookmarked a status, or muted its thread."""

    favourited: bool = False
    reblogged: bool = False
    bookmarked: bool = False
    muted: bool = False


class CachedStatus(msgspec.Struct, frozen=True, gc=False):
    """A status with its mentions, tags, app, attachments and poll: all that is the same for every viewer.

    The cache returns the same object until an event invalidates it.
    """

    status: Status
    mentions: tuple[MentionedAccount, ...] = ()
    tags: tuple[str, ...] = ()
    app_name: str = ""
    app_website: str = ""
    attachments: tuple[Attachment, ...] = ()
    poll: Poll | None = None

    @property
    def texts(self) -> list[str]:
        """All that its author wrote: the text, the warning, the descriptions of the files and the options of the poll."""
        options = self.poll.titles if self.poll else ()
        text = self.status.text or plain(self.status.content)
        return [self.status.spoiler_text, text, *(one.description for one in self.attachments), *options]

    @property
    def account_id(self) -> AccountId:
        return self.status.account_id

    @property
    def visibility(self) -> Visibility:
        return self.status.visibility

    @property
    def circle_id(self) -> CircleId | None:
        return self.status.circle_id

    @property
    def withheld_by(self) -> AccountId | None:
        return self.status.withheld_by

    @property
    def mentioned_ids(self) -> list[AccountId]:
        """Without the recipients of a private message whom it does not reach."""
        return [one.id for one in self.mentions if one.delivery is not Delivery.NONE]

    @property
    def quoted_ids(self) -> list[AccountId]:
        """See `rules.HasVisibility`."""
        return [one.id for one in self.mentions] if self.status.is_extract else []

    @property
    def text_only_ids(self) -> list[AccountId]:
        """The recipients of a private message who get nothing but its text."""
        return [one.id for one in self.mentions if one.delivery is Delivery.TEXT]


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
    poll: PollView | None = None
    filtered: tuple[Match, ...] = ()
    """The viewer's filters that it matches, wherever they apply; of a reblog, those that its original matches too."""

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
    def attachments(self) -> tuple[Attachment, ...]:
        return self.cached.attachments

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
    attachments: tuple[Attachment, ...] = ()
    place_id: PlaceId | None = None
    options: tuple[str, ...] = ()
    """Of its poll."""
