"""Notifications of visits: somebody announced a stay where the account lives. Apps get this kind, which Mastodon has not, only by name.

They go with the stay, when it is cancelled or moves to another place, and with the right to see it.
"""

from __future__ import annotations

from typing import Protocol

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Tx
from gazouillis.notifications.models import Kind
from gazouillis.notifications.notify import create
from gazouillis.notifications.remove import remove
from gazouillis.notifications.tables import notifications
from gazouillis.notifications.wanted import NewNotification
from gazouillis.places import queries as places
from gazouillis.places.events import StayCancelled, StayChanged


class Foreseen(Protocol):
    """The event of the room `encounters`, beside this one."""

    @property
    def account_id(self) -> AccountId: ...
    @property
    def notified_ids(self) -> tuple[AccountId, ...]: ...
    @property
    def stay_id(self) -> int | None: ...


async def on_visit_foreseen(tx: Tx, event: Foreseen) -> None:
    """There is one notification of each person at most: the one before makes way."""
    about = (notifications.c.kind == Kind.STAY.value, notifications.c.from_account_id == event.account_id)
    await remove(tx, *about, notifications.c.account_id.in_(event.notified_ids))
    await create(tx, [NewNotification(one, Kind.STAY, event.account_id, about_id=event.stay_id) for one in event.notified_ids])


async def on_stay_cancelled(tx: Tx, event: StayCancelled) -> None:
    await remove(tx, *_about(event.stay_id))


async def on_stay_changed(tx: Tx, event: StayChanged) -> None:
    """Those who may see it still, in the place of which they asked to hear, keep theirs: it tells neither place nor days."""
    about = _about(event.stay_id)
    told = await tx.values(sa.select(notifications.c.account_id).where(*about))
    found, owner = await places.by_ids(tx, [event.stay_id]), await accounts.by_id(tx, event.account_id)
    seeing = await places.who_may_see(tx, found[0], owner, told) if found and owner and not event.has_moved else set()
    await remove(tx, *about, notifications.c.account_id.in_(sorted({*told} - seeing)))


def _about(stay_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return notifications.c.about_id == stay_id, notifications.c.kind == Kind.STAY.value
