"""Retention of hits: how many a track keeps, and for how long. Run by the worker.

A status whose hit was deleted is never a hit of that track again, however it is edited: nobody is told of it twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from gazouillis.infra.basics.ids import first_id_at
from gazouillis.infra.database.transactions import Tx
from gazouillis.infra.site import Site
from gazouillis.search.tracks.loaded import LoadedTracks
from gazouillis.search.tracks.tables import track_hits, tracks

KEPT_FOR = timedelta(days=90)
"""After the status was published."""
MOST_KEPT = 1000
"""Hits of one track: the newest."""
DELETED_AT_ONCE = 500
TRACKS_AT_ONCE = 20

_hit = (track_hits.c.track_id, track_hits.c.status_id)
_OLD = (
    sa.select(*_hit).where(track_hits.c.status_id < sa.bindparam("before", type_=sa.BigInteger)).order_by(track_hits.c.status_id)
).limit(DELETED_AT_ONCE)
_DELETE_OLD = sa.delete(track_hits).where(sa.tuple_(*_hit).in_(_OLD))
_ranked = (
    sa.select(*_hit, sa.func.row_number().over(partition_by=track_hits.c.track_id, order_by=track_hits.c.status_id.desc()).label("place"))
    .where(track_hits.c.track_id.in_(sa.bindparam("tracks", expanding=True)))
    .subquery()
)
_OLDEST_KEPT = sa.select(_ranked.c.track_id, _ranked.c.status_id).where(_ranked.c.place == sa.bindparam("kept", type_=sa.Integer))


def oldest_kept(now: datetime) -> int:
    """Statuses with smaller ids are too old to be hits."""
    return first_id_at(now - KEPT_FOR)


async def sweep(site: Site) -> None:
    """Deletes hits that are too old, and those beyond the newest `MOST_KEPT` of the tracks that have had hits since the last time."""
    while await _delete_old(site):
        pass
    grown = site.the(LoadedTracks).take_grown()
    for start in range(0, len(grown), TRACKS_AT_ONCE):
        async with site.db.long_write() as tx:
            await _trim(tx, grown[start : start + TRACKS_AT_ONCE])


async def _delete_old(site: Site) -> bool:
    """Deletes one batch. Returns whether there may be more."""
    async with site.db.long_write() as tx:
        return await tx.run(_DELETE_OLD, {"before": oldest_kept(tx.now)}) == DELETED_AT_ONCE


async def _trim(tx: Tx, track_ids: Sequence[int]) -> None:
    for row in await tx.all(_OLDEST_KEPT, {"tracks": list(track_ids), "kept": MOST_KEPT}):
        has_deleted = await tx.run(
            sa.delete(track_hits).where(track_hits.c.track_id == row.track_id, track_hits.c.status_id < row.status_id)
        )
        if has_deleted:
            await tx.run(sa.update(tracks).where(tracks.c.id == row.track_id).values(kept_from=row.status_id))
