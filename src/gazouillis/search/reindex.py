"""The index made again, a little at a time, when texts are cut into words in another way. Killed at any moment, it goes on.

Only of what is indexed already: what is not was published a moment ago, and comes by its own event.
"""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.transactions import Tx
from gazouillis.search import index
from gazouillis.search.events import AccountsIndexOutdated, StatusesIndexOutdated
from gazouillis.search.tables import searched_accounts, searched_statuses

AT_ONCE = 100
"""A few milliseconds, during which nobody else writes."""

_INDEXED_STATUSES, _INDEXED_ACCOUNTS = (
    sa.select(table.c.rowid).where(table.c.rowid > sa.bindparam("after")).order_by(table.c.rowid).limit(sa.bindparam("limit"))
    for table in (searched_statuses, searched_accounts)
)


async def on_statuses_index_outdated(tx: Tx, event: StatusesIndexOutdated) -> None:
    """How often a tag was used stays as it is counted."""
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
