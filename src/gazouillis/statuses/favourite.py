"""Commands: favourite and bookmark a status, and undo it."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.database.transactions import Tx, insert_or_ignore
from gazouillis.statuses import queries
from gazouillis.statuses.events import StatusBookmarked, StatusFavourited, StatusUnbookmarked, StatusUnfavourited
from gazouillis.statuses.models import Status
from gazouillis.statuses.publish import change_count
from gazouillis.statuses.tables import bookmarks, favourites


async def favourite(tx: Tx, account: Account, status_id: StatusId) -> Status:
    status = await queries.visible_original(tx, status_id, account.id)
    if await tx.run(insert_or_ignore(favourites), {"account_id": account.id, "status_id": status.id, "id": tx.new_id()}):
        await change_count(tx, status.id, "favourites_count", 1)
        await tx.emit(StatusFavourited(status.id, account.id, status.account_id))
    return await queries.visible(tx, status.id, account.id)


async def unfavourite(tx: Tx, account: Account, status_id: StatusId) -> Status:
    """Undoes it even when the account can no longer see the status. If there was no favourite, it must be visible, else NotFound."""
    status = await queries.original_even_if_hidden(tx, status_id)
    if not await tx.run(_delete_from(favourites, account, status)):
        return await queries.visible_or_tombstone(tx, status, account.id)
    await change_count(tx, status.id, "favourites_count", -1)
    await tx.emit(StatusUnfavourited(status.id, account.id, status.account_id))
    return status


async def bookmark(tx: Tx, account: Account, status_id: StatusId) -> Status:
    status = await queries.visible_original(tx, status_id, account.id)
    if await tx.run(insert_or_ignore(bookmarks), {"account_id": account.id, "status_id": status.id, "id": tx.new_id()}):
        await tx.emit(StatusBookmarked(status.id, account.id))
    return status


async def unbookmark(tx: Tx, account: Account, status_id: StatusId) -> Status:
    """As `unfavourite`."""
    status = await queries.original_even_if_hidden(tx, status_id)
    if not await tx.run(_delete_from(bookmarks, account, status)):
        return await queries.visible_or_tombstone(tx, status, account.id)
    await tx.emit(StatusUnbookmarked(status.id, account.id))
    return status


def _delete_from(table: sa.Table, account: Account, status: Status) -> sa.Delete:
    return sa.delete(table).where(table.c.account_id == account.id, table.c.status_id == status.id)
