"""Notifications that a poll has ended: to its author, and to voters who may still see it. The event names each of them once, ever."""

from __future__ import annotations

from gazouillis.infra.database.transactions import Tx
from gazouillis.notifications.models import Kind
from gazouillis.notifications.notify import create
from gazouillis.notifications.wanted import NewNotification
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses.audience import who_can_see
from gazouillis.statuses.polls.events import PollEndTold


async def on_poll_end_told(tx: Tx, event: PollEndTold) -> None:
    status = (await cached_statuses.by_ids(tx, [event.status_id])).get(event.status_id)
    if status is None or status.status.deleted_at is not None:
        return
    seeing = await who_can_see(tx, status, event.told)
    await create(tx, [NewNotification(one, Kind.POLL, event.account_id, event.status_id) for one in event.told if one in seeing])
