"""Somebody leaves the lists of whoever no longer follows them. `follow.py` calls it; the other commands are in `change_list.py`."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.graph.events import ExclusiveListsChanged
from gazouillis.graph.tables import list_members, lists
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Tx

_HOLDING = (
    sa.select(lists.c.id, lists.c.is_exclusive)
    .join(list_members, list_members.c.list_id == lists.c.id)
    .where(
        list_members.c.account_id == sa.bindparam("member", type_=sa.BigInteger),
        lists.c.account_id == sa.bindparam("owner", type_=sa.BigInteger),
    )
)


async def leave_lists_of(tx: Tx, owner_id: AccountId, member_id: AccountId) -> None:
    holding = await tx.all(_HOLDING, {"member": member_id, "owner": owner_id})
    if not holding:
        return
    left = list_members.c.list_id.in_([one.id for one in holding])
    await tx.run(sa.delete(list_members).where(list_members.c.account_id == member_id, left))
    if any(one.is_exclusive for one in holding):
        await tx.emit(ExclusiveListsChanged(owner_id))
