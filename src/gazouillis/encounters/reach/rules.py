"""Roads as a request writes them, numbers that tell no secret, and waves: pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gazouillis.accounts.models import Account
from gazouillis.encounters.reach.models import Road, RoadCount, Taken, Via, Wave, WavePart
from gazouillis.infra.basics.ids import AccountId, StatusId, id_or_none

STEP = 3
"""Numbers that could tell a secret are rounded up to a multiple of this."""
HOUR, FIRST_DAY, ONE_DAY = timedelta(hours=1), timedelta(hours=24), timedelta(days=1)

_WORDS = {one.word: one for one in Road if one not in {Road.UNKNOWN, Road.FOLLOW, Road.REBLOG}}
_NAMED = frozenset({Road.FOLLOW, Road.REBLOG})


def parse(written: str) -> Via:
    """Of `track`, `reblog:<account id>`, `status:<id>` and `status:<id>,<road>`. Whatever else is written says nothing."""
    first, _comma, rest = written.partition(",")
    name, identifier = _named(first)
    if name == "status" and identifier is not None:
        inner = _road(rest)
        return Via(inner.road, inner.reblogger_id, StatusId(identifier))
    return Via() if rest else _road(first)


def _road(written: str) -> Via:
    name, identifier = _named(written)
    if name == Road.REBLOG.word and identifier is not None:
        return Via(Road.REBLOG, AccountId(identifier))
    return Via(_WORDS.get(written))


def _named(written: str) -> tuple[str, int | None]:
    name, _colon, number = written.partition(":")
    return name, id_or_none(number) if number else None


def written(via: Via) -> str:
    """As `parse` reads it; empty when it says nothing."""
    road = f"{via.road.word}:{via.reblogger_id}" if via.road is Road.REBLOG else via.road.word if via.road else ""
    if via.status_id is None:
        return road
    return f"status:{via.status_id},{road}" if road else f"status:{via.status_id}"


def rounded_up(number: int) -> int:
    return -(-number // STEP) * STEP


def road_counts(taken: Iterable[Taken]) -> tuple[RoadCount, ...]:
    """The most travelled first, those that are rounded after the others. The order among the rounded ones is always the same."""
    found: Counter[tuple[Road, AccountId | None]] = Counter()
    people: dict[AccountId | None, Account | None] = {}
    for one in taken:
        found[one.road, _id(one.reblogger)] += 1
        people[_id(one.reblogger)] = one.reblogger
    counts = [
        RoadCount(road, people[by], rounded_up(number) if road.is_rounded else number, road.is_rounded)
        for (road, by), number in found.items()
    ]
    return tuple(sorted(counts, key=_order))


def _order(one: RoadCount) -> tuple[int, int, int, int]:
    is_last = one.road is Road.UNKNOWN
    return (2 if is_last else 1 if one.is_at_most else 0, 0 if one.is_at_most else -one.count, one.road, _id(one.reblogger) or 0)


def waves(taken: Sequence[Taken], published_at: datetime, zone: str) -> tuple[Wave, ...]:
    """In the order of time, without the empty ones."""
    found: dict[tuple[datetime, datetime], list[Taken]] = {}
    for one in taken:
        found.setdefault(span(one.at, published_at, zone), []).append(one)
    return tuple(Wave(*key, _parts(found[key])) for key in sorted(found))


def span(at: datetime, published_at: datetime, zone: str) -> tuple[datetime, datetime]:
    """When the wave that `at` belongs to begins and ends: an hour of the clock, and after 24 of them a day of the calendar, in this zone.

    Days are as long as they are: 23 or 25 hours when the clocks change.
    """
    local = published_at.astimezone(ZoneInfo(zone))
    first = published_at - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    at = max(at, published_at)
    if at < first + FIRST_DAY:
        begins = first + (at - first) // HOUR * HOUR
        return begins, begins + HOUR
    day = at.astimezone(ZoneInfo(zone)).date()
    begins, ends = (datetime.combine(one, time(), ZoneInfo(zone)).astimezone(UTC) for one in (day, day + ONE_DAY))
    return max(begins, first + FIRST_DAY), ends


def _parts(taken: Iterable[Taken]) -> tuple[WavePart, ...]:
    """Those of the followers, then by reblog, the most first, then all the others together."""
    found: Counter[tuple[Road | None, AccountId | None]] = Counter()
    people: dict[AccountId | None, Account | None] = {}
    for one in taken:
        found[one.road if one.road in _NAMED else None, _id(one.reblogger)] += 1
        people[_id(one.reblogger)] = one.reblogger
    parts = [WavePart(road, people[by], number) for (road, by), number in found.items()]
    return tuple(sorted(parts, key=lambda one: (one.road or Road.BLOG, -one.count, _id(one.reblogger) or 0)))


def _id(account: Account | None) -> AccountId | None:
    return account.id if account else None
