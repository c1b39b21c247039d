"""Writing polls: with a new status, after an edit of it, and no more."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.database.transactions import Tx, lock
from gazouillis.statuses.polls import queries
from gazouillis.statuses.polls.events import BallotsReset
from gazouillis.statuses.polls.models import Poll
from gazouillis.statuses.polls.tables import ballots, poll_options, polls

_status = sa.bindparam("status", type_=sa.BigInteger)
_INSERT, _INSERT_OPTIONS = sa.insert(polls), sa.insert(poll_options)
_DELETE, _DELETE_OPTIONS, _DELETE_BALLOTS = (
    sa.delete(table).where(table.c.status_id == _status) for table in (polls, poll_options, ballots)
)
_UPDATE = sa.update(polls).where(polls.c.status_id == _status)
_TAKE_BACK_VOTES = sa.update(ballots).where(ballots.c.status_id == _status, ballots.c.choices > 0).values(choices=0)


async def insert(tx: Tx, status_id: StatusId, poll: Poll) -> None:
    row = {"status_id": status_id, "is_multiple": poll.is_multiple, "hides_totals": poll.hides_totals, "expires_at": poll.expires_at}
    await tx.run(_INSERT, row)
    options = [{"status_id": status_id, "position": number, "title": one} for number, one in enumerate(poll.titles)]
    await tx.run(_INSERT_OPTIONS, options)


async def of_edited(tx: Tx, status_id: StatusId) -> Poll | None:
    """The poll of a status that is being edited. Nobody votes until the edit is written."""
    await lock_poll(tx, status_id)
    return (await queries.of_statuses(tx, [status_id])).get(status_id)


async def replace(tx: Tx, status_id: StatusId, before: Poll | None, after: Poll | None) -> None:
    """What asks the same keeps its votes. Who was told of an end stays noted: nobody is told twice."""
    if before is not None and after is not None and after.asks_the_same(before):
        is_reopened = {"is_announced": False} if after.expires_at != before.expires_at else {}
        changed = {"hides_totals": after.hides_totals, "expires_at": after.expires_at} | is_reopened
        await tx.run(_UPDATE.values(changed), {"status": status_id})
        return
    await _delete(tx, status_id)
    if await tx.run(_TAKE_BACK_VOTES, {"status": status_id}):
        await tx.emit(BallotsReset(status_id))
    if after is not None:
        await insert(tx, status_id, after)


async def remove(tx: Tx, status_id: StatusId) -> None:
    """With all votes, when its status is deleted."""
    await lock_poll(tx, status_id)
    await _delete(tx, status_id)
    await tx.run(_DELETE_BALLOTS, {"status": status_id})


async def lock_poll(tx: Tx, status_id: StatusId) -> None:
    """Until the transaction ends, nobody else votes in this poll or changes it."""
    await lock(tx, f"poll:{status_id}")


async def _delete(tx: Tx, status_id: StatusId) -> None:
    for statement in (_DELETE, _DELETE_OPTIONS):
        await tx.run(statement, {"status": status_id})
