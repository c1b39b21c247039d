"""When a status may be published later, and how a time is read. Pure functions.

https://docs.joinmastodon.org/methods/statuses/#create
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _, counted
from gazouillis.statuses.scheduled.models import When

SOONEST = timedelta(minutes=5)
LATEST = timedelta(days=366)
MOST, MOST_ON_A_DAY = 300, 25
"""Of one account, as on Mastodon. A day is one of UTC."""
FIELD = "scheduled_at"

_WALL_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")


def parse(written: str) -> datetime:
    """A moment as apps write it; without an offset it is in UTC. Raises Invalid."""
    try:
        found = datetime.fromisoformat(written.strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _not_a_time() from None


def at_home(written: str, zone: str) -> When:
    """A time as the clocks of a zone show it: of a time that they show twice, the first. Raises Invalid for one that they skip."""
    if not _WALL_TIME.fullmatch(written):
        raise _not_a_time()
    try:
        due_at = moment(written, zone)
        shown = due_at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
    except (ValueError, OverflowError):
        raise _not_a_time() from None
    if shown != written:
        raise Invalid(_("The clocks there skip this time: they are put forward"), field=FIELD)
    return When(due_at, zone, written)


def moment(wall_time: str, zone: str) -> datetime:
    """When the clocks of the zone show this time."""
    return datetime.fromisoformat(wall_time).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def shown_at_home(due_at: datetime, zone: str) -> str:
    """What the clocks of the zone show then."""
    return due_at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def tomorrow_at_eight(now: datetime, zone: str) -> str:
    return f"{(now.astimezone(ZoneInfo(zone)) + timedelta(days=1)).date().isoformat()}T08:00"


def check(due_at: datetime, now: datetime) -> None:
    """Raises Invalid for a moment that is too soon or too late."""
    if due_at < now + SOONEST:
        minutes = SOONEST // timedelta(minutes=1)
        raise Invalid(counted("At least {count} minute from now", "At least {count} minutes from now", minutes), field=FIELD)
    if due_at > now + LATEST:
        raise Invalid(_("At most a year from now"), field=FIELD)


def check_count(in_all: int, on_that_day: int) -> None:
    """`in_all` and `on_that_day`: how many others wait. Raises Invalid."""
    if in_all >= MOST:
        sentence = counted("At most {count} post can wait", "At most {count} posts can wait", MOST)
        raise Invalid(sentence, field=FIELD, code="ERR_TOO_MANY")
    if on_that_day >= MOST_ON_A_DAY:
        sentence = counted("At most {count} post can wait for one day", "At most {count} posts can wait for one day", MOST_ON_A_DAY)
        raise Invalid(sentence, field=FIELD, code="ERR_TOO_MANY")


def _not_a_time() -> Invalid:
    return Invalid(_("This is not a time: write it as 2026-03-11T19:30"), field=FIELD)
