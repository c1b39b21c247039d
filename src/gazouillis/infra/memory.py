"""What a process remembers of the database, so that it need not ask twice.

Nothing here is the truth. Rooms declare shelves; what stands on them is forgotten because of events (`reactions.FORGET`), and a
`Database` lets the process hear of all that was committed before anybody reads: an answer from memory equals one from the database.
Transactions that may change something remember nothing: they look at the rows themselves.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Iterator
from typing import Any, Generic, Protocol, TypeVar

from gazouillis.infra.grounds import Grounds
from gazouillis.infra.weight import weight

Key = TypeVar("Key")
Value = TypeVar("Value")
Asking = TypeVar("Asking", bound="Remembering")

MOST_RECENT = 10_000
"""How many of the last things forgotten are known by name."""
ENTRY = 300
"""Bytes that an entry takes beside its key and its value: its places in the dictionaries of `Kept`."""
LARGEST_SHARE = 4
"""What weighs more than this part of its shelf is not kept: it would drive out all the others."""
_NEVER = (0, None, 0)


class Shelf(Generic[Key, Value]):
    """Declared once by the room that knows what stands on it. `largest`: the bytes at which the oldest leave, keys included.

    `weigh`: how many bytes a value holds, where that is known more cheaply than by looking at all of it. It may say too many.
    """

    def __init__(self, name: str, largest: int, weigh: Callable[[Value], int] = weight) -> None:
        self.name = name
        self.largest = largest
        self.weigh = weigh


class Kept(Generic[Key, Value]):
    """One shelf as this process has filled it: used longest ago, first out."""

    def __init__(self, shelf: Shelf[Key, Value], memory: Memory) -> None:
        self.name, self.largest, self._weigh = shelf.name, shelf.largest, shelf.weigh
        self._memory = memory
        self.hits = self.misses = self.forgotten = 0
        self.weight = 0
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._weights: dict[Key, int] = {}
        self._forgotten: dict[Key, tuple[int, object, int]] = {}
        """When, because of what, and when the time before."""
        self._all_forgotten_at = 0

    @property
    def tick(self) -> int:
        return self._memory.tick

    def get(self, key: Key) -> Value | None:
        value = self._values.get(key)
        if value is None:
            self.misses += 1
            return None
        self.hits += 1
        self._values.move_to_end(key)
        return value

    def holds(self, keys: Collection[Key], values: list[Value]) -> bool:
        """Whether all of these are still what is kept, in this order."""
        is_so = [*map(self._values.get, keys)] == values
        self.hits += len(values) * is_so
        return is_so

    def put(self, key: Key, value: Value, since: int, *, cause: object = None) -> bool:
        """`since`: the tick before it was asked for. What was forgotten meanwhile may be outdated: False, and it is not kept.
        Nor is what is too large, which is up to date all the same.

        It is up to date all the same when it was forgotten once since, because of `cause`, from which it comes.
        """
        tick, because, before = self._forgotten.get(key, _NEVER)
        if since < self._all_forgotten_at or (tick > since and (because is None or because != cause or before > since)):
            return False
        self._drop(key)
        weight_now = ENTRY + weight(key) + self._weigh(value)
        if weight_now <= self.largest // LARGEST_SHARE:
            self._values[key] = value
            self._weights[key] = weight_now
            self._gain(weight_now)
        return True

    def weigh_again(self, key: Key, value: Value) -> None:
        """After something was added to a value that may be kept here."""
        if self._values.get(key) is value:
            before, self._weights[key] = self._weights[key], ENTRY + weight(key) + self._weigh(value)
            self._gain(self._weights[key] - before)

    def weight_of(self, keys: Collection[Key]) -> int:
        """Of what is kept under these keys. What is not kept is too large, or outdated: it counts for too much."""
        weights, missing = self._weights, self.largest // LARGEST_SHARE
        return sum([weights.get(key, missing) for key in keys])

    def forget(self, key: Key, cause: object = None) -> None:
        self._pass()
        if len(self._forgotten) >= MOST_RECENT:
            self._forgotten.clear()
            self._all_forgotten_at = self.tick
        self._forgotten[key] = self.tick, cause, self._forgotten.get(key, _NEVER)[0]
        self._drop(key)

    def forget_all(self) -> None:
        self._pass()
        self._all_forgotten_at = self.tick
        self._values.clear()
        self._weights.clear()
        self._forgotten.clear()
        self.weight = 0

    def _pass(self) -> None:
        self.forgotten += 1
        self._memory.tick += 1

    def _gain(self, bytes_more: int) -> None:
        self.weight += bytes_more
        while self.weight > self.largest:
            self._drop(next(iter(self._values)))

    def _drop(self, key: Key) -> None:
        if self._values.pop(key, None) is not None:
            self.weight -= self._weights.pop(key)

    def __len__(self) -> int:
        return len(self._values)


class Memory:
    """All the shelves of one process."""

    def __init__(self) -> None:
        self.tick = 0
        """Grows with everything that is forgotten on any shelf."""
        self._kept: dict[Shelf[Any, Any], Kept[Any, Any]] = {}

    def of(self, shelf: Shelf[Key, Value]) -> Kept[Key, Value]:
        kept = self._kept.get(shelf)
        if kept is None:
            kept = self._kept[shelf] = Kept(shelf, self)
        return kept

    def __iter__(self) -> Iterator[Kept[Any, Any]]:
        return iter(self._kept.values())

    def forget_all(self) -> None:
        for kept in self:
            kept.forget_all()


class Remembering(Protocol):
    """A reader. `memory` is None where nothing may be remembered, `grounds` where nobody keeps what is made of it."""

    @property
    def memory(self) -> Memory | None: ...

    @property
    def grounds(self) -> Grounds | None: ...

    @property
    def version(self) -> int | None: ...


def tick(reader: Remembering) -> int:
    """Before something is written that will be remembered; see `Kept.put`."""
    return reader.memory.tick if reader.memory else 0


Load = Callable[[Asking, Collection[Key]], Awaitable[dict[Key, Value]]]


async def remembered(
    reader: Asking,
    shelf: Shelf[Key, Value],
    keys: Collection[Key],
    load: Load[Asking, Key, Value],
) -> dict[Key, Value]:
    """The values of these keys; those that are not remembered are loaded together, once. What does not exist is left out."""
    if not keys:
        return {}
    if reader.memory is None:
        return await load(reader, keys)
    kept, grounds = reader.memory.of(shelf), reader.grounds
    found: dict[Key, Value] = {}
    missing: list[Key] = []
    for key in keys:
        value = kept.get(key)
        if value is None:
            missing.append(key)
        else:
            found[key] = value
    if missing:
        since, loading = kept.tick, load(reader, missing)
        loaded = await (grounds.to_remember(loading) if grounds else loading)
        for key, value in loaded.items():
            kept.put(key, value, since)
        found |= loaded
    if grounds:
        _note(grounds, kept, keys, found, reader.version)
    return found


def _note(grounds: Grounds, kept: Kept[Any, Any], keys: Collection[Any], found: dict[Any, Any], version: int | None) -> None:
    grounds.take(kept, found)
    if len(found) < len(set(keys)):
        grounds.ask(version)
