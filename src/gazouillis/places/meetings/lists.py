"""Lists of meetings for one viewer, a page at a time: one's own, those of one's own that are over, those to come, and those in a place.

They are sorted by the moment at which they begin. All ask the audience at each read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.graph.tables import follows
from gazouillis.infra.basics.ids import LARGEST_ID, AccountId, id_or_none
from gazouillis.infra.database.tables import EPOCH, MICROSECOND
from gazouillis.infra.database.transactions import Reader
from gazouillis.places.audience import NOW, VIEWER, is_in, shown_to_viewer
from gazouillis.places.meetings.models import Meeting, ShownMeeting, State
from gazouillis.places.meetings.queries import MEETING, TAKES_PART, read, shown
from gazouillis.places.meetings.tables import meeting_answers, meetings
from gazouillis.places.models import Kind, Place
from gazouillis.places.tables import residences, stays


class Position(msgspec.Struct, frozen=True):
    """A cursor: when a meeting begins, in microseconds since 1970, and its id. The meeting may be deleted, or moved, since."""

    starts: int
    id: int

    def __str__(self) -> str:
        return f"{self.starts}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> Position | None:
        """None when it is none."""
        starts, _dash, identifier = text.partition("-")
        numbers = id_or_none(starts), id_or_none(identifier)
        return None if numbers[0] is None or numbers[1] is None else cls(numbers[0], numbers[1])


class MeetingsWindow(msgspec.Struct, frozen=True):
    """Which page is asked for: the first one, the one that follows `after`, or the one that ends just before `before`."""

    limit: int
    after: Position | None = None
    before: Position | None = None


class MeetingsPage(msgspec.Struct, frozen=True):
    """`previous` and `next`: cursors for the page before this and for the one that follows; None: there is none."""

    meetings: list[ShownMeeting]
    previous: Position | None = None
    next: Position | None = None


class _List:
    """The statements of a list for both directions, built once."""

    def __init__(self, statement: sa.Select[Any], *, is_last_first: bool = False) -> None:
        starts = sa.type_coerce(meetings.c.starts_at, sa.BigInteger)
        is_later = sa.or_(starts > _starts, sa.and_(starts == _starts, meetings.c.id > _id))
        is_earlier = sa.or_(starts < _starts, sa.and_(starts == _starts, meetings.c.id < _id))
        upward = statement.where(is_later).order_by(meetings.c.starts_at, meetings.c.id).limit(_limit)
        downward = statement.where(is_earlier).order_by(meetings.c.starts_at.desc(), meetings.c.id.desc()).limit(_limit)
        self._onward, self._backward = (downward, upward) if is_last_first else (upward, downward)
        self._beginning = Position(LARGEST_ID, LARGEST_ID) if is_last_first else Position(0, 0)

    async def page(self, reader: Reader, viewer_id: AccountId | None, window: MeetingsWindow, **place: Any) -> MeetingsPage:
        """A fixed number of queries. One more than is shown is read, which tells whether there is another page."""
        is_backward = window.after is None and window.before is not None
        at = window.before if is_backward and window.before else window.after or self._beginning
        asked = {"viewer": viewer_id or 0, "now": reader.now, "starts": at.starts, "id": at.id, "limit": window.limit + 1, **place}
        rows = await reader.all(self._backward if is_backward else self._onward, asked)
        found = [read(row) for row in rows[: window.limit]]
        if is_backward:
            found.reverse()
        if not found:
            return MeetingsPage([])
        has_more = len(rows) > window.limit
        has_previous, has_next = (has_more, True) if is_backward else (window.after is not None, has_more)
        ends = _position(found[0]) if has_previous else None, _position(found[-1]) if has_next else None
        return MeetingsPage(await shown(reader, viewer_id, found), *ends)


def _position(meeting: Meeting) -> Position:
    return Position((meeting.starts_at - EPOCH) // MICROSECOND, meeting.id)


_starts, _id = sa.bindparam("starts", type_=sa.BigInteger), sa.bindparam("id", type_=sa.BigInteger)
_limit = sa.bindparam("limit", type_=sa.Integer)
_comes_to = sa.select(meeting_answers.c.meeting_id).where(meeting_answers.c.account_id == VIEWER, TAKES_PART)
_is_own = sa.or_(meetings.c.account_id == VIEWER, meetings.c.guest_id == VIEWER, meetings.c.id.in_(_comes_to))
_is_coming = sa.and_(meetings.c.ends_at > NOW, meetings.c.guest_id.is_(None), meetings.c.state != State.CANCELLED.value)
_took_place = sa.and_(
    meetings.c.ends_at <= NOW,
    sa.or_(meetings.c.state == State.AGREED.value, sa.and_(meetings.c.guest_id.is_(None), meetings.c.state != State.CANCELLED.value)),
)
_to_come = (
    sa.select(*MEETING)
    .where(_is_coming, meetings.c.account_id != VIEWER, shown_to_viewer(meetings))
    .where(
        sa.or_(
            sa.exists().where(follows.c.follower_id == VIEWER, follows.c.followed_id == meetings.c.account_id),
            meetings.c.place_id.in_(sa.select(residences.c.place_id).where(residences.c.account_id == VIEWER)),
            meetings.c.place_id.in_(sa.select(stays.c.place_id).where(stays.c.account_id == VIEWER, stays.c.ends_at > NOW)),
        )
    )
)
_OWN = _List(sa.select(*MEETING).where(meetings.c.ends_at > NOW, _is_own))
_PAST = _List(sa.select(*MEETING).where(_took_place, _is_own), is_last_first=True)
_TO_COME, _TO_COME_OF_OTHERS = _List(_to_come), _List(_to_come.where(meetings.c.id.not_in(_comes_to)))
_IN_PLACE: Mapping[Kind, _List] = {
    kind: _List(sa.select(*MEETING).where(_is_coming, is_in(meetings, kind), shown_to_viewer(meetings))) for kind in Kind
}


async def own(reader: Reader, viewer_id: AccountId, window: MeetingsWindow) -> MeetingsPage:
    """Those that are not over and that the viewer organizes or goes to, their coffees among them, the next one first."""
    return await _OWN.page(reader, viewer_id, window)


async def past(reader: Reader, viewer_id: AccountId, window: MeetingsWindow) -> MeetingsPage:
    """Those that took place with the viewer and are not yet deleted, the last one first."""
    return await _PAST.page(reader, viewer_id, window)


async def to_come(reader: Reader, viewer_id: AccountId, window: MeetingsWindow, *, without_own: bool = False) -> MeetingsPage:
    """Of people whom the viewer follows, and where they live or announced a stay. `without_own`: only those they do not go to."""
    return await (_TO_COME_OF_OTHERS if without_own else _TO_COME).page(reader, viewer_id, window)


async def in_place(reader: Reader, viewer_id: AccountId | None, place: Place, window: MeetingsWindow) -> MeetingsPage:
    """Those that are not over nor cancelled, in this place or in a town of it, the next one first."""
    where = {"country": place.country} if place.kind is Kind.COUNTRY else {"place": place.id}
    return await _IN_PLACE[place.kind].page(reader, viewer_id, window, **where)
