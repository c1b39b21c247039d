"""Two stays in one place, compared."""

from __future__ import annotations

from datetime import date

import msgspec

from gazouillis.places.models import Stay
from gazouillis.places.queries import ShownStay


class Days(msgspec.Struct, frozen=True):
    """The first and the last day that two stays have in common."""

    first: date
    last: date


class Overlap(msgspec.Struct, frozen=True):
    """Somebody's stay beside one's own in the same place. `days` is None when one leaves on the day before the other comes."""

    mine: Stay
    theirs: ShownStay
    days: Days | None
