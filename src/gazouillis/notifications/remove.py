"""Removing notifications."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.transactions import Tx
from gazouillis.notifications.events import UnreadChanged
from gazouillis.notifications.tables import notifications


async def remove(tx: Tx, *which: sa.ColumnElement[bool]) -> None:
    """Deletes the notifications for which all conditions hold, and tells the caches of their recipients."""
    recipients = await tx.values(sa.select(notifications.c.account_id).where(*which).distinct())
    if recipients:
        await tx.run(sa.delete(notifications).where(*which))
        await tx.emit(*(UnreadChanged(one) for one in recipients))
