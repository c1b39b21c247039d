"""Reserves ranges of ids for each process, so that no two processes, on whatever machines, generate the same id (decision 0032).

Each process owns a number, which becomes the last bits of its ids, and reserves the ids of the next minute under that number. No process
generates an id outside its reservation, and no reservation begins below an earlier one of the same number. This holds whatever the clocks
say, also for a process that was suspended for a day. A number is free when its owner stopped, or when its reservation lies in the past.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from gazouillis.infra.basics.ids import NUMBER_BITS, RESERVED, IdSequence, Range, first_id_at
from gazouillis.infra.database.tables import id_ranges, metadata
from gazouillis.infra.database.transactions import Reader, Tx, insert_or_ignore

MOST_NUMBERS = 1 << NUMBER_BITS
NO_OWNER = ""


async def reserve(tx: Tx, ids: IdSequence, moment: datetime) -> Range:
    """Extends the reservation of this process, or makes one under a free number. Use the range only after the commit."""
    return await _renewed(tx, ids, moment) or await _claimed(tx, ids, moment)


async def release(tx: Tx, ids: IdSequence) -> None:
    """Called when the process stops: the next owner of its number continues after its last id."""
    await tx.run(_RELEASE, {"owned": ids.range.number, "by": ids.owner, "next": ids.last + 1})


async def _renewed(tx: Tx, ids: IdSequence, moment: datetime) -> Range | None:
    """None when the process has no number yet, or was suspended so long that another process owns its number now."""
    current = ids.range
    below = max(current.below, ids.last + RESERVED, first_id_at(moment) + RESERVED)
    if current.below and await tx.run(_RENEW, {"owned": current.number, "by": ids.owner, "until": below}):
        return Range(current.number, current.after, below)
    return None


async def _claimed(tx: Tx, ids: IdSequence, moment: datetime) -> Range:
    number, reserved = await _free(tx, first_id_at(moment))
    after = max(reserved - 1, ids.last, await _greatest(tx))
    below = max(after, first_id_at(moment)) + RESERVED
    await tx.run(_CLAIM, {"claimed": number, "by": ids.owner, "until": below})
    return Range(number, after, below)


async def _free(tx: Tx, now: int) -> tuple[int, int]:
    """A number without an owner, and the end of its last reservation. When all have owners, takes over the one whose reservation ends
    first: ids after that reservation are unused, and the former owner will claim another number.
    """
    if row := await tx.one(_FREE, {"now": now}):
        return row.number, row.below
    number: int = await tx.value(_UNUSED)
    while number < MOST_NUMBERS:
        if await tx.run(_ADD, {"number": number, "owner": NO_OWNER, "below": 0}):
            return number, 0
        number += 1
    row = await tx.one(_ENDS_FIRST)
    assert row is not None
    return row.number, row.below


async def _greatest(reader: Reader) -> int:
    """The greatest id in the database: a new range begins after it even when the clock is behind."""
    tables = [table for table in metadata.sorted_tables if _is_generated(table.primary_key)]
    used = [sa.select(sa.func.max(table.c.id).label("id")) for table in tables]
    ids = sa.union_all(*used, sa.select(sa.func.max(id_ranges.c.below) - 1).where(id_ranges.c.owner == NO_OWNER)).subquery()
    greatest: int = await reader.value(sa.select(sa.func.coalesce(sa.func.max(ids.c.id), 0)))
    return greatest


def _is_generated(key: sa.PrimaryKeyConstraint) -> bool:
    return [(one.name, type(one.type), one.autoincrement) for one in key] == [("id", sa.BigInteger, False)]


_NUMBERS = sa.select(id_ranges.c.number, id_ranges.c.below).order_by(id_ranges.c.below).limit(1)
_FREE = _NUMBERS.where(
    sa.or_(id_ranges.c.owner == NO_OWNER, id_ranges.c.below <= sa.bindparam("now", type_=sa.BigInteger))
).with_for_update(skip_locked=True)
_ENDS_FIRST = _NUMBERS.with_for_update()
_UNUSED = sa.select(sa.func.coalesce(sa.func.max(id_ranges.c.number) + 1, 0))
_ADD = insert_or_ignore(id_ranges)
_CHANGE = sa.update(id_ranges)
_CLAIM = _CHANGE.where(id_ranges.c.number == sa.bindparam("claimed")).values(owner=sa.bindparam("by"), below=sa.bindparam("until"))
_OWNED = _CHANGE.where(id_ranges.c.number == sa.bindparam("owned"), id_ranges.c.owner == sa.bindparam("by"))
_RENEW = _OWNED.values(below=sa.bindparam("until"))
_RELEASE = _OWNED.values(owner=NO_OWNER, below=sa.bindparam("next"))
