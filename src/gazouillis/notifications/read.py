"""Marking timelines as read, and dismissing notifications."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import first_id_at
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx, insert_or_ignore
from gazouillis.notifications.events import UnreadChanged
from gazouillis.notifications.groups import GroupKey
from gazouillis.notifications.remove import remove
from gazouillis.notifications.tables import notifications, read_marks

TIMELINES = ("home", "notifications")
IDS_AHEAD = timedelta(days=1)
"""How far ids may be ahead of this clock: those of another process, whose clock differs, or that needed many of them."""


async def mark_read(tx: Tx, account: Account, timeline: str, last_read_id: int) -> None:
    """Moves the read mark forward. It never moves back: a slow device does not undo what another has read.

    Raises `Invalid` for an unknown timeline, and for an id that nothing can have yet: what comes later would never be unread.
    """
    if timeline not in TIMELINES:
        raise Invalid(_("There is no such timeline"), field="timeline")
    if last_read_id > first_id_at(tx.now + IDS_AHEAD):
        field = f"{timeline}.last_read_id"
        raise Invalid(_("{field} is not valid", field=field), field=field)
    row = {"account_id": account.id, "timeline": timeline, "last_read_id": last_read_id, "updated_at": tx.now}
    has_moved = await tx.run(insert_or_ignore(read_marks), row) or await _move_forward(tx, account, timeline, last_read_id)
    if has_moved and timeline == "notifications":
        await tx.emit(UnreadChanged(account.id))


async def dismiss(tx: Tx, account: Account, notification_id: int) -> None:
    await remove(tx, notifications.c.account_id == account.id, notifications.c.id == notification_id)


async def dismiss_group(tx: Tx, account: Account, key: GroupKey) -> None:
    of_group = (notifications.c.kind == key.kind.value, notifications.c.status_id == key.status_id, notifications.c.group_hour == key.hour)
    await remove(tx, notifications.c.account_id == account.id, *of_group)


async def clear(tx: Tx, account: Account) -> None:
    await remove(tx, notifications.c.account_id == account.id)


async def _move_forward(tx: Tx, account: Account, timeline: str, last_read_id: int) -> int:
    mine = (read_marks.c.account_id == account.id, read_marks.c.timeline == timeline, read_marks.c.last_read_id < last_read_id)
    moved = {"last_read_id": last_read_id, "updated_at": tx.now, "version": read_marks.c.version + 1}
    return await tx.run(sa.update(read_marks).where(*mine).values(moved))
