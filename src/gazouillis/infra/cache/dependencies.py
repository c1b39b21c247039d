"""The dependencies of a cached response: while none of them has changed, the response may be sent again.

While a handler makes a response, readers record here which cached values they returned, whether they queried the database, and which
moments they compared with the present time. They do it by themselves: handlers and queries contain no code for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Protocol, TypeVar

Value = TypeVar("Value")

_RECORD, _SLOT, _CHECK = 300, 8, 5_000
"""Estimated sizes in bytes: of one `add_cached` record, of one slot in a list, and of one check with the values it compares."""


class Region(Protocol):
    """A cache region (`regions.LruCache`)."""

    def has_same(self, keys: Collection[Any], values: list[Any]) -> bool: ...

    def weight_of(self, keys: Collection[Any]) -> int: ...


class Generations(Protocol):
    """The cache of the process (`regions.ProcessCache`). `generation` grows with every invalidation."""

    generation: int


class CurrentReader(Protocol):
    """A reader opened now. `version` changes with every commit to the database; None where commits cannot be detected."""

    @property
    def cache(self) -> Generations | None: ...

    @property
    def version(self) -> int | None: ...

    def has_come(self, moment: datetime) -> bool: ...


class Dependencies:
    """Collected while a response is made, then asked `still_valid` before each reuse of the response."""

    __slots__ = ("_cache", "_cached", "_checks", "_expires_at", "_generation", "_version", "is_cacheable", "nonce")

    def __init__(self, cache: Generations) -> None:
        self.is_cacheable = True
        """False once the response depends on something whose changes cannot be detected."""
        self.nonce: str | None = None
        """Text in the response that must differ each time it is sent, such as the CSRF token of a form."""
        self._cache = cache
        self._generation = cache.generation
        self._version: int | None = None
        """Version of the database at the first recorded query; None: it was not queried."""
        self._expires_at: datetime | None = None
        self._cached: list[tuple[Region, Collection[Any], list[Any]]] = []
        self._checks: list[Callable[[], bool]] = []

    def add_cached(self, region: Region, entries: Mapping[Any, Any]) -> None:
        """The response used these entries of the region: it is valid while the region still holds the same values."""
        self._cached.append((region, [*entries], [*entries.values()]))

    def add_query(self, version: int | None) -> None:
        """The response used a database query: it is valid until the next commit. `version` None: the response is not cacheable."""
        if version is None:
            self.is_cacheable = False
        elif self._version is None:
            self._version = version

    def add_nonce(self, nonce: str) -> None:
        """The response contains this nonce, and a new one replaces it at each reuse. Two nonces make it uncacheable."""
        if self.nonce is not None:
            self.mark_uncacheable()
        self.nonce = nonce

    def mark_uncacheable(self) -> None:
        self.is_cacheable = False

    def expire_at(self, moment: datetime) -> None:
        self._expires_at = moment if self._expires_at is None else min(moment, self._expires_at)

    def add_check(self, check: Callable[[], bool]) -> None:
        """The response is valid only while this returns True. It is called at each reuse, so it must be cheap."""
        self._checks.append(check)

    @property
    def weight(self) -> int:
        """In bytes, including the cached values that it refers to."""
        cached = sum([_RECORD + 2 * _SLOT * len(keys) + region.weight_of(keys) for region, keys, _values in self._cached])
        return cached + _CHECK * len(self._checks)

    async def untracked(self, loading: Awaitable[Value]) -> Value:
        """Runs a query that fills a cache region without recording it: the region's invalidation covers its result."""
        before = self._version, self.is_cacheable
        loaded = await loading
        self._version, self.is_cacheable = before
        return loaded

    def still_valid(self, reader: CurrentReader) -> bool:
        """Whether no dependency has changed, so that the response equals one made now."""
        cache = reader.cache
        if cache is not self._cache or (self._version is not None and self._version != reader.version):
            return False
        if self._expires_at is not None and reader.has_come(self._expires_at):
            return False
        if self._generation != cache.generation:
            if not all(region.has_same(keys, values) for region, keys, values in self._cached):
                return False
            self._generation = cache.generation
        return all(check() for check in self._checks)


@contextmanager
def tracking(dependencies: Dependencies | None) -> Iterator[None]:
    """Readers opened inside, by this task, record into these dependencies; None: they record nothing."""
    token = _current.set(dependencies)
    try:
        yield
    finally:
        _current.reset(token)


_current: ContextVar[Dependencies | None] = ContextVar("dependencies", default=None)

current_dependencies = _current.get
"""The dependencies of the response that this task makes; None when it makes no cacheable response."""
