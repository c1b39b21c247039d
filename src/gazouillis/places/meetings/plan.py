"""Commands: plan, change and cancel a meeting, and forget where it was."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _, counted
from gazouillis.infra.database.transactions import Tx, lock
from gazouillis.infra.site import Site
from gazouillis.places.checks import area, checked_place
from gazouillis.places.meetings import queries
from gazouillis.places.meetings.checks import checked_meeting
from gazouillis.places.meetings.events import MeetingCancelled, MeetingChanged, MeetingPlanned
from gazouillis.places.meetings.line import take_off, unseeing
from gazouillis.places.meetings.models import Meeting, MeetingDraft, State
from gazouillis.places.meetings.queries import KEPT
from gazouillis.places.meetings.tables import meeting_answers, meetings

MOST_MEETINGS = 20
"""Of one account that are not over."""


async def plan(tx: Tx, account: Account, draft: MeetingDraft) -> Meeting:
    """Raises Invalid with the field. The same meeting is not planned twice: the form was sent again."""
    await lock(tx, f"meetings:{account.id}")
    meeting = await checked_meeting(tx, account.id, draft)
    mine, _answers = await queries.all_of_account(tx, account.id)
    running = [one for one in mine if not one.is_cancelled and not one.is_coffee and not tx.has_come(one.ends_at)]
    for one in running:
        if (one.title, one.place_id, one.starts_at) == (meeting.title, meeting.place_id, meeting.starts_at):
            return one
    if len(running) >= MOST_MEETINGS:
        sentence = counted("You can plan {count} meeting at most", "You can plan {count} meetings at most", MOST_MEETINGS)
        raise Invalid(sentence, field="title", code="ERR_TOO_MANY")
    planned = msgspec.structs.replace(meeting, id=tx.new_id(), changed_at=tx.now)
    await tx.run(sa.insert(meetings), row_of(planned))
    await tx.emit(MeetingPlanned(account.id, planned.id))
    return planned


async def change(tx: Tx, account: Account, meeting_id: int, drafted: Callable[[Meeting], MeetingDraft]) -> Meeting:
    """`drafted` gets the meeting as it is once nobody else can change it. Who does not belong to its audience any more loses their answer.

    Raises NotFound unless it is the account's, Invalid with the field, or when it is over, cancelled or a coffee.
    """
    before = await _own(tx, account.id, meeting_id)
    if before.is_coffee:
        raise Invalid(_("Of a coffee, propose another time"), field="starts_at")
    changed = await checked_meeting(tx, account.id, drafted(before), before)
    if changed == before:
        return before
    meeting = msgspec.structs.replace(changed, sequence=before.sequence + 1, changed_at=tx.now)
    await store(tx, meeting)
    await take_off(tx, meeting, await unseeing(tx, meeting), before=before.seats)
    await tx.emit(MeetingChanged(account.id, meeting.id))
    return meeting


async def cancel(tx: Tx, account_id: AccountId, meeting_id: int) -> Meeting:
    """Either of the two may cancel a coffee. It stays for calendars, as cancelled, and for those who wanted to come."""
    before = await _own(tx, account_id, meeting_id)
    meeting = msgspec.structs.replace(before, state=State.CANCELLED, sequence=before.sequence + 1, changed_at=tx.now)
    await store(tx, meeting)
    await tx.emit(MeetingCancelled(account_id, meeting.id))
    return meeting


async def sweep(site: Site, limit: int = 500) -> None:
    """Forgets the exact place of meetings that are over, and deletes those that were over long ago, at most `limit`. By the worker."""
    async with site.db.long_write() as tx:
        over = meetings.c.ends_at < tx.now
        await tx.run(sa.update(meetings).where(over, meetings.c.spot != "").values(spot=""))
        ended = await tx.values(sa.select(meetings.c.id).where(meetings.c.ends_at < tx.now - KEPT).limit(limit))
        await remove(tx, ended)


async def remove(tx: Tx, ids: list[int]) -> None:
    """Deletes meetings with their answers."""
    if ids:
        await tx.run(sa.delete(meeting_answers).where(meeting_answers.c.meeting_id.in_(ids)))
        await tx.run(sa.delete(meetings).where(meetings.c.id.in_(ids)))


async def store(tx: Tx, meeting: Meeting) -> None:
    await tx.run(sa.update(meetings).where(meetings.c.id == meeting.id).values(row_of(meeting)))


def row_of(meeting: Meeting) -> dict[str, object]:
    values = msgspec.structs.asdict(meeting) | {"audience": meeting.audience.value, "state": meeting.state.value}
    return values | msgspec.structs.asdict(area(checked_place(meeting.place_id)))


async def _own(tx: Tx, account_id: AccountId, meeting_id: int) -> Meeting:
    await lock(tx, f"meeting:{meeting_id}")
    seen = await queries.seen(tx, account_id, meeting_id)
    if account_id not in {seen.meeting.account_id, seen.meeting.guest_id}:
        raise queries.no_meeting()
    check_runs(seen.meeting, is_over=seen.is_over)
    return seen.meeting


def check_runs(meeting: Meeting, *, is_over: bool) -> None:
    if meeting.is_declined:
        raise Invalid(_("This coffee was declined"), field="state")
    if meeting.is_cancelled:
        raise Invalid(_("This meeting is cancelled"), field="state")
    if is_over:
        raise Invalid(_("This meeting is over"), field="state")
