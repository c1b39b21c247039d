"""Notifications of visits: somebody announced a stay where the account lives. Apps get this kind, which Mastodon has not, only by name."""

from __future__ import annotations

from typing import Protocol

from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Tx
from gazouillis.notifications.models import Kind
from gazouillis.notifications.notify import create
from gazouillis.notifications.remove import remove
from gazouillis.notifications.tables import notifications
from gazouillis.notifications.wanted import NewNotification


class Foreseen(Protocol):
    """The event of the room `encounters`, beside this one."""

    @property
    def account_id(self) -> AccountId: ...
    @property
    def notified_ids(self) -> tuple[AccountId, ...]: ...


async def on_visit_foreseen(tx: Tx, event: Foreseen) -> None:
    """There is one notification of each person at most: the one before makes way."""
    about = (notifications.c.kind == Kind.STAY.value, notifications.c.from_account_id == event.account_id)
    await remove(tx, *about, notifications.c.account_id.in_(event.notified_ids))
    await create(tx, [NewNotification(one, Kind.STAY, event.account_id) for one in event.notified_ids])
