"""Command: add an account that stands for somebody who does not exist, in a transaction that is going to be rolled back."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts import queries
from gazouillis.accounts.models import Account
from gazouillis.accounts.tables import accounts
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Tx


async def add_stand_in(tx: Tx) -> Account:
    """It has no user, and a handle that nobody can choose. It emits nothing: nobody may ever learn of it."""
    account_id = AccountId(tx.new_id())
    handle = f"~{account_id}"
    await tx.run(sa.insert(accounts).values(id=account_id, handle=handle, username=handle, created_at=tx.now))
    account = await queries.by_id(tx, account_id)
    assert account is not None
    return account
