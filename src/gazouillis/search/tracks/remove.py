"""Command: track something no more. Its hits go in batches, by the worker."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Tx
from gazouillis.search.tracks import queries
from gazouillis.search.tracks.events import TrackRemoved, TracksChanged
from gazouillis.search.tracks.models import Track
from gazouillis.search.tracks.tables import track_hits, tracks

AT_ONCE = 500


async def remove(tx: Tx, account_id: AccountId, track_id: int) -> Track:
    """Raises NotFound for a track that is not theirs."""
    track = await queries.own(tx, account_id, track_id)
    await tx.run(sa.delete(tracks).where(tracks.c.id == track_id))
    await tx.emit(TrackRemoved(track_id, track.query, track.language), TracksChanged(account_id))
    return track


async def on_track_removed(tx: Tx, event: TrackRemoved) -> None:
    """Deletes one batch of its hits; the same event asks for the next one."""
    found = await tx.values(sa.select(track_hits.c.status_id).where(track_hits.c.track_id == event.track_id).limit(AT_ONCE))
    await tx.run(sa.delete(track_hits).where(track_hits.c.track_id == event.track_id, track_hits.c.status_id.in_(found)))
    if len(found) == AT_ONCE:
        await tx.emit(event)


async def erase(tx: Tx, account: Account) -> bool:
    """Deletes the tracks of a deleted account. Returns whether there were any."""
    mine: Sequence[Track] = await queries.of_account(tx, account.id)
    for one in mine:
        await remove(tx, account.id, one.id)
    return bool(mine)
