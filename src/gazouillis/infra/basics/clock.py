"""The time, as something that is given: fixed in tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


class Watch(Protocol):
    """Whoever knows whether a moment has come."""

    def has_come(self, moment: datetime) -> bool: ...
