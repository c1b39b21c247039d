"""A time that moves when told: a millisecond at each look, so that what comes later is later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)
"""A Friday evening: people recommend people."""


class MovingClock:
    def __init__(self, start: datetime = START) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def advance(self, **span: float) -> None:
        """`clock.advance(hours=25)`"""
        self.now += timedelta(**span)
