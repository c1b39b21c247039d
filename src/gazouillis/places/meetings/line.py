"""The line of those who say yes: the first have the seats, the others wait and move up when a seat is free. Who waits is not stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.graph import circles
from gazouillis.graph import queries as graph
from gazouillis.graph.models import Relation
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.places.meetings import queries
from gazouillis.places.meetings.events import SeatsFreed
from gazouillis.places.meetings.models import Answer, Given, Meeting
from gazouillis.places.meetings.rules import can_see_meeting, waiting
from gazouillis.places.meetings.tables import meeting_answers


async def free_seats(tx: Tx, meeting: Meeting, given_before: Sequence[Given], *, before: int | None) -> None:
    """Tells those who waited before, and have a seat now. `before`: how many seats there were."""
    waited = {one.account_id for one in waiting(given_before, before)}
    now = await queries.answers(tx, meeting.id)
    waits = {one.account_id for one in waiting(now, meeting.seats)}
    moved = [one.account_id for one in now if one.answer is Answer.YES and one.account_id in waited - waits]
    if moved:
        await tx.emit(SeatsFreed(meeting.account_id, meeting.id, tuple(moved)))


async def take_off(tx: Tx, meeting: Meeting, ids: Collection[AccountId], *, before: int | None) -> None:
    """Deletes the answers of these people. The next in line move up, also when there are more seats than `before`."""
    given = await queries.answers(tx, meeting.id)
    gone = sorted({one.account_id for one in given} & {*ids})
    if gone:
        which = (meeting_answers.c.meeting_id == meeting.id, meeting_answers.c.account_id.in_(gone))
        await tx.run(sa.delete(meeting_answers).where(*which))
    await free_seats(tx, meeting, given, before=before)


async def unseeing(reader: Reader, meeting: Meeting) -> list[AccountId]:
    """Of those who answered, who may not see the meeting any more."""
    given = [one.account_id for one in await queries.answers(reader, meeting.id)]
    seeing = await seeing_among(reader, meeting, given)
    return [one for one in given if one not in seeing]


async def seeing_among(reader: Reader, meeting: Meeting, ids: Collection[AccountId]) -> set[AccountId]:
    """Which of these people may see the meeting. Mutes are not asked: the organizer must not learn of them."""
    organizer = (await accounts.by_ids(reader, [meeting.account_id])).get(meeting.account_id)
    if organizer is None or not ids:
        return set()
    relations = await graph.relations(reader, meeting.account_id, ids)
    is_for_circle = meeting.circle_id is not None
    readers = await circles.readers_among(reader, meeting.circle_id, ids) if is_for_circle and meeting.circle_id is not None else set()
    return {
        one
        for one in ids
        if can_see_meeting(meeting, organizer, _reversed(relations[one]), is_over=False, reads_circle=one in readers, takes_part=True)
    }


def _reversed(relation: Relation) -> Relation:
    """That of the other to the organizer."""
    turned = Relation(relation.account_id, relation.viewer_id or relation.account_id)
    return msgspec.structs.replace(turned, follows=relation.is_followed, is_followed=relation.follows, blocks=relation.is_apart)
