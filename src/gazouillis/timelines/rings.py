"""Ring buffers of home timelines: one row of status ids in memory for each home that was read.

The fan-out of a status to all followers is one numpy scatter. The rows are a cache: one that may be wrong is marked stale and
filled again from the database when its owner comes back.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from gazouillis.infra.basics.ids import AccountId, StatusId

Slots: TypeAlias = npt.NDArray[np.int64]
"""Indices of rows, one for each home."""

_NOBODY: Slots = np.empty(0, np.int64)
_SLOT_BITS = 32
_SLOT_MASK = 2**_SLOT_BITS - 1

MOST_REWRITTEN = 1000
"""A status is removed at once from at most this many rows (some megabytes to read), from more lazily."""
MOST_REMOVED = 10_000
"""How many lazily removed statuses are remembered."""
LEAST_COMPACTED = 64
"""Tickets of one author from which dead ones are removed. A power of two."""
SPARE = 8
"""Entries read beyond the number wanted, since some may have been removed."""


def among(slots: Slots, wanted: Slots, own: int | None) -> Slots:
    """The slots that are among `wanted`, and `own`."""
    chosen: Slots = slots[np.isin(slots, wanted) | (slots == (-1 if own is None else own))]
    return chosen


def without(slots: Slots, *unwanted: Slots) -> Slots:
    for some in unwanted:
        if len(some):
            slots = slots[~np.isin(slots, some)]
    return slots


class Edges:
    """One kind of edge (such as follows), from an author to the tickets of homes. Tickets of slots given away since are ignored."""

    def __init__(self, generations: Slots) -> None:
        self._generations = generations
        # Arrays of machine integers, not lists: each home adds thousands, and the garbage collector does not traverse arrays.
        self._tickets: defaultdict[AccountId, array[int]] = defaultdict(_no_tickets)

    def add(self, ticket: int, authors: Iterable[AccountId]) -> None:
        for author in authors:
            tickets = self._tickets[author]
            tickets.append(ticket)
            count = len(tickets)
            if not count & (count - 1) and count >= LEAST_COMPACTED:
                self._compact(author)

    def slots_of(self, author: AccountId) -> Slots:
        tickets = self._tickets.get(author)
        return _NOBODY if tickets is None else self._alive(tickets)

    def _alive(self, tickets: array[int]) -> Slots:
        packed = np.frombuffer(tickets, np.int64)
        slots: Slots = packed & _SLOT_MASK
        is_alive = self._generations[slots] == packed >> _SLOT_BITS
        return slots if is_alive.all() else slots[is_alive]

    def _compact(self, author: AccountId) -> None:
        """Removes dead tickets; called each time their number has doubled."""
        alive = self._alive(self._tickets[author])
        self._tickets[author] = array("q", (alive | self._generations[alive] << _SLOT_BITS).tobytes())


def _no_tickets() -> array[int]:
    return array("q")


class Rings:
    """Rows are reserved at first and take memory (6.4 kB each) when they are first written.

    A ticket (a generational index) is a slot together with its generation. When a slot is given to another account its generation
    grows, which makes all edges to its old ticket dead at once. So giving a slot away costs the same however many authors its
    owner followed.
    """

    def __init__(self, capacity: int, size: int) -> None:
        self.capacity = capacity
        self.size = size
        self._generations = np.zeros(capacity, np.int64)
        self.follows, self.without_reblogs, self.hides = Edges(self._generations), Edges(self._generations), Edges(self._generations)
        self.in_lists = Edges(self._generations)
        """From the members of exclusive lists."""
        self._ids = np.zeros((capacity, size), np.int64)
        self._cells = self._ids.reshape(-1)
        self._heads = np.zeros(capacity, np.int64)
        self._is_complete = np.zeros(capacity, np.bool_)
        self._is_in_order = np.zeros(capacity, np.bool_)
        self._is_stale = np.zeros(capacity, np.bool_)
        self._last_read = np.zeros(capacity, np.int64)
        self._owners = np.zeros(capacity, np.int64)
        self._slots: dict[AccountId, int] = {}
        self._free = list(range(capacity - 1, -1, -1))
        self._reads = 0
        self.changes = 0
        """Grows whenever the entries of any row may have changed."""
        self._highest = 0
        self._removed: dict[StatusId, None] = {}

    def slot(self, account_id: AccountId) -> int | None:
        """None when the home of this account is not in memory or is stale."""
        slot = self._slots.get(account_id)
        if slot is None or not self._is_stale[slot]:
            return slot
        self.drop(account_id)
        return None

    def owners(self, slots: Slots) -> list[AccountId]:
        return [AccountId(one) for one in self._owners[slots].tolist()]

    def owners_among(self, slots: Slots, wanted: Collection[AccountId]) -> list[AccountId]:
        """The owners of these slots who are among `wanted`. The cost follows the smaller of the two."""
        if not wanted:
            return []
        if len(slots) <= len(wanted):
            return [one for one in self.owners(slots) if one in wanted]
        is_wanted = np.zeros(self.capacity, np.bool_)
        is_wanted[[slot for one in wanted if (slot := self._slots.get(one)) is not None]] = True
        return self.owners(slots[is_wanted[slots]])

    def among_owners(self, slots: Slots, wanted: Collection[AccountId | None]) -> Slots:
        """The slots whose owners are among `wanted`."""
        chosen: Slots = slots[np.isin(self._owners[slots], [one for one in wanted if one is not None])]
        return chosen

    def allocate(self, account_id: AccountId) -> int:
        """The slot of an empty row for this account. When all are in use, the least recently read one is evicted."""
        self.changes += 1
        self.drop(account_id)
        if not self._free:
            self.drop(AccountId(int(self._owners[np.argmin(self._last_read)])))
        slot = self._free.pop()
        self._slots[account_id] = slot
        self._owners[slot] = account_id
        self._heads[slot] = 0
        self._ids[slot] = 0
        self._is_complete[slot] = self._is_stale[slot] = False
        self._is_in_order[slot] = True
        self._touch(slot)
        return slot

    def ticket(self, slot: int) -> int:
        """For the edges that lead to this slot."""
        return slot | int(self._generations[slot]) << _SLOT_BITS

    def fill(self, slot: int, ids: Iterable[StatusId], *, is_complete: bool) -> None:
        """Adds ids from the database to those placed meanwhile. `is_complete`: the database has no older ones."""
        self.changes += 1
        merged = np.concatenate([np.fromiter(ids, np.int64), self._ids[slot]])
        self._write(slot, np.unique(merged[merged > 0]), is_complete=is_complete)

    def drop(self, account_id: AccountId) -> None:
        """Gives the slot of this account back."""
        self.changes += 1
        slot = self._slots.pop(account_id, None)
        if slot is not None:
            self._generations[slot] += 1
            self._free.append(slot)

    def clear(self) -> None:
        for one in [*self._slots]:
            self.drop(one)

    def mark_stale(self, slots: Slots) -> None:
        """These rows are filled again from the database when their owners come back."""
        self.changes += 1
        self._is_stale[slots] = True

    def place(self, status_id: StatusId, slots: Slots) -> None:
        """Writes a status at the head of each of these rows, over the oldest entry of a full one."""
        if not len(slots):
            return
        self.changes += 1
        if status_id <= self._highest:
            self._is_in_order[slots] = False
        self._highest = max(self._highest, status_id)
        heads = self._heads[slots]
        self._cells[slots * self.size + heads] = status_id
        heads += 1
        is_full = heads == self.size
        if is_full.any():
            heads[is_full] = 0
            self._is_complete[slots[is_full]] = False
        self._heads[slots] = heads

    def place_for(self, status_id: StatusId, slot: int) -> None:
        """The same for one row."""
        self.place(status_id, np.array([slot]))

    def remove(self, status_id: StatusId, slots: Slots) -> None:
        """Rewrites the rows when they are few. When they are many, the status is remembered as removed and left out by each read."""
        self.changes += 1
        if len(slots) > MOST_REWRITTEN:
            self._removed[status_id] = None
            if len(self._removed) > MOST_REMOVED:
                del self._removed[next(iter(self._removed))]
            return
        rows = self._ids[slots]
        rows[rows == status_id] = 0
        self._ids[slots] = rows

    def newest(self, slot: int, count: int) -> list[StatusId]:
        """The `count` newest ids, newest first; fewer if the row has no more."""
        self._touch(slot)
        if not self._is_in_order[slot]:
            self._put_in_order(slot)
        row, end, wanted = self._ids[slot], int(self._heads[slot]), count + SPARE
        while True:
            start = end - wanted
            found = row[start:end].tolist() if start >= 0 else [*row[max(end, start + self.size) :].tolist(), *row[:end].tolist()]
            present = [one for one in reversed(found) if one and one not in self._removed]
            if len(present) >= count or wanted >= self.size:
                return present[:count]
            wanted *= 4

    def ids(self, slot: int) -> npt.NDArray[np.int64]:
        """All ids of the row, each once, oldest first."""
        self._touch(slot)
        if not self._is_in_order[slot]:
            self._put_in_order(slot)
        ordered: npt.NDArray[np.int64] = np.roll(self._ids[slot], -int(self._heads[slot]))
        ordered = ordered[~np.isin(ordered, [0, *self._removed])] if self._removed else ordered[ordered > 0]
        return ordered

    def is_complete(self, slot: int) -> bool:
        """Whether the row holds the whole home timeline: the database has nothing older, and nothing was overwritten."""
        return bool(self._is_complete[slot])

    def _put_in_order(self, slot: int) -> None:
        """Sorts the row and removes duplicates: a status may be both loaded and placed, or be placed after a newer one."""
        ordered = np.unique(self._ids[slot])
        self._write(slot, ordered[ordered > 0], is_complete=self.is_complete(slot))

    def _write(self, slot: int, ordered: npt.NDArray[np.int64], *, is_complete: bool) -> None:
        newest = ordered[-self.size :]
        self._ids[slot] = 0
        self._ids[slot, : len(newest)] = newest
        self._heads[slot] = len(newest) % self.size
        self._is_complete[slot] = is_complete and len(ordered) < self.size
        self._is_in_order[slot] = True
        if len(newest):
            self._highest = max(self._highest, int(newest[-1]))

    def _touch(self, slot: int) -> None:
        self._reads += 1
        self._last_read[slot] = self._reads
