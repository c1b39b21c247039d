"""Commands: suspend an account, which hides it as if it were not there, and take that back.

`accounts.suspended_at` says that an account is hidden, and is all that other code asks. An account is hidden by a suspension
(`suspended_by_moderators_at`), or because its owner has asked to delete it (`users.deletes_at`); it is shown again when neither holds.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from gazouillis.accounts import deletion, queries
from gazouillis.accounts.events import AccountSuspended, AccountUnsuspended
from gazouillis.accounts.tables import accounts
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.tables import Moment
from gazouillis.infra.database.transactions import Tx


async def suspend(tx: Tx, account_id: AccountId) -> None:
    """Nothing is lost, and its sessions and tokens work again afterwards. Raises `Conflict` for the last who looks after the server."""
    user = await queries.user(tx, account_id)
    if user is None:
        raise NotFound(_("There is no such account"))
    await deletion.check_may_leave(tx, user)
    hidden_at = sa.func.coalesce(accounts.c.suspended_at, sa.literal(tx.now, Moment))
    await _set(tx, account_id, suspended_at=hidden_at, suspended_by_moderators_at=tx.now)
    await tx.emit(AccountSuspended(account_id))


async def unsuspend(tx: Tx, account_id: AccountId) -> None:
    """The account stays hidden if its owner has asked to delete it."""
    user = await queries.user(tx, account_id)
    if user is None:
        raise NotFound(_("There is no such account"))
    if user.deletes_at is None:
        await _set(tx, account_id, suspended_at=None)
    await _set(tx, account_id, suspended_by_moderators_at=None)
    await tx.emit(AccountUnsuspended(account_id))


async def _set(tx: Tx, account_id: AccountId, **values: datetime | sa.ColumnElement[datetime] | None) -> None:
    await tx.run(sa.update(accounts).where(accounts.c.id == account_id).values(values))
