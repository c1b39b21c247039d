"""Command: undo the deletion of an account, as long as its waiting time lasts."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.events import AccountRestored
from gazouillis.accounts.models import User
from gazouillis.accounts.tables import accounts, users
from gazouillis.infra.basics.errors import Forbidden
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx


async def restore(tx: Tx, user: User) -> None:
    """Shows the account again with all it had. Raises `Forbidden` when the waiting time is over, and for suspended accounts."""
    if user.deletes_at is not None and user.deletes_at <= tx.now:
        raise Forbidden(_("This account is deleted"))
    if await tx.value(sa.select(accounts.c.suspended_by_moderators_at).where(accounts.c.id == user.account_id)):
        raise Forbidden(_("This account is suspended"))
    await tx.run(sa.update(users).where(users.c.account_id == user.account_id).values(deletes_at=None))
    await tx.run(sa.update(accounts).where(accounts.c.id == user.account_id).values(suspended_at=None))
    await tx.emit(AccountRestored(user.account_id))
