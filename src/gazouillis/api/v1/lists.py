"""Lists, as apps see the tracks of an account: each is a list whose timeline is its hits. https://docs.joinmastodon.org/methods/lists/

Nobody is a member of such a list. It is made with `track X`, typed where one writes a post; deleting it ends the track.
"""

from __future__ import annotations

from typing import Any

from litestar import Response, delete, get
from litestar.params import FromPath
from litestar.types import ASGIApp

from gazouillis.api import paging, respond
from gazouillis.api.bind import bind, identifier
from gazouillis.api.caller import Member, authorised
from gazouillis.api.entities.list_of_hits import ListOfHits, list_of_hits
from gazouillis.api.paging import PageForm
from gazouillis.api.request import AnyRequest, site
from gazouillis.search.tracks import queries
from gazouillis.search.tracks.mark_seen import mark_page_seen
from gazouillis.search.tracks.remove import remove

PATH = "/api/v1/lists"


@get(PATH)
async def mine(request: AnyRequest) -> Response[list[ListOfHits]]:
    caller = await authorised(request, "read:lists")
    async with site(request).db.read() as reader:
        return Response([list_of_hits(one) for one in await queries.of_account(reader, caller.account.id)])


@get(PATH + "/{list_id:str}")
async def show(request: AnyRequest, list_id: FromPath[str]) -> Response[ListOfHits]:
    caller = await authorised(request, "read:lists")
    async with site(request).db.read() as reader:
        return Response(list_of_hits(await queries.own(reader, caller.account.id, identifier(list_id))))


@get(PATH + "/{list_id:str}/accounts")
async def accounts(request: AnyRequest, list_id: FromPath[str]) -> Response[list[Any]]:
    caller = await authorised(request, "read:lists")
    async with site(request).db.read() as reader:
        await queries.own(reader, caller.account.id, identifier(list_id))
    return Response([])


@delete(PATH + "/{list_id:str}", status_code=200)
async def drop(request: AnyRequest, list_id: FromPath[str]) -> Response[dict[str, Any]]:
    caller = await authorised(request, "write:lists")
    async with site(request).db.write() as tx:
        await remove(tx, caller.account.id, identifier(list_id))
    return Response({})


@get("/api/v1/timelines/list/{list_id:str}")
async def timeline(request: AnyRequest, list_id: FromPath[str]) -> ASGIApp:
    caller, form = await authorised(request, "read:lists"), await bind(request, PageForm)
    return await hits(request, caller, identifier(list_id), form)


async def hits(request: AnyRequest, caller: Member, track_id: int, form: PageForm) -> ASGIApp:
    """A page of the hits of a track. Its news is seen when the first one is read, as on pages."""
    await mark_page_seen(site(request), caller.account.id, track_id, form.window())
    async with site(request).db.read() as reader:
        one = await queries.own(reader, caller.account.id, track_id)
        page = await queries.timeline(reader, one, form.window())
        seen = await queries.seen(reader, one, page.items, site(request).settings.authority)
        return respond.json(respond.json_cache(request, reader).statuses(seen, caller.viewer_id), paging.links(request, page))


routes = [mine, show, accounts, drop, timeline]
