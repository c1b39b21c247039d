"""Command: answer a meeting with yes, maybe or no; answer the proposal of a coffee with yes or no."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx, insert_or_replace, lock
from gazouillis.places.meetings import queries
from gazouillis.places.meetings.events import CoffeeAccepted, CoffeeDeclined, MeetingAnswered
from gazouillis.places.meetings.line import free_seats
from gazouillis.places.meetings.models import Answer, ShownMeeting, State
from gazouillis.places.meetings.plan import check_runs, store
from gazouillis.places.meetings.tables import meeting_answers

_PUT = insert_or_replace(meeting_answers, ("meeting_id", "account_id"), ("answer", "line"))


async def answer(tx: Tx, account: Account, meeting_id: int, word: str) -> None:
    """Raises NotFound unless the account may see it, Invalid when it is cancelled, over, its own, or the word none of the answers.

    Who says yes once more keeps their place in the line.
    """
    await lock(tx, f"meeting:{meeting_id}")
    seen = await queries.seen(tx, account.id, meeting_id)
    check_runs(seen.meeting, is_over=seen.is_over)
    if word not in {one.value for one in Answer}:
        raise Invalid(_("Answer yes, maybe or no"), field="answer", code="ERR_INCLUSION" if word else "ERR_BLANK")
    given = Answer(word)
    if seen.meeting.is_coffee:
        await _answer_coffee(tx, account, seen, given)
        return
    if seen.is_own:
        raise Invalid(_("You organize this meeting"), field="answer")
    if given is seen.answer:
        return
    before = await queries.answers(tx, meeting_id)
    last: int | None = await tx.value(sa.select(sa.func.max(meeting_answers.c.line)).where(meeting_answers.c.meeting_id == meeting_id))
    row = {"meeting_id": meeting_id, "account_id": account.id, "answer": given.value, "line": (last or 0) + 1}
    await tx.run(_PUT, row)
    await tx.emit(MeetingAnswered(account.id, meeting_id))
    await free_seats(tx, seen.meeting, before, before=seen.meeting.seats)


async def _answer_coffee(tx: Tx, account: Account, seen: ShownMeeting, given: Answer) -> None:
    if given is Answer.MAYBE:
        raise Invalid(_("Answer yes or no, or propose another time"), field="answer", code="ERR_INCLUSION")
    if not seen.waits_for_viewer:
        raise Invalid(_("It is for the other to answer"), field="answer")
    meeting, is_yes = seen.meeting, given is Answer.YES
    state = State.AGREED if is_yes else State.DECLINED
    await store(tx, msgspec.structs.replace(meeting, state=state, sequence=meeting.sequence + 1, changed_at=tx.now))
    event = CoffeeAccepted if is_yes else CoffeeDeclined
    await tx.emit(event(account.id, meeting.id, meeting.other_than(account.id)))
