"""The picture of the waves of answers to a status: the geometry of its bars, as SVG takes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from gazouillis.encounters.reach.models import Road, Wave, WavePart
from gazouillis.encounters.reach.rules import HOUR, span
from gazouillis.web import i18n

BAR, GAP, HEIGHT = 10, 3, 100
"""Units of the picture."""
FEWEST, MOST_BARS = 6, 60
"""How many hours are drawn at least. Over more bars, the empty ones are left out."""


class Part(msgspec.Struct, frozen=True):
    """`kind` is follow, reblog or other."""

    kind: str
    top: float
    height: float


class Bar(msgspec.Struct, frozen=True):
    left: int
    parts: tuple[Part, ...]


class Picture(msgspec.Struct, frozen=True):
    width: int
    bars: tuple[Bar, ...]
    begins_at: datetime
    ends_at: datetime
    days_from: int | None
    """Where hours end and days begin; None when all are hours."""


def picture(waves: Sequence[Wave], published_at: datetime, zone: str) -> Picture | None:
    """None when there is nothing to draw."""
    if not waves:
        return None
    spans = _spans(waves, published_at, zone)
    by_begin = {one.begins_at: one for one in waves}
    highest = max(one.count for one in waves)
    bars = [
        Bar(index * (BAR + GAP), _parts(by_begin[begins].parts, highest))
        for index, (begins, _ends) in enumerate(spans)
        if begins in by_begin
    ]
    return Picture(len(spans) * (BAR + GAP) - GAP, tuple(bars), spans[0][0], spans[-1][1], _days_from(spans))


def _days_from(spans: Sequence[tuple[datetime, datetime]]) -> int | None:
    hours = sum(ends - begins <= HOUR for begins, ends in spans)
    return hours * (BAR + GAP) - 2 if hours < len(spans) else None


def time_of(wave: Wave, zone: str, language: str) -> str:
    """The hour or the day of a wave."""
    is_hour = wave.ends_at - wave.begins_at <= HOUR
    return i18n.hour(wave.begins_at, zone, language) if is_hour else i18n.day_of(wave.begins_at, zone, language)


def _spans(waves: Sequence[Wave], published_at: datetime, zone: str) -> list[tuple[datetime, datetime]]:
    """From the hour of publishing to the last wave, and the empty ones between."""
    found, last = [span(published_at, published_at, zone)], waves[-1].begins_at
    while found[-1][0] < last or len(found) < FEWEST:
        found.append(span(found[-1][1], published_at, zone))
        if len(found) > MOST_BARS:
            return [(one.begins_at, one.ends_at) for one in waves[:MOST_BARS]]
    return found


def _parts(parts: Sequence[WavePart], highest: int) -> tuple[Part, ...]:
    """From the bottom up."""
    drawn, bottom = [], float(HEIGHT)
    for one in parts:
        height = HEIGHT * one.count / highest
        bottom -= height
        drawn.append(Part(_kind(one.road), round(bottom, 2), round(height, 2)))
    return tuple(drawn)


def _kind(road: Road | None) -> str:
    return road.word if road is not None else "other"
