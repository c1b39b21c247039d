"""Creates a notification that comes from nobody else. An account has one of such a kind, about the last time: a page lists all of them."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Tx
from gazouillis.notifications.events import NotificationCreated
from gazouillis.notifications.models import Kind
from gazouillis.notifications.remove import remove
from gazouillis.notifications.tables import notifications


async def replace_own(tx: Tx, account_id: AccountId, kind: Kind) -> None:
    """No mute or block hides it."""
    await remove(tx, notifications.c.account_id == account_id, notifications.c.kind == kind.value)
    notification_id = tx.new_id()
    row = {
        "id": notification_id,
        "account_id": account_id,
        "kind": kind.value,
        "from_account_id": account_id,
        "status_id": 0,
        "created_at": tx.now,
        "about_id": None,
        "group_hour": None,
    }
    await tx.run(sa.insert(notifications), row)
    await tx.emit(NotificationCreated(notification_id, account_id))
