"""Cached values that may be some minutes old: for what costs much to compute and need not be exact, as suggestions and trends.

A value is computed again when its time has come, or at its next use after an event has invalidated its key.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

import msgspec

from gazouillis.infra.cache.regions import CacheRegion, CachingReader

Key = TypeVar("Key")
Value = TypeVar("Value")


class TimedReader(CachingReader, Protocol):
    """A caching reader that knows the time."""

    @property
    def now(self) -> datetime: ...

    def has_come(self, moment: datetime) -> bool: ...


Reading = TypeVar("Reading", bound=TimedReader)


class Expiring(msgspec.Struct, Generic[Value], frozen=True):
    """A value and the time from which it is no longer used."""

    value: Value
    until: datetime


async def cached_for(
    lifetime: timedelta, reader: Reading, region: CacheRegion[Key, Expiring[Value]], key: Key, load: Callable[[Reading], Awaitable[Value]]
) -> Value:
    """The value of this key from the region, or loaded now. A response that uses it expires together with it."""
    if reader.cache is None:
        return await load(reader)
    lru, dependencies = reader.cache.region(region), reader.dependencies
    known = lru.get(key)
    if known is None or reader.has_come(known.until):
        since, loading = lru.generation, _load(lifetime, reader, load)
        known = await (dependencies.untracked(loading) if dependencies else loading)
        lru.put(key, known, since)
        reader.has_come(known.until)
    if dependencies:
        dependencies.add_cached(lru, {key: known})
    return known.value


async def _load(lifetime: timedelta, reader: Reading, load: Callable[[Reading], Awaitable[Value]]) -> Expiring[Value]:
    return Expiring(await load(reader), reader.now + lifetime)
