"""Deletes what an account leaves behind in this room, in batches: its statuses and reblogs, also the scheduled ones, favourites, bookmarks
and votes; and what thanks it.

Replies that it withheld from its threads are released.
"""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.database.transactions import Tx
from gazouillis.statuses import favourite, queries, schedule, vote
from gazouillis.statuses.delete import delete
from gazouillis.statuses.models import Status
from gazouillis.statuses.release import release_all
from gazouillis.statuses.tables import bookmarks, favourites, idempotency_keys, muted_threads, statuses
from gazouillis.statuses.thanks import remove as thanks

STATUSES_AT_ONCE = 20
ROWS_AT_ONCE = 100

_reply = statuses.alias("reply")


async def erase(tx: Tx, account: Account) -> bool:
    """Deletes one batch. Returns whether there may be more; it is then called again, in another transaction."""
    return (
        await _erase_statuses(tx, account)
        or await release_all(tx, account, STATUSES_AT_ONCE)
        or await schedule.erase(tx, account)
        or await thanks.erase(tx, account)
        or await vote.erase(tx, account)
        or await _erase_flags(tx, account)
    )


async def _erase_statuses(tx: Tx, account: Account) -> bool:
    """The newest first, so that of a thread by one author nothing remains."""
    alive = sa.select(statuses.c.id).where(statuses.c.account_id == account.id, statuses.c.deleted_at.is_(None))
    found = await tx.values(alive.order_by(statuses.c.id.desc()).limit(STATUSES_AT_ONCE))
    for one in found:
        status = await queries.by_id(tx, StatusId(one))
        if status is not None and status.deleted_at is None:  # the reblog of a status of one's own is deleted with it
            await _remove_tombstone(tx, await delete(tx, account, status.id))
    return bool(found)


async def _remove_tombstone(tx: Tx, status: Status) -> None:
    """Unless somebody replied to it: replies keep their parent."""
    reply = sa.exists().where(_reply.c.conversation_id == status.conversation_id, _reply.c.in_reply_to_id == status.id)
    await tx.run(sa.delete(statuses).where(statuses.c.id == status.id, ~reply))


async def _erase_flags(tx: Tx, account: Account) -> bool:
    """Favourites one by one, since each is counted; nobody else sees the rest."""
    favourited = await tx.values(_first(favourites, account))
    for one in favourited:
        await favourite.unfavourite(tx, account, StatusId(one))
    has_more = bool(favourited)
    for table in (bookmarks, muted_threads, idempotency_keys):
        found = await tx.values(_first(table, account))
        if found:
            await tx.run(sa.delete(table).where(table.c.account_id == account.id, table.c.status_id.in_(found)))
            has_more = True
    return has_more


def _first(table: sa.Table, account: Account) -> sa.Select[tuple[int]]:
    return sa.select(table.c.status_id).where(table.c.account_id == account.id).limit(ROWS_AT_ONCE)
