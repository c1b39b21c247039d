"""Recommendations: FollowFriday posts of those whom one follows. Described in `openapi.json`."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.api import lookups, paging, respond
from gazouillis.api.bind import Id, bind
from gazouillis.api.caller import authorised
from gazouillis.api.entities.recommendation import Recommendation, recommendation
from gazouillis.api.paging import PageForm
from gazouillis.api.request import AnyRequest, site
from gazouillis.encounters.recommendations import decline as declining
from gazouillis.encounters.recommendations import follow_recommended as following
from gazouillis.encounters.recommendations import queries
from gazouillis.infra.basics.ids import AccountId

PATH = "/api/gazouillis/v1/recommendations"


class ChoiceForm(msgspec.Struct, frozen=True):
    account_ids: list[Id] = []


class Followed(msgspec.Struct, frozen=True):
    """The ids of the accounts that are followed, or asked, since this request."""

    followed: list[str]


class Undone(msgspec.Struct, frozen=True):
    """The ids of the accounts that are followed, or asked, no more."""

    undone: list[str]


@get(PATH)
async def of_followed(request: AnyRequest) -> Response[list[Recommendation]]:
    caller, form = await authorised(request, "read:follows"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        page = await queries.of_followed(reader, caller.viewer_id, form.window())
        shown = await queries.recommendations(reader, caller.viewer_id, page.items)
        cache = respond.json_cache(request, reader)
        base_url = site(request).settings.base_url
        return Response([recommendation(one, cache, caller.viewer_id, base_url) for one in shown], headers=paging.links(request, page))


@get(PATH + "/{status_id:str}")
async def show(request: AnyRequest, status_id: FromPath[str]) -> Response[Recommendation]:
    caller = await authorised(request, "read:follows")
    async with site(request).db.read() as reader:
        one = await queries.by_id(reader, caller.viewer_id, lookups.status_id(status_id))
        return Response(recommendation(one, respond.json_cache(request, reader), caller.viewer_id, site(request).settings.base_url))


@post(PATH + "/{status_id:str}/follow", status_code=200)
async def follow(request: AnyRequest, status_id: FromPath[str]) -> Response[Followed]:
    caller, form = await authorised(request, "write:follows"), await bind(request, ChoiceForm)
    chosen = [AccountId(one) for one in form.account_ids]
    async with site(request).db.write() as tx:
        followed = await following.follow_recommended(tx, caller.account, lookups.status_id(status_id), chosen)
    return Response(Followed([str(one) for one in followed]))


@post(PATH + "/{status_id:str}/undo", status_code=200)
async def undo(request: AnyRequest, status_id: FromPath[str]) -> Response[Undone]:
    caller = await authorised(request, "write:follows")
    async with site(request).db.write() as tx:
        undone = await following.undo(tx, caller.account, lookups.status_id(status_id))
    return Response(Undone([str(one) for one in undone]))


@post(PATH + "/{status_id:str}/decline", status_code=200)
async def decline(request: AnyRequest, status_id: FromPath[str]) -> Response[dict[str, Any]]:
    caller = await authorised(request, "write:follows")
    async with site(request).db.write() as tx:
        await declining.decline(tx, caller.account, lookups.status_id(status_id))
    return Response({})


routes = [of_followed, show, follow, undo, decline]
