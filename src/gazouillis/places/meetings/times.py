"""When a meeting begins: written as the clocks of its place show it, stored as a moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _
from gazouillis.places.days import YEARS

NEVER = datetime.min
"""Stands for a time that could not be read."""
LATEST = timedelta(days=2 * 366)
LONGEST = 24 * 60
"""Minutes."""


def parse(written: str, field: str) -> datetime:
    """`2026-03-11T19:30`, with an offset or without one. Raises Invalid for anything else, or for none."""
    if not written.strip():
        raise Invalid(_("{field} must be given", field=field), field=field, code="ERR_BLANK")
    try:
        found = datetime.fromisoformat(written.strip()) if _WRITTEN.fullmatch(written.strip()) else datetime.min
    except ValueError:
        found = datetime.min
    if found.year not in YEARS:
        raise Invalid(_("This is not a time: write it as 2026-03-11T19:30"), field=field)
    return found


def moment(starts: datetime, zone: str, field: str) -> datetime:
    """In UTC. A time that the clocks of the zone show twice is the first one; one that they skip is refused."""
    if starts.tzinfo is not None:
        return starts.astimezone(UTC)
    there = starts.replace(tzinfo=ZoneInfo(zone), fold=0)
    found = there.astimezone(UTC)
    if found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != starts:
        raise Invalid(_("The clocks there skip this time: they are put forward"), field=field)
    return found


_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?")
