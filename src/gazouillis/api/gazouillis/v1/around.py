"""What is around the caller: who is in town, tracks with news, #FF of the week. Described in `openapi.json`."""

from __future__ import annotations

import msgspec
from litestar import Response, get
from msgspec import Raw

from gazouillis.api import respond
from gazouillis.api.caller import authorised
from gazouillis.api.entities.json_cache import JsonCache
from gazouillis.api.entities.place import NamedPlace, named_place
from gazouillis.api.entities.track import Track, track
from gazouillis.api.request import AnyRequest, site
from gazouillis.encounters.recommendations.of_the_week import of_the_week
from gazouillis.encounters.visits import in_town as visits
from gazouillis.search.tracks.news import news


class InTown(msgspec.Struct, frozen=True):
    place: NamedPlace
    accounts: list[Raw]
    has_more: bool


class News(msgspec.Struct, frozen=True):
    track: Track
    count: int
    has_more: bool


class OfTheWeek(msgspec.Struct, frozen=True):
    """`id` is that of the recommendation, and of its status."""

    id: str
    account: Raw
    recommended: list[Raw]


class Around(msgspec.Struct, frozen=True):
    in_town: InTown | None
    news: list[News]
    recommendations: list[OfTheWeek]


@get("/api/gazouillis/v1/around")
async def around(request: AnyRequest) -> Response[Around]:
    caller = await authorised(request, "read:accounts")
    async with site(request).db.read() as reader:
        cache, here = respond.json_cache(request, reader), await visits.in_town(reader, caller.viewer_id)
        found = await news(reader, caller.viewer_id, site(request).settings.authority)
        recommended = await of_the_week(reader, caller.viewer_id)
        return Response(
            Around(
                _in_town(here, cache) if here else None,
                [News(track(one.track), one.count, one.has_more) for one in found],
                [OfTheWeek(str(one.id), cache.account(one.recommender), list(map(cache.account, one.people))) for one in recommended],
            )
        )


def _in_town(here: visits.InTown, cache: JsonCache) -> InTown:
    return InTown(named_place(here.place), list(map(cache.account, here.people)), here.has_more)


routes = [around]
