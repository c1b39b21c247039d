"""Command: the owner of a track has seen its hits up to one of them."""

from __future__ import annotations

from contextlib import suppress

import sqlalchemy as sa

from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.paging import Window
from gazouillis.infra.database.transactions import Tx
from gazouillis.infra.site import Site
from gazouillis.search.tracks import queries
from gazouillis.search.tracks.events import TracksChanged
from gazouillis.search.tracks.models import Track
from gazouillis.search.tracks.tables import tracks


async def mark_page_seen(site: Site, account_id: AccountId, track_id: int, window: Window) -> None:
    """The newest hits are news no more when the first page is read, or those after it are asked for. Raises NotFound."""
    if window.max_id is not None or window.is_upward:
        return
    async with site.db.read() as reader:
        track = await queries.own(reader, account_id, track_id)
        newest = (await queries.timeline(reader, track, Window(limit=1))).newest
    if newest is not None and newest > track.seen_to:
        with suppress(Unavailable):  # they are shown all the same
            async with site.db.write() as tx:
                await mark_seen(tx, track, StatusId(newest))


async def mark_seen(tx: Tx, track: Track, newest: StatusId) -> None:
    """What was seen stays seen: an older hit changes nothing."""
    if await tx.run(sa.update(tracks).where(tracks.c.id == track.id, tracks.c.seen_to < newest).values(seen_to=newest)):
        await tx.emit(TracksChanged(track.account_id))
