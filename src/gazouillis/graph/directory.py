"""The directory: people here who agreed to be found, those who posted last or those who came last first.

Nobody is listed who waits for approval or is suspended, nor to a viewer between whom and them there is a block, or who mutes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.queries import IS_APPROVED
from gazouillis.accounts.tables import LAST_ACTIVITY, LISTED, accounts
from gazouillis.graph.queries import blocked
from gazouillis.graph.tables import mutes
from gazouillis.infra.basics.ids import LARGEST_ID, AccountId
from gazouillis.infra.database.transactions import Reader


class Order(StrEnum):
    ACTIVE = "active"
    """Whoever posted last first; those who never did come last."""
    NEW = "new"


class Position(msgspec.Struct, frozen=True):
    """Where a page ends. `key`: the value by which the order sorts; accounts with the same value are sorted by id."""

    key: int
    account_id: int


START = Position(LARGEST_ID, LARGEST_ID)


class DirectoryPage(msgspec.Struct, frozen=True):
    ids: list[AccountId]
    next: Position | None
    """Where the following page begins; None: this is the last."""


async def directory(
    reader: Reader, viewer_id: AccountId | None, order: Order, limit: int, *, after: Position = START, offset: int = 0
) -> DirectoryPage:
    """One page of accounts after a position, or `offset` accounts further."""
    bounds = {"key": after.key, "id": after.account_id, "limit": limit + 1, "offset": offset}
    rows = await reader.all(_STATEMENTS[order], {"viewer": viewer_id or 0, **bounds})
    page = rows[:limit]
    return DirectoryPage([row.id for row in page], Position(page[-1].key, page[-1].id) if len(rows) > limit else None)


def _statement(key: sa.ColumnElement[int]) -> sa.Select[tuple[int, int]]:
    account_id = accounts.c.id
    after = sa.tuple_(sa.bindparam("key", type_=sa.BigInteger), sa.bindparam("id", type_=sa.BigInteger))
    return (
        sa.select(account_id, key.label("key"))
        .where(LISTED, IS_APPROVED, sa.tuple_(key, account_id) < after)
        .where(account_id.not_in(sa.union_all(*blocked(_viewer))))
        .where(~sa.exists().where(mutes.c.account_id == _viewer, mutes.c.target_id == account_id))
        .order_by(key.desc(), account_id.desc())
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.BigInteger))
    )


_viewer = sa.bindparam("viewer", type_=sa.BigInteger)
_STATEMENTS: Mapping[Order, sa.Select[tuple[int, int]]] = {Order.ACTIVE: _statement(LAST_ACTIVITY), Order.NEW: _statement(accounts.c.id)}
