"""The end of the log as this process wrote it: who follows the log need not read that back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from gazouillis.infra.basics.events import Event

MOST = 1000
"""How many of the last are known at least; twice as many at most, since a list is cut from time to time."""


class Position(msgspec.Struct, frozen=True, order=True):
    """A place in the log: all up to and including it has been read."""

    transaction_id: int = 0
    event_id: int = 0


class LoggedEvent(msgspec.Struct, frozen=True):
    position: Position
    event: Event
    happened_at: datetime


class LogTail:
    """For a database with one writer at a time, whose events have numbers without gaps: what others wrote in between would show."""

    def __init__(self) -> None:
        self._known: list[LoggedEvent] = []

    def add(self, happened: Sequence[tuple[Event, datetime]], last_id: int) -> None:
        """Committed together; the last of them under this number."""
        first_id = last_id - len(happened) + 1
        if self._known and self._known[-1].position.event_id != first_id - 1:
            self._known.clear()
        self._known += [LoggedEvent(Position(0, number), *one) for number, one in enumerate(happened, first_id)]
        if len(self._known) > 2 * MOST:
            del self._known[:-MOST]

    def after(self, position: Position, limit: int) -> list[LoggedEvent]:
        """What follows. None of it: the log must be read."""
        if not self._known:
            return []
        place = position.event_id + 1 - self._known[0].position.event_id
        return self._known[place : place + limit] if place >= 0 else []
