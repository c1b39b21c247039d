"""Deletes what an account leaves behind in this room, in batches: its notifications and read marks.

Those that others have because of it go with their cause: the status, the favourite, the follow.
"""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.database.transactions import Tx
from gazouillis.notifications.remove import remove
from gazouillis.notifications.tables import notifications, read_marks

AT_ONCE = 500


async def erase(tx: Tx, account: Account) -> bool:
    """Deletes one batch. Returns whether there may be more; it is then called again, in another transaction."""
    found = await tx.values(sa.select(notifications.c.id).where(notifications.c.account_id == account.id).limit(AT_ONCE))
    if found:
        await remove(tx, notifications.c.id.in_(found))
    await tx.run(sa.delete(read_marks).where(read_marks.c.account_id == account.id))
    return bool(found)
