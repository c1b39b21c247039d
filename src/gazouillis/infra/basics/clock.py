"""The clock, as a parameter: tests pass one that they control."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


class Watch(Protocol):
    """Tells whether a moment is past: a reader, which also records it as a dependency of the response."""

    def has_come(self, moment: datetime) -> bool: ...
