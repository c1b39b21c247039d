"""Quiet hours: from when to when somebody does not want to be disturbed, each day in their own time zone.

Nothing is lost in these hours: what happened is listed, but no count, live event, push or e-mail tells of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _


class QuietHours(msgspec.Struct, frozen=True, gc=False):
    """`start` and `end` are minutes since midnight. When the end is the earlier one, it is on the day after."""

    start: int
    end: int
    zone: str
    """As the IANA names it: `Europe/Paris`."""


class Timepiece(Protocol):
    """A reader: it tells the time, and when a response that depends on it ends."""

    def now_until(self, changes_at: Callable[[datetime], datetime]) -> datetime: ...


def is_quiet(hours: QuietHours | None, now: datetime) -> bool:
    return hours is not None and any(begins <= now < ends for begins, ends in _windows(hours, now))


def is_quiet_now(hours: QuietHours | None, timepiece: Timepiece) -> bool:
    """For reads: a cached response that asked it ends when the quiet hours begin or end."""
    return hours is not None and is_quiet(hours, timepiece.now_until(lambda now: changes_at(hours, now)))


def changes_at(hours: QuietHours, now: datetime) -> datetime:
    """When the quiet hours begin or end next."""
    return min(moment for window in _windows(hours, now) for moment in window if moment > now)


def parse(start: str, end: str, zone: str) -> QuietHours | None:
    """From two times as `22:30`; None when both are empty. Raises Invalid."""
    if zone and zone not in zones():
        raise Invalid(_("There is no such time zone"), field="time_zone", code="ERR_INCLUSION")
    if not start and not end:
        return None
    for field, written in (("quiet_from", start), ("quiet_to", end)):
        if not _TIME.fullmatch(written):
            raise Invalid(_("Say both times, as 22:30"), field=field, code="ERR_INVALID")
    if start == end:
        raise Invalid(_("The hours begin and end at the same time"), field="quiet_to", code="ERR_INVALID")
    if not zone:
        raise Invalid(_("There is no such time zone"), field="time_zone", code="ERR_INCLUSION")
    return QuietHours(_minutes(start), _minutes(end), zone)


def written(minutes: int) -> str:
    """`22:30`"""
    return f"{minutes // 60:02}:{minutes % 60:02}"


@lru_cache(1)
def zones() -> tuple[str, ...]:
    """The time zones that one may choose, named after places, and UTC."""
    return (*sorted(one for one in available_timezones() if one.startswith(_CONTINENTS)), "UTC")


def _windows(hours: QuietHours, now: datetime) -> list[tuple[datetime, datetime]]:
    """The quiet hours of yesterday, today and tomorrow. Their wall times are right on the days when the clocks change, too."""
    zone = ZoneInfo(hours.zone)
    today = now.astimezone(zone).date()
    night = timedelta(days=1 if hours.end <= hours.start else 0)
    days = [today + timedelta(days=by) for by in (-1, 0, 1)]
    return [(_at(day, hours.start, zone), _at(day + night, hours.end, zone)) for day in days]


def _at(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(minutes // 60, minutes % 60), zone).astimezone(UTC)


def _minutes(time_of_day: str) -> int:
    return int(time_of_day[:2]) * 60 + int(time_of_day[3:5])


_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_CONTINENTS = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
