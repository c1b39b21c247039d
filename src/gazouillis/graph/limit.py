"""Limiting an account: a degree between muting and blocking. It can read and follow, but what it says to one waits.

Its replies wait to be accepted (`statuses/replies.py`), and it notifies no more (`queries.muting_notifications`). It is not told.
"""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.graph.events import AccountLimited, AccountUnlimited
from gazouillis.graph.tables import limits
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx, insert_or_ignore


async def limit(tx: Tx, account: Account, target: Account) -> None:
    if account.id == target.id:
        raise Invalid(_("You cannot limit yourself"))
    if await tx.run(insert_or_ignore(limits), {"account_id": account.id, "target_id": target.id, "id": tx.new_id()}):
        await tx.emit(AccountLimited(account.id, target.id))


async def unlimit(tx: Tx, account: Account, target: Account) -> None:
    """Replies that wait go on waiting, until they are accepted or declined."""
    if await tx.run(sa.delete(limits).where(limits.c.account_id == account.id, limits.c.target_id == target.id)):
        await tx.emit(AccountUnlimited(account.id, target.id))
