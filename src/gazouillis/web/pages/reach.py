"""Where the answers to a status came from, for its author: the roads, and the waves in which they came."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from gazouillis.encounters.reach.queries import MOST_READ, provenance
from gazouillis.infra.basics.ids import StatusId
from gazouillis.places.own_zone import own_zone
from gazouillis.statuses import views
from gazouillis.web.pages.profile import HIDDEN_FROM_ROBOTS
from gazouillis.web.pages.settings_limits import USUAL_ZONES
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, request_context
from gazouillis.web.waves import picture


@get("/statuses/{status_id:str}/reach")
async def show(request: AnyRequest, status_id: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        reader, me = context.reader, context.member
        zone = await own_zone(reader, me, USUAL_ZONES.get(context.language, "UTC"))
        found = await provenance(reader, me, StatusId(parse_id(status_id)), zone)
        response = await context.render(
            "reach.html",
            view=await views.view(reader, found.status, me.id),
            reach=found,
            counts={act.word: number for act, number in found.counts.items()},
            picture=picture(found.waves, found.status.created_at, zone),
            zone=zone,
            most=MOST_READ,
        )
        response.headers.update(HIDDEN_FROM_ROBOTS)
        return response


routes = [show]
