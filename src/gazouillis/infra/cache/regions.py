"""What a process remembers of the database, so that it need not ask twice.

Nothing here is the truth. Rooms declare shelves; what stands on them is forgotten because of events (`reactions.FORGET`), and a
`Database` lets the process hear of all that was committed before anybody reads: an answer from memory equals one from the database.
Transactions that may change something remember nothing: they look at the rows themselves.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Iterator
from typing import Any, Generic, Protocol, TypeVar

from gazouillis.infra.cache.dependencies import Dependencies
from gazouillis.infra.cache.weight import weight

Key = TypeVar("Key")
Value = TypeVar("Value")
Reading = TypeVar("Reading", bound="CachingReader")

MOST_INVALIDATED = 10_000
"""How many of the last things forgotten are known by name."""
ENTRY = 300
"""Bytes that an entry takes beside its key and its value: its places in the dictionaries of `Kept`."""
LARGEST_SHARE = 4
"""What weighs more than this part of its shelf is not kept: it would drive out all the others."""
_NEVER = (0, None, 0)


class CacheRegion(Generic[Key, Value]):
    """Declared once by the room that knows what stands on it. `largest`: the bytes at which the oldest leave, keys included.

    `weigh`: how many bytes a value holds, where that is known more cheaply than by looking at all of it. It may say too many.
    """

    def __init__(self, name: str, capacity: int, weigh: Callable[[Value], int] = weight) -> None:
        self.name = name
        self.capacity = capacity
        self.weigh = weigh


class LruCache(Generic[Key, Value]):
    """One shelf as this process has filled it: used longest ago, first out."""

    def __init__(self, region: CacheRegion[Key, Value], cache: ProcessCache) -> None:
        self.name, self.capacity, self._weigh = region.name, region.capacity, region.weigh
        self._cache = cache
        self.hits = self.misses = self.invalidated = 0
        self.weight = 0
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._weights: dict[Key, int] = {}
        self._invalidated: dict[Key, tuple[int, object, int]] = {}
        """When, because of what, and when the time before."""
        self._cleared_at = 0

    @property
    def generation(self) -> int:
        return self._cache.generation

    def get(self, key: Key) -> Value | None:
        value = self._values.get(key)
        if value is None:
            self.misses += 1
            return None
        self.hits += 1
        self._values.move_to_end(key)
        return value

    def has_same(self, keys: Collection[Key], values: list[Value]) -> bool:
        """Whether all of these are still what is kept, in this order."""
        is_so = [*map(self._values.get, keys)] == values
        self.hits += len(values) * is_so
        return is_so

    def put(self, key: Key, value: Value, since: int, *, cause: object = None) -> bool:
        """`since`: the tick before it was asked for. What was forgotten meanwhile may be outdated: False, and it is not kept.
        Nor is what is too large, which is up to date all the same.

        It is up to date all the same when it was forgotten once since, because of `cause`, from which it comes.
        """
        generation, because, before = self._invalidated.get(key, _NEVER)
        if since < self._cleared_at or (generation > since and (because is None or because != cause or before > since)):
            return False
        self._drop(key)
        weight_now = ENTRY + weight(key) + self._weigh(value)
        if weight_now <= self.capacity // LARGEST_SHARE:
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
        weights, missing = self._weights, self.capacity // LARGEST_SHARE
        return sum([weights.get(key, missing) for key in keys])

    def invalidate(self, key: Key, cause: object = None) -> None:
        self._next_generation()
        if len(self._invalidated) >= MOST_INVALIDATED:
            self._invalidated.clear()
            self._cleared_at = self.generation
        self._invalidated[key] = self.generation, cause, self._invalidated.get(key, _NEVER)[0]
        self._drop(key)

    def clear(self) -> None:
        self._next_generation()
        self._cleared_at = self.generation
        self._values.clear()
        self._weights.clear()
        self._invalidated.clear()
        self.weight = 0

    def _next_generation(self) -> None:
        self.invalidated += 1
        self._cache.generation += 1

    def _gain(self, bytes_more: int) -> None:
        self.weight += bytes_more
        while self.weight > self.capacity:
            self._drop(next(iter(self._values)))

    def _drop(self, key: Key) -> None:
        if self._values.pop(key, None) is not None:
            self.weight -= self._weights.pop(key)

    def __len__(self) -> int:
        return len(self._values)


class ProcessCache:
    """All the shelves of one process."""

    def __init__(self) -> None:
        self.generation = 0
        """Grows with everything that is forgotten on any shelf."""
        self._regions: dict[CacheRegion[Any, Any], LruCache[Any, Any]] = {}

    def region(self, region: CacheRegion[Key, Value]) -> LruCache[Key, Value]:
        lru = self._regions.get(region)
        if lru is None:
            lru = self._regions[region] = LruCache(region, self)
        return lru

    def __iter__(self) -> Iterator[LruCache[Any, Any]]:
        return iter(self._regions.values())

    def clear(self) -> None:
        for lru in self:
            lru.clear()


class CachingReader(Protocol):
    """A reader. `memory` is None where nothing may be remembered, `grounds` where nobody keeps what is made of it."""

    @property
    def cache(self) -> ProcessCache | None: ...

    @property
    def dependencies(self) -> Dependencies | None: ...

    @property
    def version(self) -> int | None: ...


def generation(reader: CachingReader) -> int:
    """Before something is written that will be remembered; see `Kept.put`."""
    return reader.cache.generation if reader.cache else 0


Load = Callable[[Reading, Collection[Key]], Awaitable[dict[Key, Value]]]


async def cached(
    reader: Reading,
    region: CacheRegion[Key, Value],
    keys: Collection[Key],
    load: Load[Reading, Key, Value],
) -> dict[Key, Value]:
    """The values of these keys; those that are not remembered are loaded together, once. What does not exist is left out."""
    if not keys:
        return {}
    if reader.cache is None:
        return await load(reader, keys)
    lru, dependencies = reader.cache.region(region), reader.dependencies
    found: dict[Key, Value] = {}
    missing: list[Key] = []
    for key in keys:
        value = lru.get(key)
        if value is None:
            missing.append(key)
        else:
            found[key] = value
    if missing:
        since, loading = lru.generation, load(reader, missing)
        loaded = await (dependencies.untracked(loading) if dependencies else loading)
        for key, value in loaded.items():
            lru.put(key, value, since)
        found |= loaded
    if dependencies:
        _note(dependencies, lru, keys, found, reader.version)
    return found


def _note(dependencies: Dependencies, lru: LruCache[Any, Any], keys: Collection[Any], found: dict[Any, Any], version: int | None) -> None:
    dependencies.add_cached(lru, found)
    if len(found) < len(set(keys)):
        dependencies.add_query(version)
