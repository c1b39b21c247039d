"""Taking people out of thanks: those who are in a block with the author, and those whose account is deleted."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.graph.events import AccountBlocked
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.database.transactions import Tx
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses.events import ThanksChanged
from gazouillis.statuses.tables import statuses, thanked, thanks

AT_ONCE = 100

_of = sa.select(thanked.c.id, thanked.c.status_id).join(thanks, thanks.c.status_id == thanked.c.status_id)


async def on_account_blocked(tx: Tx, event: AccountBlocked) -> None:
    """Neither keeps a trace of the other."""
    one, other = event.account_id, event.target_id
    is_between = sa.or_(
        sa.and_(thanks.c.account_id == one, thanked.c.account_id == other),
        sa.and_(thanks.c.account_id == other, thanked.c.account_id == one),
    )
    while await _remove(tx, _of.where(is_between)):
        pass


async def erase(tx: Tx, account: Account) -> bool:
    """Deletes one batch of what thanks this account. Returns whether there may be more."""
    return await _remove(tx, _of.where(thanked.c.account_id == account.id))


async def _remove(tx: Tx, which: sa.Select[tuple[int, int]]) -> bool:
    """A status thanks somebody once: each of the rows is of another status."""
    rows = await tx.all(which.limit(AT_ONCE))
    if not rows:
        return False
    await tx.run(sa.delete(thanked).where(thanked.c.id.in_([row.id for row in rows])))
    ids = [StatusId(row.status_id) for row in rows]
    fewer = sa.update(statuses).where(statuses.c.id.in_(ids), statuses.c.thanked_count > 0)
    await tx.run(fewer.values(thanked_count=statuses.c.thanked_count - 1))
    changed = [one.status for one in (await cached_statuses.by_ids(tx, ids)).values() if one.status.deleted_at is None]
    await tx.emit(*(ThanksChanged(one.id, one.account_id, one.visibility, one.withheld_by) for one in changed))
    return True
