"""Notifications of hits, for tracks whose owner wants to hear at once. Apps get this kind only by name: Mastodon has no such kind."""

from __future__ import annotations

from typing import Protocol

from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Tx
from gazouillis.notifications.models import Kind
from gazouillis.notifications.notify import create
from gazouillis.notifications.remove import remove
from gazouillis.notifications.replace_own import replace_own
from gazouillis.notifications.tables import notifications
from gazouillis.notifications.wanted import NewNotification


class Tracked(Protocol):
    """The event of the room `search`, beside this one."""

    @property
    def status_id(self) -> StatusId: ...
    @property
    def account_id(self) -> AccountId: ...
    @property
    def notified_ids(self) -> tuple[AccountId, ...]: ...


class Untracked(Protocol):
    @property
    def status_id(self) -> StatusId: ...
    @property
    def hits(self) -> tuple[tuple[int, AccountId], ...]: ...
    @property
    def kept_by(self) -> tuple[AccountId, ...]: ...


class ForAccount(Protocol):
    @property
    def account_id(self) -> AccountId: ...


async def on_digest_due(tx: Tx, event: ForAccount) -> None:
    """Each account has one such notification, about the last digest."""
    await replace_own(tx, event.account_id, Kind.TRACK_DIGEST)


async def on_status_tracked(tx: Tx, event: Tracked) -> None:
    await create(tx, [NewNotification(one, Kind.TRACK, event.account_id, event.status_id) for one in event.notified_ids])


async def on_status_untracked(tx: Tx, event: Untracked) -> None:
    """What is said no more is notified no more."""
    about = (notifications.c.status_id == event.status_id, notifications.c.kind == Kind.TRACK.value)
    await remove(tx, *about, notifications.c.account_id.in_({owner for _track, owner in event.hits}.difference(event.kept_by)))
