"""Notifications of thanks: one for each person, when they are thanked. Apps get this kind only by name: Mastodon has no such kind."""

from __future__ import annotations

from collections.abc import Collection

from gazouillis.graph import queries as graph
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Tx
from gazouillis.notifications.models import Kind
from gazouillis.notifications.notify import create
from gazouillis.notifications.wanted import NewNotification
from gazouillis.statuses.events import StatusReleased, ThanksChanged
from gazouillis.statuses.thanks import queries as thanks


async def on_thanks_changed(tx: Tx, event: ThanksChanged) -> None:
    """A withheld status notifies nobody, until it is released."""
    if event.withheld_by is None:
        await _notify(tx, event, event.added)


async def on_status_released(tx: Tx, event: StatusReleased) -> None:
    if event.was_awaiting:
        await _notify(tx, event, await thanks.thanked_ids(tx, event.status_id))


async def _notify(tx: Tx, event: ThanksChanged | StatusReleased, ids: Collection[AccountId]) -> None:
    """Whoever mutes the author gets none, even if they let other notifications of theirs through: nobody must answer thanks."""
    hidden = await graph.blocks_and_mutes_of(tx, ids) if ids else {}
    listening = [one for one in ids if not hidden[one].mutes(event.account_id, tx)]
    await create(tx, [NewNotification(one, Kind.THANKS, event.account_id, event.status_id) for one in listening])
