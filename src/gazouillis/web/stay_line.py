"""The line below the text of the composer that offers to announce a stay together with the post that speaks of it.

Its fields are part of the composer's form: a stay is announced only when its place is ticked there.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

import msgspec

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import id_or_none
from gazouillis.places import days, gazetteer
from gazouillis.places.models import Audience, Place

TICKED, FIRST, LAST, AUDIENCE, DECLINED = "stay", "stay_from", "stay_to", "stay_audience", "no_stay"


class StayLine(msgspec.Struct, frozen=True):
    """Several places are homonyms to choose from; without any, nothing is offered. `last` is None when the text does not say it."""

    places: tuple[Place, ...] = ()
    first: date | None = None
    last: date | None = None
    audience: str = Audience.MUTUALS.value
    """A value of the form: `mutuals`, `circle:12`."""
    is_ticked: bool = False
    declined: str = ""
    """Ids of places that are not offered again while this text is written, each followed by a comma."""

    @property
    def is_declined(self) -> bool:
        return {str(one.id) for one in self.places} <= set(self.declined.split(","))


def typed(form: Mapping[str, str]) -> StayLine:
    """The line of a form that is shown again. One that was not ticked is gone: the text is asked about anew when it changes."""
    declined, place_id, first = form.get(DECLINED, ""), id_or_none(form.get(TICKED, "")), _day(form, FIRST)
    place = gazetteer.by_id(place_id) if place_id is not None else None
    if place is None or first is None:
        return StayLine(declined=declined)
    return StayLine((place,), first, _day(form, LAST), form.get(AUDIENCE, ""), is_ticked=True, declined=declined)


def _day(form: Mapping[str, str], field: str) -> date | None:
    with suppress(Invalid):
        return days.parse(form.get(field, ""), field)
    return None
