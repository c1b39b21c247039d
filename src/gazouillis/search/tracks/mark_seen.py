"""Command: the owner of a track has seen its hits up to one of them."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.database.transactions import Tx
from gazouillis.search.tracks.events import TracksChanged
from gazouillis.search.tracks.models import Track
from gazouillis.search.tracks.tables import tracks


async def mark_seen(tx: Tx, track: Track, newest: StatusId) -> None:
    """What was seen stays seen: an older hit changes nothing."""
    if await tx.run(sa.update(tracks).where(tracks.c.id == track.id, tracks.c.seen_to < newest).values(seen_to=newest)):
        await tx.emit(TracksChanged(track.account_id))
