"""Tracks with news: those that have hits newer than the last one their owner saw, and how many."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

import msgspec
import sqlalchemy as sa

from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.cache.expiring import Expiring, cached_for
from gazouillis.infra.cache.regions import CacheRegion
from gazouillis.infra.database.transactions import Reader
from gazouillis.search.tracks import queries
from gazouillis.search.tracks.models import Track
from gazouillis.search.tracks.tables import track_hits, tracks

MOST = 8
"""Tracks: those with the newest hits."""
MOST_COUNTED = 9
"""Of one track. Beyond, there are more than so many."""
LIFETIME = timedelta(minutes=10)


class News(msgspec.Struct, frozen=True):
    """`count`: of the hits that the owner may see now, at most `MOST_COUNTED`. `has_more`: there may be more."""

    track: Track
    count: int
    has_more: bool = False


NEWS: CacheRegion[AccountId, Expiring[tuple[News, ...]]] = CacheRegion("news of tracks", 4_000_000)
"""By owner. Invalidated when a status is or is no more a hit of theirs, by what they do with their tracks, and by their relations."""


async def news(reader: Reader, account_id: AccountId, authority: str) -> tuple[News, ...]:
    """The track with the newest hit first. A count may be some minutes old when an author has just refused to be tracked."""

    async def load(reader: Reader) -> tuple[News, ...]:
        return await _load(reader, account_id, authority)

    return await cached_for(LIFETIME, reader, NEWS, account_id, load)


async def _load(reader: Reader, account_id: AccountId, authority: str) -> tuple[News, ...]:
    ids = await reader.values(_TRACKS, {"account": account_id})
    known = {one.id: one for one in await queries.by_ids(reader, ids)}
    hits: dict[int, list[StatusId]] = defaultdict(list)
    for row in await reader.all(_HITS, {"tracks": list(known), "most": MOST_COUNTED + 1}) if known else ():
        hits[row.track_id].append(StatusId(row.status_id))
    shown = await queries.seen_of_each(reader, {known[one]: hits[one] for one in ids if one in known}, authority)
    counts = ((known[one], len(shown.get(one, ()))) for one in ids if one in known)
    return tuple(News(track, min(count, MOST_COUNTED), count > MOST_COUNTED) for track, count in counts if count)


_is_news = (track_hits.c.is_current.is_(True), track_hits.c.status_id > tracks.c.seen_to)
_newest = sa.func.max(track_hits.c.status_id)
_TRACKS = (
    sa.select(tracks.c.id)
    .join(track_hits, track_hits.c.track_id == tracks.c.id)
    .where(tracks.c.account_id == sa.bindparam("account", type_=sa.BigInteger), tracks.c.is_on.is_(True), *_is_news)
    .group_by(tracks.c.id)
    .order_by(_newest.desc(), tracks.c.id)
    .limit(MOST)
)
_ranked = (
    sa.select(
        track_hits.c.track_id,
        track_hits.c.status_id,
        sa.func.row_number().over(partition_by=track_hits.c.track_id, order_by=track_hits.c.status_id.desc()).label("place"),
    )
    .join(tracks, tracks.c.id == track_hits.c.track_id)
    .where(track_hits.c.track_id.in_(sa.bindparam("tracks", expanding=True)), *_is_news)
    .subquery()
)
_HITS = sa.select(_ranked.c.track_id, _ranked.c.status_id).where(_ranked.c.place <= sa.bindparam("most", type_=sa.Integer))
