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

Found = TypeVar("Found")

_TAKEN, _PLACE, _CHECK = 300, 8, 5_000
"""Bytes of what is noted when something is taken from memory, of a place in a list, and of a check with what it compares."""


class Shelved(Protocol):
    """A shelf of the memory (`memory.Kept`)."""

    def holds(self, keys: Collection[Any], values: list[Any]) -> bool: ...

    def weight_of(self, keys: Collection[Any]) -> int: ...


class Ticking(Protocol):
    """The memory, whose `tick` grows with everything it forgets."""

    tick: int


class Present(Protocol):
    """A reader, as it is now. `version` is another one whenever anything was committed; None where nobody can tell."""

    @property
    def memory(self) -> Ticking | None: ...

    @property
    def version(self) -> int | None: ...

    def has_come(self, moment: datetime) -> bool: ...


class Grounds:
    __slots__ = ("_checks", "_memory", "_remembered", "_tick", "_until", "_version", "fresh", "is_sound")

    def __init__(self, memory: Ticking) -> None:
        self.is_sound = True
        """False once the answer stands on something that nobody watches."""
        self.fresh: str | None = None
        self._memory = memory
        self._tick = memory.tick
        self._version: int | None = None
        """Of the database when it was first asked."""
        self._until: datetime | None = None
        self._remembered: list[tuple[Shelved, Collection[Any], list[Any]]] = []
        self._checks: list[Callable[[], bool]] = []

    def take(self, kept: Shelved, found: Mapping[Any, Any]) -> None:
        """From memory."""
        self._remembered.append((kept, [*found], [*found.values()]))

    def ask(self, version: int | None) -> None:
        """The database: what it said holds until anything is committed."""
        if version is None:
            self.is_sound = False
        elif self._version is None:
            self._version = version

    def vary(self, word: str) -> None:
        """A word of the answer that must be another one each time."""
        if self.fresh is not None:
            self.spoil()
        self.fresh = word

    def spoil(self) -> None:
        self.is_sound = False

    def hold_until(self, moment: datetime) -> None:
        self._until = moment if self._until is None else min(moment, self._until)

    def hold_while(self, check: Callable[[], bool]) -> None:
        self._checks.append(check)

    @property
    def weight(self) -> int:
        """In bytes, with all that was taken from memory."""
        taken = sum([_TAKEN + 2 * _PLACE * len(keys) + kept.weight_of(keys) for kept, keys, _values in self._remembered])
        return taken + _CHECK * len(self._checks)

    async def to_remember(self, asking: Awaitable[Found]) -> Found:
        """What is asked only to be remembered is watched there."""
        before = self._version, self.is_sound
        found = await asking
        self._version, self.is_sound = before
        return found

    def hold(self, present: Present) -> bool:
        """Whether all is as it was."""
        memory = present.memory
        if memory is not self._memory or (self._version is not None and self._version != present.version):
            return False
        if self._until is not None and present.has_come(self._until):
            return False
        if self._tick != memory.tick:
            if not all(kept.holds(keys, values) for kept, keys, values in self._remembered):
                return False
            self._tick = memory.tick
        return all(check() for check in self._checks)


@contextmanager
def recorded(grounds: Grounds | None) -> Iterator[None]:
    """For the task that makes the answer; None: what is read meanwhile is read for itself."""
    mark = _recording.set(grounds)
    try:
        yield
    finally:
        _recording.reset(mark)


_recording: ContextVar[Grounds | None] = ContextVar("grounds", default=None)

recording = _recording.get
"""Where the answer that this task makes notes what it stands on, if it does."""
