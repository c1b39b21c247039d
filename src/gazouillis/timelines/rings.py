"""Home timelines of the readers this process serves: one row of ids each, in memory.

Placing a status is one scatter for all its readers. Nothing here is the truth: a row that is in doubt is dropped, and
rebuilt from the database when its reader comes back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from gazouillis.infra.ids import AccountId, StatusId

Slots: TypeAlias = npt.NDArray[np.int64]
"""Rows of readers, as numpy indices."""

_NOBODY: Slots = np.empty(0, np.int64)


def among(slots: Slots, wanted: Slots, own: int | None) -> Slots:
    """Those that are wanted, and their own."""
    kept: Slots = slots[np.isin(slots, wanted) | (slots == (-1 if own is None else own))]
    return kept


def without(slots: Slots, *unwanted: Slots) -> Slots:
    for some in unwanted:
        if len(some):
            slots = slots[~np.isin(slots, some)]
    return slots


class SlotSet:
    """A growing set of slots that can be handed to numpy without copying."""

    def __init__(self) -> None:
        self._slots = np.empty(4, np.int64)
        self._length = 0

    def add(self, slot: int) -> None:
        if self._length == len(self._slots):
            self._slots = np.resize(self._slots, self._length * 2)
        self._slots[self._length] = slot
        self._length += 1

    def remove(self, slot: int) -> None:
        places = np.flatnonzero(self.array == slot)
        for place in places[::-1]:
            self._length -= 1
            self._slots[place] = self._slots[self._length]

    @property
    def array(self) -> Slots:
        return self._slots[: self._length]

    def __bool__(self) -> bool:
        return self._length > 0


class Edges:
    """Author → readers, for one kind of arrow."""

    def __init__(self) -> None:
        self._of_author: dict[AccountId, SlotSet] = {}
        self._of_slot: dict[int, list[AccountId]] = {}

    def put(self, slot: int, authors: Iterable[AccountId]) -> None:
        kept = list(authors)
        self._of_slot[slot] = kept
        for author in kept:
            self._of_author.setdefault(author, SlotSet()).add(slot)

    def drop(self, slot: int) -> None:
        for author in self._of_slot.pop(slot, ()):
            readers = self._of_author[author]
            readers.remove(slot)
            if not readers:
                del self._of_author[author]

    def readers(self, author: AccountId) -> Slots:
        found = self._of_author.get(author)
        return found.array if found else _NOBODY


class Rings:
    """`capacity` rows are reserved, not used: memory is taken when a row is first written, 6.4 kB each."""

    def __init__(self, capacity: int, size: int) -> None:
        self.capacity = capacity
        self.size = size
        self.follows, self.without_reblogs, self.hides = Edges(), Edges(), Edges()
        self._ids = np.zeros((capacity, size), np.int64)
        self._heads = np.zeros(capacity, np.int64)
        self._is_whole = np.zeros(capacity, np.bool_)
        self._last_read = np.zeros(capacity, np.int64)
        self._owners = np.zeros(capacity, np.int64)
        self._slots: dict[AccountId, int] = {}
        self._free = list(range(capacity - 1, -1, -1))
        self._reads = 0

    def slot(self, account_id: AccountId) -> int | None:
        return self._slots.get(account_id)

    def owners(self, slots: Slots) -> list[AccountId]:
        return [AccountId(one) for one in self._owners[slots].tolist()]

    def take(self, account_id: AccountId) -> int:
        """An empty row for this reader; the one read longest ago gives its place when all are taken."""
        self.drop(account_id)
        if not self._free:
            self.drop(AccountId(int(self._owners[np.argmin(self._last_read)])))
        slot = self._free.pop()
        self._slots[account_id] = slot
        self._owners[slot] = account_id
        self._heads[slot] = 0
        self._ids[slot] = 0
        self._is_whole[slot] = False
        self._touch(slot)
        return slot

    def fill(self, slot: int, ids: Iterable[StatusId], *, is_whole: bool) -> None:
        """Adds what the database knew to what was placed meanwhile. `is_whole`: there is nothing older anywhere."""
        known = np.unique(np.concatenate([np.fromiter(ids, np.int64), self._ids[slot]]))
        newest = known[known > 0][-self.size :]
        self._ids[slot, : len(newest)] = newest
        self._heads[slot] = len(newest)
        self._is_whole[slot] = is_whole

    def drop(self, account_id: AccountId) -> None:
        slot = self._slots.pop(account_id, None)
        if slot is None:
            return
        for edges in (self.follows, self.without_reblogs, self.hides):
            edges.drop(slot)
        self._free.append(slot)

    def place(self, status_id: StatusId, slots: Slots) -> None:
        heads = self._heads[slots]
        self._ids[slots, heads % self.size] = status_id
        self._heads[slots] = heads + 1

    def place_for(self, status_id: StatusId, slot: int) -> None:
        """For one reader."""
        self.place(status_id, np.array([slot]))

    def remove(self, status_id: StatusId, slots: Slots) -> None:
        rows = self._ids[slots]
        rows[rows == status_id] = 0
        self._ids[slots] = rows

    def newest_first(self, slot: int) -> npt.NDArray[np.int64]:
        """Each id once: a status may be both loaded and placed."""
        self._touch(slot)
        known = np.unique(self._ids[slot])
        return known[known > 0][::-1]

    def newest(self, slot: int) -> int:
        """0 when there is none."""
        return int(self._ids[slot].max())

    def is_whole(self, slot: int) -> bool:
        """Whether the row holds all there is: nothing was ever pushed out of it."""
        return bool(self._is_whole[slot]) and int(self._heads[slot]) <= self.size

    def _touch(self, slot: int) -> None:
        self._reads += 1
        self._last_read[slot] = self._reads
