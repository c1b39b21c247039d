from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.database import Tx, insert_or_ignore
from gazouillis.infra.errors import Invalid
from gazouillis.infra.messages import _
from gazouillis.notifications.tables import notifications, read_marks

TIMELINES = ("home", "notifications")


async def mark_read(tx: Tx, account: Account, timeline: str, last_read_id: int) -> None:
    """Reading goes forward only: a slow device does not bring back what another has read."""
    if timeline not in TIMELINES:
        raise Invalid(_("There is no such timeline"), field="timeline")
    row = {"account_id": account.id, "timeline": timeline, "last_read_id": last_read_id, "updated_at": tx.now}
    if await tx.run(insert_or_ignore(read_marks), row):
        return
    mine = (read_marks.c.account_id == account.id, read_marks.c.timeline == timeline, read_marks.c.last_read_id < last_read_id)
    moved = {"last_read_id": last_read_id, "updated_at": tx.now, "version": read_marks.c.version + 1}
    await tx.run(sa.update(read_marks).where(*mine).values(moved))


async def dismiss(tx: Tx, account: Account, notification_id: int) -> None:
    await tx.run(sa.delete(notifications).where(notifications.c.account_id == account.id, notifications.c.id == notification_id))


async def clear(tx: Tx, account: Account) -> None:
    await tx.run(sa.delete(notifications).where(notifications.c.account_id == account.id))
