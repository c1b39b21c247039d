"""Reactions: who may not see a meeting any more does not come to it either; and erasure of what a deleted account leaves behind."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.graph.events import AccountBlocked, AccountUnfollowed, CircleChanged, DomainBlocked
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Tx, lock
from gazouillis.places.audience import NOW
from gazouillis.places.meetings import queries
from gazouillis.places.meetings.line import take_off, unseeing
from gazouillis.places.meetings.plan import remove
from gazouillis.places.meetings.tables import meeting_answers, meetings

_OF = sa.select(meetings.c.id).where(
    meetings.c.account_id == sa.bindparam("owner", type_=sa.BigInteger), meetings.c.guest_id.is_(None), meetings.c.ends_at > NOW
)
_ANSWERED = sa.select(meeting_answers.c.meeting_id).where(meeting_answers.c.account_id == sa.bindparam("account", type_=sa.BigInteger))


async def on_account_unfollowed(tx: Tx, event: AccountUnfollowed) -> None:
    await _take_off_unseeing(tx, event.account_id)
    await _take_off_unseeing(tx, event.target_id)


async def on_account_blocked(tx: Tx, event: AccountBlocked) -> None:
    """Their coffees go, and neither comes to the other's meetings."""
    coffees = await queries.coffees_of_pair(tx, event.account_id, event.target_id)
    await remove(tx, [one.id for one in coffees])
    await _take_off_unseeing(tx, event.account_id)
    await _take_off_unseeing(tx, event.target_id)


async def on_circle_changed(tx: Tx, event: CircleChanged) -> None:
    await _take_off_unseeing(tx, event.account_id)


async def on_domain_blocked(tx: Tx, event: DomainBlocked) -> None:
    await _take_off_unseeing(tx, event.account_id)


async def erase(tx: Tx, account: Account) -> bool:
    """Deletes what an account organizes, its coffees and its answers; who waited moves up. Returns whether there was anything."""
    mine, _answers = await queries.all_of_account(tx, account.id)
    await remove(tx, [one.id for one in mine])
    answered = await tx.values(_ANSWERED, {"account": account.id})
    for one in await queries.by_ids(tx, answered):
        await lock(tx, f"meeting:{one.id}")
        await take_off(tx, one, [account.id], before=one.seats)
    await tx.run(sa.delete(meeting_answers).where(meeting_answers.c.account_id == account.id))
    return bool(mine or answered)


async def _take_off_unseeing(tx: Tx, owner_id: AccountId) -> None:
    for meeting_id in sorted(await tx.values(_OF, {"owner": owner_id, "now": tx.now})):
        await lock(tx, f"meeting:{meeting_id}")
        meeting = await queries.by_id(tx, meeting_id)
        await take_off(tx, meeting, await unseeing(tx, meeting), before=meeting.seats)
