"""A clock for tests. It advances by one millisecond at each reading, so that times are distinct and in order, and by `advance`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)
"""A Friday evening, when people recommend others with #FF."""


class MovingClock:
    def __init__(self, start: datetime = START) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def advance(self, **span: float) -> None:
        """`clock.advance(hours=25)`"""
        self.now += timedelta(**span)
