"""In-process LRU caches of database reads, one region per kind of value.

Rooms declare the regions. Events invalidate entries (`reactions.INVALIDATE`): a `Database` lets the process apply all committed events
before each read, so a cached value equals a fresh query. Write transactions bypass the cache and read the rows themselves.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Iterator
from itertools import repeat
from typing import Any, Generic, Protocol, TypeVar

from gazouillis.infra.cache.dependencies import Dependencies
from gazouillis.infra.cache.weight import weight

Key = TypeVar("Key")
Value = TypeVar("Value")
Reading = TypeVar("Reading", bound="CachingReader")

MOST_INVALIDATED = 10_000
"""How many invalidated keys a region remembers. When there are more, it treats every key as invalidated."""
ENTRY = 300
"""Bytes of an entry beside its key and its value: its slots in the dictionaries of `LruCache`."""
LARGEST_SHARE = 4
"""A value larger than this fraction (one in four) of the capacity is not cached: it would evict too many others."""
_NEVER = (0, None, 0)


class CacheRegion(Generic[Key, Value]):
    """Declares a cache: the name is the label of its metrics. `capacity` is in bytes, keys included; beyond it the least recently used
    entries are evicted.

    `weigh` returns the bytes of a value, where a room can tell more cheaply than by visiting all of it. It may overestimate.
    """

    def __init__(self, name: str, capacity: int, weigh: Callable[[Value], int] = weight) -> None:
        self.name = name
        self.capacity = capacity
        self.weigh = weigh


class LruCache(Generic[Key, Value]):
    """The entries of one region in this process. The least recently used entry is evicted first."""

    def __init__(self, region: CacheRegion[Key, Value], cache: ProcessCache) -> None:
        self.name, self.capacity, self._weigh = region.name, region.capacity, region.weigh
        self._cache = cache
        self.hits = self.misses = self.invalidated = 0
        self.weight = 0
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._weights: dict[Key, int] = {}
        self._invalidated: dict[Key, tuple[int, object, int]] = {}
        """By key: the generation of its last invalidation, the cause of that, and the generation of the one before."""
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
        """Whether the cache still holds exactly these values under these keys, in this order."""
        is_same = [*map(self._values.get, keys)] == values
        self.hits += len(values) * is_same
        return is_same

    def put(self, key: Key, value: Value, since: int, *, cause: object = None) -> bool:
        """Caches a value that was loaded when the cache was at generation `since`. Returns whether the value is up to date.

        If the key was invalidated since, the value may be outdated: it is not cached, and the answer is False. One invalidation by
        `cause`, the event that the value already includes, does not count. A value that is too large is up to date, but not cached.
        """
        generation, last_cause, before = self._invalidated.get(key, _NEVER)
        if since < self._cleared_at or (generation > since and (last_cause is None or last_cause != cause or before > since)):
            return False
        self._drop(key)
        entry_weight = ENTRY + weight(key) + self._weigh(value)
        if entry_weight <= self.capacity // LARGEST_SHARE:
            self._values[key] = value
            self._weights[key] = entry_weight
            self._add_weight(entry_weight)
        return True

    def weigh_again(self, key: Key, value: Value) -> None:
        """Called after a cached value has grown. Does nothing when this value is no longer cached."""
        if self._values.get(key) is value:
            before, self._weights[key] = self._weights[key], ENTRY + weight(key) + self._weigh(value)
            self._add_weight(self._weights[key] - before)

    def weight_of(self, keys: Collection[Key]) -> int:
        """Bytes of the entries under these keys. A missing entry counts as the largest that could be cached: an overestimate."""
        return sum(map(self._weights.get, keys, repeat(self.capacity // LARGEST_SHARE)))

    def invalidate(self, key: Key, cause: object = None) -> None:
        """Drops the entry, and refuses values of it that were loaded before now (`put`)."""
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

    def _add_weight(self, added: int) -> None:
        self.weight += added
        while self.weight > self.capacity:
            self._drop(next(iter(self._values)))

    def _drop(self, key: Key) -> None:
        if self._values.pop(key, None) is not None:
            self.weight -= self._weights.pop(key)

    def __len__(self) -> int:
        return len(self._values)


class ProcessCache:
    """All cache regions of one process."""

    def __init__(self) -> None:
        self.generation = 0
        """Grows with every invalidation in any region."""
        self._regions: dict[CacheRegion[Any, Any], LruCache[Any, Any]] = {}

    def region(self, region: CacheRegion[Key, Value]) -> LruCache[Key, Value]:
        """The cache of this region, created at first use."""
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
    """A reader. `cache` is None in a write transaction, `dependencies` when no cacheable response is being made."""

    @property
    def cache(self) -> ProcessCache | None: ...

    @property
    def dependencies(self) -> Dependencies | None: ...

    @property
    def version(self) -> int | None: ...


def generation(reader: CachingReader) -> int:
    """Read it before loading or writing a value that will be cached: it is the `since` of `LruCache.put`."""
    return reader.cache.generation if reader.cache else 0


Load = Callable[[Reading, Collection[Key]], Awaitable[dict[Key, Value]]]


async def cached(
    reader: Reading,
    region: CacheRegion[Key, Value],
    keys: Collection[Key],
    load: Load[Reading, Key, Value],
) -> dict[Key, Value]:
    """The values of these keys, from the region. Missing ones are loaded in one call and cached. Keys without a value are left out."""
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
        _record(dependencies, lru, keys, found, reader.version)
    return found


def _record(dependencies: Dependencies, lru: LruCache[Any, Any], keys: Collection[Any], found: dict[Any, Any], version: int | None) -> None:
    """That a key has no value is known from the query alone: absence is not cached."""
    dependencies.add_cached(lru, found)
    if len(found) < len(set(keys)):
        dependencies.add_query(version)
