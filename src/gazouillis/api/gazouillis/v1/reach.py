"""Where the answers to a status of the caller came from. Described in `openapi.json`."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from gazouillis.api import lookups
from gazouillis.api.caller import authorised
from gazouillis.api.entities.reach import Reach, reach
from gazouillis.api.request import AnyRequest, site
from gazouillis.encounters.reach.queries import provenance
from gazouillis.places.own_zone import own_zone


@get("/api/gazouillis/v1/statuses/{status_id:str}/reach")
async def show(request: AnyRequest, status_id: FromPath[str]) -> Response[Reach]:
    caller, base_url = await authorised(request, "read:statuses"), site(request).settings.base_url
    async with site(request).db.read() as reader:
        zone = await own_zone(reader, caller.account)
        found = await provenance(reader, caller.account, lookups.status_id(status_id), zone)
    return Response(reach(base_url, found, zone))


routes = [show]
