"""Reindexing: builds the search index again, batch by batch, after a change of the word splitter.

Each batch emits the event for the next one in its own transaction, so a killed server goes on where it stopped. Only entries that
are indexed already are done again: the others were published a moment ago and are indexed by their own event.
"""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.transactions import Tx
from gazouillis.search import index
from gazouillis.search.events import AccountsIndexOutdated, StatusesIndexOutdated
from gazouillis.search.tables import searched_accounts, searched_statuses

AT_ONCE = 100
"""Entries of one batch: a few milliseconds during which nobody else writes."""

_INDEXED_STATUSES, _INDEXED_ACCOUNTS = (
    sa.select(table.c.rowid).where(table.c.rowid > sa.bindparam("after")).order_by(table.c.rowid).limit(sa.bindparam("limit"))
    for table in (searched_statuses, searched_accounts)
)


async def on_statuses_index_outdated(tx: Tx, event: StatusesIndexOutdated) -> None:
    """The numbers of uses of hashtags stay as they are."""
    ids = await tx.values(_INDEXED_STATUSES, {"after": event.after, "limit": AT_ONCE})
    if ids:
        await index.replace_statuses(tx, ids)
        await tx.emit(StatusesIndexOutdated(ids[-1]))


async def on_accounts_index_outdated(tx: Tx, event: AccountsIndexOutdated) -> None:
    ids = await tx.values(_INDEXED_ACCOUNTS, {"after": event.after, "limit": AT_ONCE})
    for one in ids:
        await index.index_account(tx, one)
    if ids:
        await tx.emit(AccountsIndexOutdated(ids[-1]))
