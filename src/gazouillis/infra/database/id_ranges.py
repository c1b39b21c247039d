"""Which process may give which ids: no two of them, on whatever machines, ever give the same (decision 0032).

Each holds a number, the last bits of its ids, and reserves the ids of the next minute under that number. Nobody gives an id that is not
reserved for it, and nobody reserves below what was reserved before under the same number: that holds whatever the clocks say, for a
process that slept for a day too. A number is free when its owner stopped, or when its reservation lies in the past.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from gazouillis.infra.basics.ids import NUMBER_BITS, RESERVED, IdSequence, Range, first_id_at
from gazouillis.infra.database.tables import id_ranges, metadata
from gazouillis.infra.database.transactions import Reader, Tx, insert_or_ignore

MOST = 1 << NUMBER_BITS
NOBODY = ""


async def reserve(tx: Tx, ids: IdSequence, moment: datetime) -> Range:
    """To be used once it is committed."""
    return await _renewed(tx, ids, moment) or await _claimed(tx, ids, moment)


async def release(tx: Tx, ids: IdSequence) -> None:
    """The process stops: who takes the number next goes on after its last id."""
    await tx.run(_RELEASE, {"owned": ids.range.number, "by": ids.owner, "next": ids.last + 1})


async def _renewed(tx: Tx, ids: IdSequence, moment: datetime) -> Range | None:
    """None when the process slept so long that its number is another's now."""
    held = ids.range
    below = max(held.below, ids.last + RESERVED, first_id_at(moment) + RESERVED)
    if held.below and await tx.run(_RENEW, {"owned": held.number, "by": ids.owner, "until": below}):
        return Range(held.number, held.after, below)
    return None


async def _claimed(tx: Tx, ids: IdSequence, moment: datetime) -> Range:
    number, reserved = await _free(tx, first_id_at(moment))
    after = max(reserved - 1, ids.last, await _greatest(tx))
    below = max(after, first_id_at(moment)) + RESERVED
    await tx.run(_CLAIM, {"claimed": number, "by": ids.owner, "until": below})
    return Range(number, after, below)


async def _free(tx: Tx, present: int) -> tuple[int, int]:
    """A number that nobody holds, and below what it was reserved. When all are held, the one whose reservation ends first is taken
    over: what comes after it is as good, and its owner asks for another.
    """
    if row := await tx.one(_FREE, {"present": present}):
        return row.number, row.below
    number: int = await tx.value(_UNUSED)
    while number < MOST:
        if await tx.run(_ADD, {"number": number, "owner": NOBODY, "below": 0}):
            return number, 0
        number += 1
    row = await tx.one(_ENDS_FIRST)
    assert row is not None
    return row.number, row.below


async def _greatest(reader: Reader) -> int:
    """Of the ids that were given: what begins after it is newer than all, though the clock says that it is earlier."""
    tables = [table for table in metadata.sorted_tables if _is_given(table.primary_key)]
    known = [sa.select(sa.func.max(table.c.id).label("id")) for table in tables]
    given = sa.union_all(*known, sa.select(sa.func.max(id_ranges.c.below) - 1).where(id_ranges.c.owner == NOBODY)).subquery()
    greatest: int = await reader.value(sa.select(sa.func.coalesce(sa.func.max(given.c.id), 0)))
    return greatest


def _is_given(key: sa.PrimaryKeyConstraint) -> bool:
    return [(one.name, type(one.type), one.autoincrement) for one in key] == [("id", sa.BigInteger, False)]


_NUMBERS = sa.select(id_ranges.c.number, id_ranges.c.below).order_by(id_ranges.c.below).limit(1)
_FREE = _NUMBERS.where(
    sa.or_(id_ranges.c.owner == NOBODY, id_ranges.c.below <= sa.bindparam("present", type_=sa.BigInteger))
).with_for_update(skip_locked=True)
_ENDS_FIRST = _NUMBERS.with_for_update()
_UNUSED = sa.select(sa.func.coalesce(sa.func.max(id_ranges.c.number) + 1, 0))
_ADD = insert_or_ignore(id_ranges)
_CHANGE = sa.update(id_ranges)
_CLAIM = _CHANGE.where(id_ranges.c.number == sa.bindparam("claimed")).values(owner=sa.bindparam("by"), below=sa.bindparam("until"))
_HELD = _CHANGE.where(id_ranges.c.number == sa.bindparam("owned"), id_ranges.c.owner == sa.bindparam("by"))
_RENEW = _HELD.values(below=sa.bindparam("until"))
_RELEASE = _HELD.values(owner=NOBODY, below=sa.bindparam("next"))
