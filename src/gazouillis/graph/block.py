"""Blocking and unblocking accounts."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.graph.change_circle import leave_circles_of
from gazouillis.graph.events import AccountBlocked, AccountUnblocked
from gazouillis.graph.follow import unfollow
from gazouillis.graph.tables import blocks
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx, insert_or_ignore


async def block(tx: Tx, account: Account, target: Account) -> None:
    """Ends the follows, follow requests and memberships in circles, in both directions. Neither sees the other from now on."""
    if account.id == target.id:
        raise Invalid(_("You cannot block yourself"))
    await unfollow(tx, account, target)
    await unfollow(tx, target, account)
    if await tx.run(insert_or_ignore(blocks), {"account_id": account.id, "target_id": target.id, "id": tx.new_id()}):
        await tx.emit(AccountBlocked(account.id, target.id))
    await leave_circles_of(tx, account.id, target.id)
    await leave_circles_of(tx, target.id, account.id)


async def unblock(tx: Tx, account: Account, target: Account) -> None:
    """The follows that the block ended do not come back."""
    if await tx.run(sa.delete(blocks).where(blocks.c.account_id == account.id, blocks.c.target_id == target.id)):
        await tx.emit(AccountUnblocked(account.id, target.id))
