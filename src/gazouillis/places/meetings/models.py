"""Meetings: a place, a date, and who may come. One-to-one coffees are meetings of two."""

from __future__ import annotations

from datetime import date, datetime
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo

import msgspec

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import AccountId, CircleId
from gazouillis.places.models import Audience, Place


class State(IntEnum):
    """The numbers are stored."""

    OPEN = 0
    """Of a coffee: one of the two has proposed it, and the other has not answered."""
    AGREED = 1
    """Of a coffee: both come."""
    DECLINED = 2
    CANCELLED = 3


class Answer(StrEnum):
    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class Meeting(msgspec.Struct, frozen=True):
    """`account_id` is the organizer. Of a coffee, who first proposed it."""

    id: int
    account_id: AccountId
    title: str
    about: str
    place_id: int
    spot: str
    """The exact place, for those who come; it is forgotten when the meeting is over."""
    starts_at: datetime
    ends_at: datetime
    zone: str
    """The time zone of the place."""
    seats: int | None
    """For those who come beside the organizer; None: for everybody."""
    audience: Audience
    circle_id: CircleId | None
    guest_id: AccountId | None
    """With whom the coffee is; None: this is no coffee."""
    proposer_id: AccountId | None
    """Of a coffee: whose proposal waits for the other's answer, or was answered."""
    state: State
    sequence: int
    """How often it was changed, for calendars."""
    changed_at: datetime

    @property
    def is_coffee(self) -> bool:
        return self.guest_id is not None

    @property
    def is_cancelled(self) -> bool:
        return self.state in {State.CANCELLED, State.DECLINED}

    @property
    def is_open(self) -> bool:
        return self.state is State.OPEN

    @property
    def is_agreed(self) -> bool:
        return self.state is State.AGREED

    @property
    def is_declined(self) -> bool:
        return self.state is State.DECLINED

    @property
    def local_start(self) -> datetime:
        """As the clocks of the place show it."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def local_end(self) -> datetime:
        return self.ends_at.astimezone(ZoneInfo(self.zone))

    @property
    def day(self) -> date:
        return self.local_start.date()

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    def other_than(self, account_id: AccountId) -> AccountId:
        """Of a coffee: the other of the two."""
        return self.guest_id if self.guest_id is not None and self.guest_id != account_id else self.account_id


class MeetingDraft(msgspec.Struct, frozen=True):
    """What somebody asks to publish; the commands check it."""

    title: str
    place_id: int
    starts: datetime
    """With its offset; without one, as the clocks of the place show it."""
    audience: str
    about: str = ""
    spot: str = ""
    minutes: int = 120
    seats: int | None = None
    circle_id: CircleId | None = None


class CoffeeDraft(msgspec.Struct, frozen=True):
    """`starts` as in a `MeetingDraft`."""

    place_id: int
    starts: datetime
    about: str = ""
    spot: str = ""
    minutes: int = 60


class Given(msgspec.Struct, frozen=True):
    """The answer of one person. Those who say yes stand in a line, in the order in which they said it."""

    account_id: AccountId
    answer: Answer
    line: int


class Counts(msgspec.Struct, frozen=True):
    """The same numbers for all who may see the meeting. Without the organizer."""

    coming: int = 0
    waiting: int = 0
    maybe: int = 0


class ShownMeeting(msgspec.Struct, frozen=True):
    """A meeting as one viewer sees it."""

    meeting: Meeting
    account: Account
    """The organizer; of a coffee, the other one of the two."""
    place: Place
    counts: Counts
    viewer_id: AccountId | None
    answer: Answer | None
    """The viewer's."""
    is_waiting: bool
    """Whether the viewer said yes when all seats were taken."""
    is_over: bool

    @property
    def is_own(self) -> bool:
        return self.meeting.account_id == self.viewer_id

    @property
    def takes_part(self) -> bool:
        return self.is_own or self.meeting.is_coffee or self.answer in {Answer.YES, Answer.MAYBE}

    @property
    def spot(self) -> str:
        """The exact place, as far as the viewer may know it: not when they wait for a seat, and not once it is over."""
        return self.meeting.spot if self.takes_part and not self.is_waiting and not self.is_over else ""

    @property
    def waits_for_viewer(self) -> bool:
        """Whether it is a coffee that the viewer has to answer."""
        return self.meeting.is_coffee and self.meeting.is_open and self.meeting.proposer_id != self.viewer_id

    @property
    def may_answer(self) -> bool:
        is_asked = self.waits_for_viewer if self.meeting.is_coffee else not self.is_own
        return is_asked and self.viewer_id is not None and not self.meeting.is_cancelled and not self.is_over


class People(msgspec.Struct, frozen=True):
    """Who answered a meeting, in the order of the line. Shown to those who take part."""

    coming: tuple[Account, ...] = ()
    waiting: tuple[Account, ...] = ()
    maybe: tuple[Account, ...] = ()


class Sight(msgspec.Struct, frozen=True):
    """Who will see a meeting that is not published yet, and who is in the place then and will not."""

    is_for_everyone: bool
    count: int
    is_more: bool
    named: tuple[Account, ...]
    not_invited: tuple[Account, ...]
