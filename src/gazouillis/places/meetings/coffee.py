"""Commands: propose a coffee to somebody, and another time for it. Doors propose with `encounters.coffees.propose`, which also asks
whether the two may write to each other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _, counted
from gazouillis.infra.database.transactions import Tx, lock
from gazouillis.places.meetings import queries
from gazouillis.places.meetings.checks import checked_coffee
from gazouillis.places.meetings.events import CoffeeMoved, CoffeeProposed
from gazouillis.places.meetings.models import CoffeeDraft, Meeting, State
from gazouillis.places.meetings.plan import check_runs, row_of, store
from gazouillis.places.meetings.tables import meetings

MOST_UNANSWERED = 5
"""Proposals of one account that wait for an answer."""
AGAIN_AFTER = timedelta(days=30)
"""Who declined is asked again by the same person after this time at the earliest. They may propose one themselves."""


async def propose(tx: Tx, account: Account, guest: Account, draft: CoffeeDraft) -> Meeting:
    """Raises Invalid with the field: `with`, `place_id`, `starts_at`, `minutes`, `about` or `spot`."""
    if guest.id == account.id:
        raise Invalid(_("A coffee takes two"), field="with")
    await lock(tx, f"coffees:{min(account.id, guest.id)}:{max(account.id, guest.id)}")
    await lock(tx, f"coffees of:{account.id}")
    if await queries.open_coffee(tx, account.id, guest.id):
        raise Invalid(_("There is a proposal between you already"), field="with", code="ERR_TAKEN")
    for one in await queries.coffees_of_pair(tx, account.id, guest.id):
        if one.is_declined and one.proposer_id == account.id and one.changed_at > tx.now - AGAIN_AFTER:
            raise Invalid(_("@{handle} has declined: leave the next proposal to them", handle=guest.acct), field="with")
    mine, _answers = await queries.all_of_account(tx, account.id)
    if len([one for one in mine if one.is_coffee and one.is_open and one.proposer_id == account.id]) >= MOST_UNANSWERED:
        sentence = counted(
            "Wait for an answer: at most {count} proposal of yours can be open",
            "Wait for an answer: at most {count} proposals of yours can be open",
            MOST_UNANSWERED,
        )
        raise Invalid(sentence, field="with", code="ERR_TOO_MANY")
    meeting = msgspec.structs.replace(
        checked_coffee(tx, draft), id=tx.new_id(), account_id=account.id, guest_id=guest.id, proposer_id=account.id, changed_at=tx.now
    )
    await tx.run(sa.insert(meetings), row_of(meeting))
    await tx.emit(CoffeeProposed(account.id, meeting.id, guest.id))
    return meeting


async def propose_another_time(tx: Tx, account: Account, meeting_id: int, drafted: Callable[[Meeting], CoffeeDraft]) -> Meeting:
    """Either of the two may; the other then has to answer. `drafted` gets the coffee as it is once nobody else can change it.

    Raises NotFound unless it is their coffee, Invalid with the field.
    """
    await lock(tx, f"meeting:{meeting_id}")
    seen = await queries.seen(tx, account.id, meeting_id)
    before = seen.meeting
    if not before.is_coffee:
        raise Invalid(_("This is no coffee: its organizer changes it"), field="starts_at")
    check_runs(before, is_over=seen.is_over)
    changed = checked_coffee(tx, drafted(before), before)
    meeting = msgspec.structs.replace(changed, proposer_id=account.id, state=State.OPEN, sequence=before.sequence + 1, changed_at=tx.now)
    await store(tx, meeting)
    await tx.emit(CoffeeMoved(account.id, meeting.id, meeting.other_than(account.id)))
    return meeting
