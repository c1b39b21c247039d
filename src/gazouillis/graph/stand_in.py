"""Command: let somebody who does not exist stand to an account as a stranger, a follower or a mutual does, in a transaction that is
going to be rolled back.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.accounts.stand_in import add_stand_in
from gazouillis.graph.tables import blocks, domain_blocks, follows
from gazouillis.infra.database.transactions import Tx


async def stand_in(tx: Tx, owner: Account, *, follows_owner: bool = False, is_followed: bool = False) -> Account:
    """It has the blocks of the owner, on both sides: whoever blocked the owner stays hidden, and whoever the owner blocked too."""
    other = await add_stand_in(tx)
    for follower, followed, is_there in ((other.id, owner.id, follows_owner), (owner.id, other.id, is_followed)):
        if is_there:
            await tx.run(sa.insert(follows).values(follower_id=follower, followed_id=followed, id=tx.new_id()))
    for statement in _COPIES:
        await tx.run(statement, {"owner": owner.id, "other": other.id})
    return other


def _copy(table: sa.Table, own: str) -> sa.Insert:
    """Copies the rows that have the owner in this column, with the stand-in in its place."""
    other: sa.ColumnElement[Any] = sa.bindparam("other", type_=sa.BigInteger)
    columns = [other.label(own) if one.name == own else one for one in table.c]
    chosen = sa.select(*columns).where(table.c[own] == sa.bindparam("owner", type_=sa.BigInteger))
    return sa.insert(table).from_select([one.name for one in table.c], chosen)


_COPIES = (_copy(blocks, "account_id"), _copy(blocks, "target_id"), _copy(domain_blocks, "account_id"))
