"""Home timelines of the readers this process serves: one row of ids each, in memory.

Placing a status is one scatter for all its readers. Nothing here is the truth: a row that is in doubt is dropped, and
rebuilt from the database when its reader comes back.
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
"""Rows of readers, as numpy indices."""

_NOBODY: Slots = np.empty(0, np.int64)
_SLOT_BITS = 32
_SLOT = 2**_SLOT_BITS - 1

FEW = 1000
"""Rows from which a status is taken out at once: some megabytes to read."""
MOST_PASSED_OVER = 10_000
LEAST_SWEPT = 64
"""Tickets of one author: a power of two."""
SPARE = 8
"""More than is asked for, since some of a row may have been taken out."""


def among(slots: Slots, wanted: Slots, own: int | None) -> Slots:
    """Those that are wanted, and their own."""
    kept: Slots = slots[np.isin(slots, wanted) | (slots == (-1 if own is None else own))]
    return kept


def without(slots: Slots, *unwanted: Slots) -> Slots:
    for some in unwanted:
        if len(some):
            slots = slots[~np.isin(slots, some)]
    return slots


class Edges:
    """Author → tickets of readers, for one kind of arrow. Tickets whose slot was given away since are passed over."""

    def __init__(self, turns: Slots) -> None:
        self._turns = turns
        # Arrays of machine integers: thousands are made for each home, and the garbage collector need not look at them.
        self._tickets: defaultdict[AccountId, array[int]] = defaultdict(_no_tickets)

    def put(self, ticket: int, authors: Iterable[AccountId]) -> None:
        for author in authors:
            tickets = self._tickets[author]
            tickets.append(ticket)
            count = len(tickets)
            if not count & (count - 1) and count >= LEAST_SWEPT:
                self._sweep(author)

    def readers(self, author: AccountId) -> Slots:
        tickets = self._tickets.get(author)
        return _NOBODY if tickets is None else self._alive(tickets)

    def _alive(self, tickets: array[int]) -> Slots:
        held = np.frombuffer(tickets, np.int64)
        slots: Slots = held & _SLOT
        is_alive = self._turns[slots] == held >> _SLOT_BITS
        return slots if is_alive.all() else slots[is_alive]

    def _sweep(self, author: AccountId) -> None:
        """Each time they have doubled."""
        alive = self._alive(self._tickets[author])
        self._tickets[author] = array("q", (alive | self._turns[alive] << _SLOT_BITS).tobytes())


def _no_tickets() -> array[int]:
    return array("q")


class Rings:
    """`capacity` rows are reserved, not used: memory is taken when a row is first written, 6.4 kB each.

    A ticket is a slot and the turn at which it was given: when the slot goes to another reader its turn is over, and all arrows
    that lead to it with it. So giving a slot away costs the same however many authors its reader followed, and whoever follows them.
    """

    def __init__(self, capacity: int, size: int) -> None:
        self.capacity = capacity
        self.size = size
        self._turns = np.zeros(capacity, np.int64)
        self.follows, self.without_reblogs, self.hides = Edges(self._turns), Edges(self._turns), Edges(self._turns)
        self._ids = np.zeros((capacity, size), np.int64)
        self._places = self._ids.reshape(-1)
        self._heads = np.zeros(capacity, np.int64)
        self._is_whole = np.zeros(capacity, np.bool_)
        self._is_in_order = np.zeros(capacity, np.bool_)
        self._is_doubted = np.zeros(capacity, np.bool_)
        self._last_read = np.zeros(capacity, np.int64)
        self._owners = np.zeros(capacity, np.int64)
        self._slots: dict[AccountId, int] = {}
        self._free = list(range(capacity - 1, -1, -1))
        self._reads = 0
        self.changes = 0
        """Grows whenever any row may read differently."""
        self._highest = 0
        self._removed: dict[StatusId, None] = {}

    def slot(self, account_id: AccountId) -> int | None:
        slot = self._slots.get(account_id)
        if slot is None or not self._is_doubted[slot]:
            return slot
        self.drop(account_id)
        return None

    def owners(self, slots: Slots) -> list[AccountId]:
        return [AccountId(one) for one in self._owners[slots].tolist()]

    def owners_among(self, slots: Slots, wanted: Collection[AccountId]) -> list[AccountId]:
        """At the cost of whichever are fewer."""
        if not wanted:
            return []
        if len(slots) <= len(wanted):
            return [one for one in self.owners(slots) if one in wanted]
        is_wanted = np.zeros(self.capacity, np.bool_)
        is_wanted[[slot for one in wanted if (slot := self._slots.get(one)) is not None]] = True
        return self.owners(slots[is_wanted[slots]])

    def take(self, account_id: AccountId) -> int:
        """An empty row for this reader; the one read longest ago gives its place when all are taken."""
        self.changes += 1
        self.drop(account_id)
        if not self._free:
            self.drop(AccountId(int(self._owners[np.argmin(self._last_read)])))
        slot = self._free.pop()
        self._slots[account_id] = slot
        self._owners[slot] = account_id
        self._heads[slot] = 0
        self._ids[slot] = 0
        self._is_whole[slot] = self._is_doubted[slot] = False
        self._is_in_order[slot] = True
        self._touch(slot)
        return slot

    def ticket(self, slot: int) -> int:
        """For the arrows that lead to this slot."""
        return slot | int(self._turns[slot]) << _SLOT_BITS

    def fill(self, slot: int, ids: Iterable[StatusId], *, is_whole: bool) -> None:
        """Adds what the database knew to what was placed meanwhile. `is_whole`: there is nothing older anywhere."""
        self.changes += 1
        known = np.concatenate([np.fromiter(ids, np.int64), self._ids[slot]])
        self._write(slot, np.unique(known[known > 0]), is_whole=is_whole)

    def drop(self, account_id: AccountId) -> None:
        self.changes += 1
        slot = self._slots.pop(account_id, None)
        if slot is not None:
            self._turns[slot] += 1
            self._free.append(slot)

    def drop_all(self) -> None:
        for one in [*self._slots]:
            self.drop(one)

    def doubt(self, slots: Slots) -> None:
        """These are read afresh when their readers come back."""
        self.changes += 1
        self._is_doubted[slots] = True

    def place(self, status_id: StatusId, slots: Slots) -> None:
        if not len(slots):
            return
        self.changes += 1
        if status_id <= self._highest:
            self._is_in_order[slots] = False
        self._highest = max(self._highest, status_id)
        heads = self._heads[slots]
        self._places[slots * self.size + heads] = status_id
        heads += 1
        is_full = heads == self.size
        if is_full.any():
            heads[is_full] = 0
            self._is_whole[slots[is_full]] = False
        self._heads[slots] = heads

    def place_for(self, status_id: StatusId, slot: int) -> None:
        """For one reader."""
        self.place(status_id, np.array([slot]))

    def remove(self, status_id: StatusId, slots: Slots) -> None:
        """From a few rows at once; from many it is passed over when they are read."""
        self.changes += 1
        if len(slots) > FEW:
            self._removed[status_id] = None
            if len(self._removed) > MOST_PASSED_OVER:
                del self._removed[next(iter(self._removed))]
            return
        rows = self._ids[slots]
        rows[rows == status_id] = 0
        self._ids[slots] = rows

    def newest(self, slot: int, count: int) -> list[StatusId]:
        """Newest first."""
        self._touch(slot)
        if not self._is_in_order[slot]:
            self._put_in_order(slot)
        row, end, wanted = self._ids[slot], int(self._heads[slot]), count + SPARE
        while True:
            start = end - wanted
            found = row[start:end].tolist() if start >= 0 else [*row[max(end, start + self.size) :].tolist(), *row[:end].tolist()]
            kept = [one for one in reversed(found) if one and one not in self._removed]
            if len(kept) >= count or wanted >= self.size:
                return kept[:count]
            wanted *= 4

    def known(self, slot: int) -> npt.NDArray[np.int64]:
        """All that the row holds, each once, oldest first."""
        self._touch(slot)
        if not self._is_in_order[slot]:
            self._put_in_order(slot)
        ordered: npt.NDArray[np.int64] = np.roll(self._ids[slot], -int(self._heads[slot]))
        ordered = ordered[~np.isin(ordered, [0, *self._removed])] if self._removed else ordered[ordered > 0]
        return ordered

    def is_whole(self, slot: int) -> bool:
        """Whether the row holds all there is: nothing was ever pushed out of it."""
        return bool(self._is_whole[slot])

    def _put_in_order(self, slot: int) -> None:
        """A status may be both loaded and placed, or come later than a newer one."""
        known = np.unique(self._ids[slot])
        self._write(slot, known[known > 0], is_whole=self.is_whole(slot))

    def _write(self, slot: int, known: npt.NDArray[np.int64], *, is_whole: bool) -> None:
        newest = known[-self.size :]
        self._ids[slot] = 0
        self._ids[slot, : len(newest)] = newest
        self._heads[slot] = len(newest) % self.size
        self._is_whole[slot] = is_whole and len(known) < self.size
        self._is_in_order[slot] = True
        if len(newest):
            self._highest = max(self._highest, int(newest[-1]))

    def _touch(self, slot: int) -> None:
        self._reads += 1
        self._last_read[slot] = self._reads
