"""Viewer flags: which statuses an account has favourited, reblogged and bookmarked, which threads it has muted, and whether it filters.

The newest of each kind are cached per account, as one index: most pages show recent statuses, whose flags then need no query. For
older statuses the database is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.filters.tables import filters
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.cache.regions import CacheRegion, cached
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses.models import CachedStatus, ViewerFlags
from gazouillis.statuses.tables import bookmarks, favourites, muted_threads, statuses

NEWEST = 200
"""How many of the newest favourites, reblogs and bookmarks of an account are cached."""

MOST_MUTED = 1_000
"""How many muted threads of an account count, the newest."""

FAVOURITED, REBLOGGED, BOOKMARKED, MUTED, FILTERS = 1, 2, 4, 8, 16
FLAGS = tuple(
    ViewerFlags(bool(bits & FAVOURITED), bool(bits & REBLOGGED), bool(bits & BOOKMARKED), bool(bits & MUTED)) for bits in range(16)
)
"""The `ViewerFlags` of each sum of bits, made once."""


class FlagIndex(msgspec.Struct, frozen=True):
    """All flags of one account on statuses whose id is at least `since`: by status, the sum of their bits."""

    bits: dict[StatusId, int]
    since: int
    muted: frozenset[StatusId] = frozenset()
    """The statuses that began muted threads."""
    has_filters: bool = False


_ENTRY = 110
"""Bytes of one status id and its place in the dictionary, at most."""

FLAG_INDEXES: CacheRegion[AccountId, FlagIndex] = CacheRegion(
    "viewer flags", 32_000_000, lambda index: 400 + _ENTRY * (len(index.bits) + len(index.muted))
)

_viewer = sa.bindparam("viewer", type_=sa.BigInteger)
_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)


def _kind(bit: int, account: sa.Column[Any], status: sa.Column[Any]) -> tuple[sa.Select[Any], sa.Column[Any]]:
    return sa.select(sa.literal(bit).label("bit"), status.label("id")).where(account == _viewer, status.is_not(None)), status


_KINDS = (
    _kind(FAVOURITED, favourites.c.account_id, favourites.c.status_id),
    _kind(REBLOGGED, statuses.c.account_id, statuses.c.reblog_of_id),
    _kind(BOOKMARKED, bookmarks.c.account_id, bookmarks.c.status_id),
)
_muted, _muted_id = _kind(MUTED, muted_threads.c.account_id, muted_threads.c.status_id)
_NEWEST = sa.union_all(
    *(sa.select(kind.order_by(status.desc()).limit(NEWEST).subquery()) for kind, status in _KINDS),
    sa.select(_muted.order_by(_muted_id.desc()).limit(MOST_MUTED).subquery()),
    sa.select(_kind(FILTERS, filters.c.account_id, filters.c.id)[0].limit(1).subquery()),
)
_HAS_FILTERS = sa.select(sa.exists().where(filters.c.account_id == _viewer))
_MUTED_AMONG = sa.select(muted_threads.c.status_id).where(muted_threads.c.account_id == _viewer, muted_threads.c.status_id.in_(_ids))
_BY_IDS = sa.union_all(*(kind.where(status.in_(_ids)) for kind, status in _KINDS))


async def bits_by_status(reader: Reader, viewer_id: AccountId | None, ids: Collection[StatusId]) -> Mapping[StatusId, int]:
    """For these statuses, the sum of the viewer's bits. A status without a flag is left out; statuses not asked for may be there too."""
    if viewer_id is None:
        return _NONE
    if ids and reader.cache is not None:
        index = (await cached(reader, FLAG_INDEXES, (viewer_id,), _load))[viewer_id]
        if not index.since or min(ids) >= index.since:
            return index.bits
    return _sum(await reader.all(_BY_IDS, {"viewer": viewer_id, "ids": list(ids)}))


async def of_page(
    reader: Reader, viewer_id: AccountId | None, found: Mapping[StatusId, CachedStatus]
) -> tuple[Mapping[StatusId, int], Collection[StatusId]]:
    """The bits as `bits_by_status` gives them, and which of the threads of these statuses the viewer has muted; others may be there too."""
    if viewer_id is None or not found:
        return _NONE, ()
    if reader.cache is None:
        ids = {one.status.conversation_id for one in found.values()}
        muted = await reader.values(_MUTED_AMONG, {"viewer": viewer_id, "ids": list(ids)})
        return await bits_by_status(reader, viewer_id, found), muted
    index = (await cached(reader, FLAG_INDEXES, (viewer_id,), _load))[viewer_id]
    if not index.since or min(found) >= index.since:
        return index.bits, index.muted
    return _sum(await reader.all(_BY_IDS, {"viewer": viewer_id, "ids": list(found)})), index.muted


async def has_filters(reader: Reader, viewer_id: AccountId | None) -> bool:
    """Whether this account has any filter. No query when its viewer flags are cached."""
    if viewer_id is None:
        return False
    if reader.cache is None:
        return bool(await reader.value(_HAS_FILTERS, {"viewer": viewer_id}))
    return (await cached(reader, FLAG_INDEXES, (viewer_id,), _load))[viewer_id].has_filters


async def _load(reader: Reader, viewers: Collection[AccountId]) -> dict[AccountId, FlagIndex]:
    indexes = {}
    for viewer_id in viewers:
        rows = await reader.all(_NEWEST, {"viewer": viewer_id})
        ids_by_bit: dict[int, list[int]] = {}
        for row in rows:
            ids_by_bit.setdefault(row.bit, []).append(row.id)
        muted = frozenset(StatusId(one) for one in ids_by_bit.pop(MUTED, ()))
        has_filters = bool(ids_by_bit.pop(FILTERS, ()))
        since = max((min(ids) for ids in ids_by_bit.values() if len(ids) >= NEWEST), default=0)
        indexes[viewer_id] = FlagIndex(_sum([row for row in rows if row.bit < MUTED]), since, muted, has_filters)
    return indexes


def _sum(rows: Collection[Any]) -> dict[StatusId, int]:
    bits: dict[StatusId, int] = {}
    for row in rows:
        bits[row.id] = bits.get(row.id, 0) | row.bit
    return bits


_NONE: Mapping[StatusId, int] = {}
