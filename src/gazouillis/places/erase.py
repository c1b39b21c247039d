"""Deletes what an account leaves behind in this room: its stays, where it lived and what it speaks."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.database.transactions import Tx
from gazouillis.places.tables import residences, spoken_languages, stays


async def erase(tx: Tx, account: Account) -> bool:
    """Returns whether there was anything."""
    deleted = [await tx.run(sa.delete(one).where(one.c.account_id == account.id)) for one in (stays, residences, spoken_languages)]
    return any(deleted)
