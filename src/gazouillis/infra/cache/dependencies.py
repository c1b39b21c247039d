"""What an answer stands on: as long as all of it is the same, so is the answer.

While an answer is made, readers note here what they took from memory, whether they asked the database itself, and what depended on
the time. Nobody who reads has to know.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Protocol, TypeVar

Value = TypeVar("Value")

_TAKEN, _PLACE, _CHECK = 300, 8, 5_000
"""Bytes of what is noted when something is taken from memory, of a place in a list, and of a check with what it compares."""


class Region(Protocol):
    """A shelf of the memory (`memory.Kept`)."""

    def has_same(self, keys: Collection[Any], values: list[Any]) -> bool: ...

    def weight_of(self, keys: Collection[Any]) -> int: ...


class Generations(Protocol):
    """The memory, whose `tick` grows with everything it forgets."""

    generation: int


class CurrentReader(Protocol):
    """A reader, as it is now. `version` is another one whenever anything was committed; None where nobody can tell."""

    @property
    def cache(self) -> Generations | None: ...

    @property
    def version(self) -> int | None: ...

    def has_come(self, moment: datetime) -> bool: ...


class Dependencies:
    __slots__ = ("_cache", "_cached", "_checks", "_tick", "_until", "_version", "is_cacheable", "nonce")

    def __init__(self, cache: Generations) -> None:
        self.is_cacheable = True
        """False once the answer stands on something that nobody watches."""
        self.nonce: str | None = None
        self._cache = cache
        self._tick = cache.generation
        self._version: int | None = None
        """Of the database when it was first asked."""
        self._until: datetime | None = None
        self._cached: list[tuple[Region, Collection[Any], list[Any]]] = []
        self._checks: list[Callable[[], bool]] = []

    def add_cached(self, region: Region, found: Mapping[Any, Any]) -> None:
        """From memory."""
        self._cached.append((region, [*found], [*found.values()]))

    def add_query(self, version: int | None) -> None:
        """The database: what it said holds until anything is committed."""
        if version is None:
            self.is_cacheable = False
        elif self._version is None:
            self._version = version

    def add_nonce(self, word: str) -> None:
        """A word of the answer that must be another one each time."""
        if self.nonce is not None:
            self.mark_uncacheable()
        self.nonce = word

    def mark_uncacheable(self) -> None:
        self.is_cacheable = False

    def expire_at(self, moment: datetime) -> None:
        self._until = moment if self._until is None else min(moment, self._until)

    def add_check(self, check: Callable[[], bool]) -> None:
        self._checks.append(check)

    @property
    def weight(self) -> int:
        """In bytes, with all that was taken from memory."""
        taken = sum([_TAKEN + 2 * _PLACE * len(keys) + region.weight_of(keys) for region, keys, _values in self._cached])
        return taken + _CHECK * len(self._checks)

    async def untracked(self, asking: Awaitable[Value]) -> Value:
        """What is asked only to be remembered is watched there."""
        before = self._version, self.is_cacheable
        found = await asking
        self._version, self.is_cacheable = before
        return found

    def still_valid(self, reader: CurrentReader) -> bool:
        """Whether all is as it was."""
        cache = reader.cache
        if cache is not self._cache or (self._version is not None and self._version != reader.version):
            return False
        if self._until is not None and reader.has_come(self._until):
            return False
        if self._tick != cache.generation:
            if not all(region.has_same(keys, values) for region, keys, values in self._cached):
                return False
            self._tick = cache.generation
        return all(check() for check in self._checks)


@contextmanager
def tracking(dependencies: Dependencies | None) -> Iterator[None]:
    """For the task that makes the answer; None: what is read meanwhile is read for itself."""
    mark = _recording.set(dependencies)
    try:
        yield
    finally:
        _recording.reset(mark)


_recording: ContextVar[Dependencies | None] = ContextVar("grounds", default=None)

current_dependencies = _recording.get
"""Where the answer that this task makes notes what it stands on, if it does."""
