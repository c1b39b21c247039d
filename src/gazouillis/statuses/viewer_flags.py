"""What one account did with statuses: favourites, bookmarks, reblogs. The newest are remembered, the others asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.cache.regions import CacheRegion, cached
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses.models import ViewerFlags
from gazouillis.statuses.tables import bookmarks, favourites, statuses

NEWEST = 200
"""Of each kind."""

FAVOURITED, REBLOGGED, BOOKMARKED = 1, 2, 4
FLAGS = tuple(ViewerFlags(bool(bits & FAVOURITED), bool(bits & REBLOGGED), bool(bits & BOOKMARKED)) for bits in range(8))
"""By the sum of their bits."""


class FlagIndex(msgspec.Struct, frozen=True):
    """All marks on statuses from `since` on, as bits by status."""

    bits: dict[StatusId, int]
    since: int


_EACH_MARK = 110
"""Bytes of a number and its place in a dictionary, at most."""

FLAG_INDEXES: CacheRegion[AccountId, FlagIndex] = CacheRegion("viewer flags", 32_000_000, lambda marks: 400 + _EACH_MARK * len(marks.bits))

_viewer = sa.bindparam("viewer", type_=sa.BigInteger)
_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)


def _marked(bit: int, account: sa.Column[Any], marked: sa.Column[Any]) -> tuple[sa.Select[Any], sa.Column[Any]]:
    return sa.select(sa.literal(bit).label("bit"), marked.label("id")).where(account == _viewer, marked.is_not(None)), marked


_KINDS = (
    _marked(FAVOURITED, favourites.c.account_id, favourites.c.status_id),
    _marked(REBLOGGED, statuses.c.account_id, statuses.c.reblog_of_id),
    _marked(BOOKMARKED, bookmarks.c.account_id, bookmarks.c.status_id),
)
_NEWEST = sa.union_all(*(sa.select(kind.order_by(marked.desc()).limit(NEWEST).subquery()) for kind, marked in _KINDS))
_AMONG = sa.union_all(*(kind.where(marked.in_(_ids)) for kind, marked in _KINDS))


async def among(reader: Reader, viewer_id: AccountId | None, ids: Collection[StatusId]) -> Mapping[StatusId, int]:
    """The bits of these statuses; those without a mark may be left out, others may be there too."""
    if viewer_id is None:
        return _NONE
    if ids and reader.cache is not None:
        marks = (await cached(reader, FLAG_INDEXES, (viewer_id,), _load))[viewer_id]
        if not marks.since or min(ids) >= marks.since:
            return marks.bits
    return _sum(await reader.all(_AMONG, {"viewer": viewer_id, "ids": list(ids)}))


async def _load(reader: Reader, viewers: Collection[AccountId]) -> dict[AccountId, FlagIndex]:
    found = {}
    for viewer_id in viewers:
        rows = await reader.all(_NEWEST, {"viewer": viewer_id})
        oldest: dict[int, list[int]] = {}
        for row in rows:
            oldest.setdefault(row.bit, []).append(row.id)
        since = max((min(ids) for ids in oldest.values() if len(ids) >= NEWEST), default=0)
        found[viewer_id] = FlagIndex(_sum(rows), since)
    return found


def _sum(rows: Collection[Any]) -> dict[StatusId, int]:
    bits: dict[StatusId, int] = {}
    for row in rows:
        bits[row.id] = bits.get(row.id, 0) | row.bit
    return bits


_NONE: Mapping[StatusId, int] = {}
