"""The log tail: the newest events that this process wrote itself, in memory. Its followers need not read them back from the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from gazouillis.infra.basics.events import Event

MOST = 1000
"""The newest events that are kept at least. Up to twice as many are kept, since the list is trimmed only now and then."""


class Position(msgspec.Struct, frozen=True, order=True):
    """A place in the log: every event up to and including it has been read."""

    transaction_id: int = 0
    event_id: int = 0


class LoggedEvent(msgspec.Struct, frozen=True):
    position: Position
    event: Event
    happened_at: datetime


class LogTail:
    """For a database with one writer at a time (SQLite), whose event ids have no gaps: a gap means that another process wrote."""

    def __init__(self) -> None:
        self._events: list[LoggedEvent] = []

    def add(self, happened: Sequence[tuple[Event, datetime]], last_id: int) -> None:
        """Adds the events of one commit. `last_id` is the id of the last one."""
        first_id = last_id - len(happened) + 1
        if self._events and self._events[-1].position.event_id != first_id - 1:
            self._events.clear()
        self._events += [LoggedEvent(Position(0, number), *one) for number, one in enumerate(happened, first_id)]
        if len(self._events) > 2 * MOST:
            del self._events[:-MOST]

    def after(self, position: Position, limit: int) -> list[LoggedEvent]:
        """The events after this position. An empty list means that the log itself must be read."""
        if not self._events:
            return []
        index = position.event_id + 1 - self._events[0].position.event_id
        return self._events[index : index + limit] if index >= 0 else []
