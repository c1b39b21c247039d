"""Takes back what somebody was told."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.transactions import Tx
from gazouillis.notifications.events import UnreadChanged
from gazouillis.notifications.tables import notifications


async def remove(tx: Tx, *which: sa.ColumnElement[bool]) -> None:
    recipients = await tx.values(sa.select(notifications.c.account_id).where(*which).distinct())
    if recipients:
        await tx.run(sa.delete(notifications).where(*which))
        await tx.emit(*(UnreadChanged(one) for one in recipients))
