"""Retention and erasure: what left the shelf is deleted, and what an account has there."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.encounters.shelf import queries
from gazouillis.encounters.shelf.tables import first_replies, shelf_exposures, shelved_statuses
from gazouillis.infra.database.transactions import Tx
from gazouillis.infra.site import Site

DELETED_AT_ONCE = 500

_oldest = sa.bindparam("oldest", type_=sa.BigInteger)
_exposure = (shelf_exposures.c.viewer_id, shelf_exposures.c.status_id)
_OLD_PLACES = sa.delete(shelved_statuses).where(
    shelved_statuses.c.status_id.in_(
        sa.select(shelved_statuses.c.status_id).where(shelved_statuses.c.status_id <= _oldest).limit(DELETED_AT_ONCE)
    )
)
_OLD_EXPOSURES = sa.delete(shelf_exposures).where(
    sa.tuple_(*_exposure).in_(sa.select(*_exposure).where(shelf_exposures.c.status_id <= _oldest).limit(DELETED_AT_ONCE))
)


async def sweep(site: Site) -> None:
    """Deletes the places and exposures of posts that have left the shelf. Run by the worker."""
    for statement in (_OLD_PLACES, _OLD_EXPOSURES):
        deleted = DELETED_AT_ONCE
        while deleted == DELETED_AT_ONCE:
            async with site.db.long_write() as tx:
                deleted = await tx.run(statement, {"oldest": queries.oldest(tx)})


async def erase(tx: Tx, account: Account) -> bool:
    """Deletes what a deleted account has there, was shown, and whom it answered first. Returns whether there was anything."""
    of_theirs = sa.select(shelved_statuses.c.status_id).where(shelved_statuses.c.account_id == account.id)
    deleted = [
        await tx.run(sa.delete(shelf_exposures).where(shelf_exposures.c.viewer_id == account.id)),
        await tx.run(sa.delete(shelf_exposures).where(shelf_exposures.c.status_id.in_(of_theirs))),
        await tx.run(sa.delete(shelved_statuses).where(shelved_statuses.c.account_id == account.id)),
        await tx.run(sa.delete(first_replies).where(first_replies.c.account_id == account.id)),
        await tx.run(sa.delete(first_replies).where(first_replies.c.other_id == account.id)),
    ]
    return any(deleted)
