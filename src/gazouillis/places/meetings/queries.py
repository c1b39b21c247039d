"""Reads of meetings: what a viewer may see of some, or of one by its id, and who comes. Their lists are in `lists.py`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.graph import circles
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Row
from gazouillis.places import gazetteer
from gazouillis.places.audience import VIEWER
from gazouillis.places.meetings.models import Answer, Counts, Given, Meeting, People, ShownMeeting, State
from gazouillis.places.meetings.rules import can_see_meeting, counts, has_seat
from gazouillis.places.meetings.tables import meeting_answers, meetings
from gazouillis.places.models import Audience

MOST_NAMED = 200
"""People who are named on the page of a meeting."""
KEPT = timedelta(days=30)
"""How long a meeting that is over is kept, for those who took part."""

MEETING = tuple(meetings.c[name] for name in Meeting.__struct_fields__)
"""The columns of a `Meeting`, in the order of its fields: `read` takes them."""
_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_limit = sa.bindparam("limit", type_=sa.Integer)
TAKES_PART = sa.or_(meeting_answers.c.answer == Answer.YES.value, meeting_answers.c.answer == Answer.MAYBE.value)
_BY_IDS = sa.select(*MEETING).where(meetings.c.id.in_(_ids))
_COUNTS = (
    sa.select(meeting_answers.c.meeting_id, meeting_answers.c.answer, sa.func.count().label("number"))
    .where(meeting_answers.c.meeting_id.in_(_ids))
    .group_by(meeting_answers.c.meeting_id, meeting_answers.c.answer)
)
_earlier = meeting_answers.alias("earlier")
_MINE = sa.select(
    meeting_answers.c.meeting_id,
    meeting_answers.c.answer,
    sa.select(sa.func.count())
    .select_from(_earlier)
    .where(
        _earlier.c.meeting_id == meeting_answers.c.meeting_id,
        _earlier.c.answer == Answer.YES.value,
        _earlier.c.line < meeting_answers.c.line,
    )
    .scalar_subquery()
    .label("before"),
).where(meeting_answers.c.meeting_id.in_(_ids), meeting_answers.c.account_id == VIEWER)
_meeting = sa.bindparam("meeting", type_=sa.BigInteger)
_ANSWERS = (
    sa.select(meeting_answers.c.account_id, meeting_answers.c.answer, meeting_answers.c.line)
    .where(meeting_answers.c.meeting_id == _meeting)
    .order_by(meeting_answers.c.line, meeting_answers.c.account_id)
)
_NAMED = _ANSWERS.where(TAKES_PART).limit(_limit)
_ANSWERED_BY = sa.select(meeting_answers.c.meeting_id, meeting_answers.c.answer).where(meeting_answers.c.account_id == VIEWER)
_one, _other = sa.bindparam("one", type_=sa.BigInteger), sa.bindparam("other", type_=sa.BigInteger)
_COFFEES_OF_PAIR = (
    sa.select(*MEETING)
    .where(
        sa.or_(
            sa.and_(meetings.c.account_id == _one, meetings.c.guest_id == _other),
            sa.and_(meetings.c.account_id == _other, meetings.c.guest_id == _one),
        )
    )
    .order_by(meetings.c.id)
)
_ALL_OF = (
    sa.select(*MEETING)
    .where(sa.or_(meetings.c.account_id == VIEWER, meetings.c.guest_id == VIEWER))
    .order_by(meetings.c.starts_at, meetings.c.id)
)


async def by_id(reader: Reader, meeting_id: int) -> Meeting:
    """Whoever may see it: see `seen`. Raises NotFound."""
    row = await reader.one(_BY_IDS, {"ids": [meeting_id]})
    if row is None:
        raise no_meeting()
    return read(row)


async def seen(reader: Reader, viewer_id: AccountId | None, meeting_id: int) -> ShownMeeting:
    """Raises NotFound with the same words when there is none and when the viewer may not see it."""
    found = await shown(reader, viewer_id, [await by_id(reader, meeting_id)])
    if not found:
        raise no_meeting()
    return found[0]


async def shown(reader: Reader, viewer_id: AccountId | None, found: Sequence[Meeting]) -> list[ShownMeeting]:
    """Those of these meetings that the viewer may see now, in the same order. A fixed number of queries."""
    others = {one.id: one.other_than(viewer_id) if viewer_id and one.is_coffee else one.account_id for one in found}
    known, relations = await accounts.by_ids(reader, set(others.values())), await graph.relations(reader, viewer_id, set(others.values()))
    circle_ids = {one.circle_id for one in found if one.audience is Audience.CIRCLE and one.circle_id is not None}
    readable = await circles.readable_among(reader, viewer_id, circle_ids) if viewer_id is not None and circle_ids else set()
    places = {one.id: one for one in gazetteer.by_ids(list({one.place_id for one in found}))}
    ids = [one.id for one in found]
    numbers, mine = await _counts(reader, found), await _mine(reader, viewer_id, ids)
    listed = []
    for one in found:
        other = known.get(others[one.id])
        if other is None or one.place_id not in places:
            continue
        answer, before = mine.get(one.id, (None, 0))
        is_over, takes_part = reader.has_come(one.ends_at), answer in {Answer.YES, Answer.MAYBE}
        relation, reads_circle = relations[other.id], one.circle_id in readable
        if can_see_meeting(one, other, relation, is_over=is_over, reads_circle=reads_circle, takes_part=takes_part):
            is_waiting = answer is Answer.YES and not has_seat(before, one.seats)
            listed.append(ShownMeeting(one, other, places[one.place_id], numbers[one.id], viewer_id, answer, is_waiting, is_over))
    return listed


async def people(reader: Reader, one: ShownMeeting) -> People:
    """Who comes, for those who take part; nobody for all others. People with a block between them and the viewer are left out."""
    if not one.takes_part or one.meeting.is_coffee:
        return People()
    given = [_given(row) for row in await reader.all(_NAMED, {"meeting": one.meeting.id, "limit": MOST_NAMED})]
    known = await accounts.by_ids(reader, [each.account_id for each in given])
    hidden = await graph.blocks_and_mutes(reader, one.viewer_id)
    yes = [each for each in given if each.answer is Answer.YES]
    groups = {
        "coming": [each for number, each in enumerate(yes) if has_seat(number, one.meeting.seats)],
        "waiting": [each for number, each in enumerate(yes) if not has_seat(number, one.meeting.seats)],
        "maybe": [each for each in given if each.answer is Answer.MAYBE],
    }
    visible = {each for each, account in known.items() if account.is_visible and each not in hidden.blocked}
    return People(**{name: tuple(known[each.account_id] for each in group if each.account_id in visible) for name, group in groups.items()})


async def answers(reader: Reader, meeting_id: int) -> list[Given]:
    """All of them, in the order of the line, for commands and reactions."""
    return [_given(row) for row in await reader.all(_ANSWERS, {"meeting": meeting_id})]


async def coffees_of_pair(reader: Reader, one: AccountId, other: AccountId) -> list[Meeting]:
    """Those too that were declined or are over, the oldest first."""
    return [read(row) for row in await reader.all(_COFFEES_OF_PAIR, {"one": one, "other": other})]


async def open_coffee(reader: Reader, one: AccountId, other: AccountId) -> Meeting | None:
    """The one that is proposed or agreed between the two, and not over."""
    found = await coffees_of_pair(reader, one, other)
    return next((each for each in found if not each.is_cancelled and not reader.has_come(each.ends_at)), None)


async def all_of_account(reader: Reader, account_id: AccountId) -> tuple[list[Meeting], dict[int, Answer]]:
    """What the account organizes and its coffees, and its answers to others by meeting. For its archive and its erasure."""
    rows = await reader.all(_ALL_OF, {"viewer": account_id})
    given = await reader.all(_ANSWERED_BY, {"viewer": account_id})
    return [read(row) for row in rows], {row.meeting_id: Answer(row.answer) for row in given}


async def by_ids(reader: Reader, ids: Collection[int]) -> list[Meeting]:
    return [read(row) for row in await reader.all(_BY_IDS, {"ids": list(ids)})] if ids else []


def read(row: Row) -> Meeting:
    meeting = Meeting(**dict(zip(Meeting.__struct_fields__, row, strict=True)))
    return msgspec.structs.replace(meeting, audience=Audience(meeting.audience), state=State(meeting.state))


def no_meeting() -> NotFound:
    return NotFound(_("There is no such meeting"))


async def _counts(reader: Reader, found: Sequence[Meeting]) -> dict[int, Counts]:
    numbers = defaultdict[int, dict[str, int]](dict)
    for row in await reader.all(_COUNTS, {"ids": [one.id for one in found]}) if found else ():
        numbers[row.meeting_id][row.answer] = row.number
    return {one.id: counts(numbers[one.id].get(Answer.YES, 0), numbers[one.id].get(Answer.MAYBE, 0), one.seats) for one in found}


async def _mine(reader: Reader, viewer_id: AccountId | None, ids: Sequence[int]) -> dict[int, tuple[Answer, int]]:
    """By meeting, the viewer's answer, and how many said yes before."""
    rows = await reader.all(_MINE, {"ids": list(ids), "viewer": viewer_id}) if ids and viewer_id is not None else ()
    return {row.meeting_id: (Answer(row.answer), row.before) for row in rows}


def _given(row: Row) -> Given:
    return Given(AccountId(row.account_id), Answer(row.answer), row.line)
