"""Lists: those of people, and the tracks of an account, each a list whose timeline is its hits.

https://docs.joinmastodon.org/methods/lists/

Nobody is a member of a track. It is made with `track X`, typed where one writes a post; deleting it ends the track.
"""

from __future__ import annotations

from typing import Any

from litestar import Response, delete, get, post, put
from litestar.params import FromPath
from litestar.types import ASGIApp
from msgspec import Raw

from gazouillis.api import lookups, paging, respond
from gazouillis.api.bind import AccountsForm, bind, identifier
from gazouillis.api.caller import Member, authorised
from gazouillis.api.entities.user_list import UserList, list_of_hits, list_of_people
from gazouillis.api.paging import PageForm
from gazouillis.api.request import AnyRequest, site
from gazouillis.graph import change_list, lists
from gazouillis.graph.change_list import MOST_MEMBERS, Wishes
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.paging import Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.search.tracks import queries as tracks
from gazouillis.search.tracks.mark_seen import mark_page_seen
from gazouillis.search.tracks.remove import remove as remove_track
from gazouillis.timelines import lists as timelines

PATH = "/api/v1/lists"


@get(PATH)
async def mine(request: AnyRequest) -> Response[list[UserList]]:
    caller = await authorised(request, "read:lists")
    async with site(request).db.read() as reader:
        people = [list_of_people(one) for one in await lists.of_account(reader, caller.account.id)]
        return Response(people + [list_of_hits(one) for one in await tracks.of_account(reader, caller.account.id)])


@post(PATH, status_code=200)
async def create(request: AnyRequest) -> Response[UserList]:
    caller, form = await authorised(request, "write:lists"), await bind(request, Wishes)
    async with site(request).db.write() as tx:
        return Response(list_of_people(await change_list.make(tx, caller.account.id, form)))


@get(PATH + "/{list_id:str}")
async def show(request: AnyRequest, list_id: FromPath[str]) -> Response[UserList]:
    caller = await authorised(request, "read:lists")
    async with site(request).db.read() as reader:
        one = await lists.own_or_none(reader, caller.account.id, identifier(list_id))
        if one is not None:
            return Response(list_of_people(one))
        return Response(list_of_hits(await tracks.own(reader, caller.account.id, identifier(list_id))))


@put(PATH + "/{list_id:str}")
async def change(request: AnyRequest, list_id: FromPath[str]) -> Response[UserList]:
    caller, form = await authorised(request, "write:lists"), await bind(request, Wishes)
    async with site(request).db.write() as tx:
        await _refuse_track(tx, caller.account.id, identifier(list_id), "title")
        return Response(list_of_people(await change_list.change(tx, caller.account.id, identifier(list_id), form)))


@delete(PATH + "/{list_id:str}", status_code=200)
async def drop(request: AnyRequest, list_id: FromPath[str]) -> Response[dict[str, Any]]:
    caller = await authorised(request, "write:lists")
    async with site(request).db.write() as tx:
        if await lists.own_or_none(tx, caller.account.id, identifier(list_id)):
            await change_list.delete(tx, caller.account.id, identifier(list_id))
        else:
            await remove_track(tx, caller.account.id, identifier(list_id))
    return Response({})


@get(PATH + "/{list_id:str}/accounts")
async def accounts(request: AnyRequest, list_id: FromPath[str]) -> Response[list[Raw]]:
    """With `limit=0`, all of them."""
    caller, form = await authorised(request, "read:lists"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        one = await lists.own_or_none(reader, caller.account.id, identifier(list_id))
        if one is None:
            await tracks.own(reader, caller.account.id, identifier(list_id))
            return Response([])
        window = Window(MOST_MEMBERS) if form.limit == 0 else form.window(paging.ACCOUNTS)
        return await respond.accounts(request, reader, await lists.member_ids(reader, one.id, window), caller)


@post(PATH + "/{list_id:str}/accounts", status_code=200)
async def add(request: AnyRequest, list_id: FromPath[str]) -> Response[dict[str, Any]]:
    caller, form = await authorised(request, "write:lists"), await bind(request, AccountsForm)
    async with site(request).db.write() as tx:
        await _refuse_track(tx, caller.account.id, identifier(list_id), "account_ids")
        await change_list.add(tx, caller.account.id, identifier(list_id), form.named_ids)
    return Response({})


@delete(PATH + "/{list_id:str}/accounts", status_code=200)
async def remove(request: AnyRequest, list_id: FromPath[str]) -> Response[dict[str, Any]]:
    caller, form = await authorised(request, "write:lists"), await bind(request, AccountsForm)
    async with site(request).db.write() as tx:
        await _refuse_track(tx, caller.account.id, identifier(list_id), "account_ids")
        await change_list.remove(tx, caller.account.id, identifier(list_id), form.named_ids)
    return Response({})


@get("/api/v1/accounts/{account_id:str}/lists")
async def holding(request: AnyRequest, account_id: FromPath[str]) -> Response[list[UserList]]:
    caller = await authorised(request, "read:lists")
    async with site(request).db.read() as reader:
        account = await lookups.account(reader, account_id)
        return Response([list_of_people(one) for one in await lists.holding(reader, caller.account.id, account.id)])


@get("/api/v1/timelines/list/{list_id:str}")
async def timeline(request: AnyRequest, list_id: FromPath[str]) -> ASGIApp:
    caller, form = await authorised(request, "read:lists"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        one = await lists.own_or_none(reader, caller.account.id, identifier(list_id))
        if one is not None:
            page = await timelines.page(reader, one, form.window())
            return await respond.statuses(request, reader, page, caller, hides_muted=True)
    return await hits(request, caller, identifier(list_id), form)


async def hits(request: AnyRequest, caller: Member, track_id: int, form: PageForm) -> ASGIApp:
    """A page of the hits of a track. Its news is seen when the first one is read, as on pages."""
    await mark_page_seen(site(request), caller.account.id, track_id, form.window())
    async with site(request).db.read() as reader:
        one = await tracks.own(reader, caller.account.id, track_id)
        page = await tracks.timeline(reader, one, form.window())
        seen = await tracks.seen(reader, one, page.items, site(request).settings.authority)
        return respond.json(respond.json_cache(request, reader).statuses(seen, caller.viewer_id), paging.links(request, page))


async def _refuse_track(reader: Reader, account_id: AccountId, list_id: int, field: str) -> None:
    """Raises Invalid when the list is a track: its title is its words, and it holds nobody."""
    if await tracks.is_own(reader, account_id, list_id):
        raise Invalid(_("This list shows what a track finds: it holds nobody, and keeps its name"), field=field, code="ERR_INVALID")


routes = [mine, create, show, change, drop, accounts, add, remove, holding, timeline]
