"""Which days two stays in one place have in common. They are days of that place, so no clock and no date line lies between them."""

from __future__ import annotations

from datetime import date

from gazouillis.encounters.visits.models import Days
from gazouillis.places.days import ONE_DAY


def days_in_common(mine: tuple[date, date], theirs: tuple[date, date]) -> Days | None:
    """Of two spans, first and last day included."""
    first, last = max(mine[0], theirs[0]), min(mine[1], theirs[1])
    return Days(first, last) if first <= last else None


def is_missed_by_a_day(mine: tuple[date, date], theirs: tuple[date, date]) -> bool:
    """Whether one of the two comes on the day after the other has left."""
    return mine[1] + ONE_DAY == theirs[0] or theirs[1] + ONE_DAY == mine[0]
