"""One's own stays beside those of others that one may see in the same place. Described in `openapi.json`."""

from __future__ import annotations

from datetime import date

import msgspec
from litestar import Response, get

from gazouillis.api.caller import authorised
from gazouillis.api.entities.stay import Stay, own_stays, shown_stay
from gazouillis.api.request import AnyRequest, site
from gazouillis.encounters.visits.models import Overlap
from gazouillis.encounters.visits.queries import overlaps


class Days(msgspec.Struct, frozen=True, rename={"first": "from", "last": "to"}):
    first: date
    last: date


class Encounter(msgspec.Struct, frozen=True):
    """`overlap` is null when one leaves on the day before the other comes: they miss each other by a day."""

    own_stay: Stay
    stay: Stay
    overlap: Days | None


@get("/api/gazouillis/v1/encounters")
async def mine(request: AnyRequest) -> Response[list[Encounter]]:
    caller = await authorised(request, "read:accounts")
    async with site(request).db.read() as reader:
        found = await overlaps(reader, caller.account.id)
    return Response([_encounter(site(request).settings.base_url, one) for one in found])


def _encounter(base_url: str, one: Overlap) -> Encounter:
    days = Days(one.days.first, one.days.last) if one.days else None
    return Encounter(own_stays([one.mine])[0], shown_stay(base_url, one.theirs), days)


routes = [mine]
