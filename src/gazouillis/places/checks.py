"""What somebody asks to say about where they are or live, checked. Each check raises Invalid with the field."""

from __future__ import annotations

from gazouillis.graph import circles
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId, CircleId, PlaceId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader
from gazouillis.places import gazetteer
from gazouillis.places.models import Audience, Kind, Place
from gazouillis.statuses.models import Area


def checked_place(place_id: int) -> Place:
    place = gazetteer.by_id(place_id)
    if place is None:
        raise Invalid(_("There is no such place"), field="place_id", code="ERR_INCLUSION")
    return place


async def checked_audience(
    reader: Reader, account_id: AccountId, word: str, circle_id: CircleId | None
) -> tuple[Audience, CircleId | None]:
    if word not in {one.value for one in Audience}:
        raise Invalid(_("Choose who sees it"), field="audience", code="ERR_INCLUSION" if word else "ERR_BLANK")
    audience = Audience(word)
    return audience, await circles.chosen(reader, account_id, circle_id) if audience is Audience.CIRCLE else None


def area(place: Place) -> Area:
    region_id = place.id if place.kind is Kind.REGION else place.region.id if place.region else None
    return Area(PlaceId(place.id), region_id, place.country)
