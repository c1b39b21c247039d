"""Days of a place: when they begin and end there, in a world of time zones, clock changes and a date line."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _

ONE_DAY = timedelta(days=1)
YEARS = range(1970, 2200)


def begins(day: date, zone: str) -> datetime:
    """The first moment of this day there. Where the clocks skip midnight, it is the moment at which they do."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def is_over_at(day: date, zone: str) -> datetime:
    """The first moment at which this day is over there: the day after begins, 23, 24 or 25 hours after this one did."""
    return begins(day + ONE_DAY, zone)


def today(now: datetime, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date()


def parse(written: str, field: str) -> date:
    """A day as 2026-03-11. Raises Invalid for anything else, or for none."""
    if not written.strip():
        raise Invalid(_("{field} must be given", field=field), field=field, code="ERR_BLANK")
    try:
        day = date.fromisoformat(written.strip()) if _DAY.fullmatch(written.strip()) else date.min
    except ValueError:
        day = date.min
    if day.year not in YEARS:
        raise Invalid(_("This is not a day: write it as 2026-03-11"), field=field)
    return day


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
