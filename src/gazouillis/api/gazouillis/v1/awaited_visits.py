"""Of whom one wants to hear the next time they announce a stay in a place, having missed them by a day. Described in `openapi.json`."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, delete, get, post
from litestar.params import FromPath

from gazouillis.api.bind import Id, bind, identifier
from gazouillis.api.caller import authorised
from gazouillis.api.entities.account import Account, account
from gazouillis.api.entities.place import NamedPlace, named_place
from gazouillis.api.request import AnyRequest, site
from gazouillis.encounters.visits import queries
from gazouillis.encounters.visits.wait import wait, wait_no_more
from gazouillis.infra.basics.ids import AccountId

PATH = "/api/gazouillis/v1/awaited_visits"


class WaitForm(msgspec.Struct, frozen=True):
    """`stay_id`: of somebody whom the caller misses by a day, as `/encounters` lists it."""

    stay_id: Id


class AwaitedVisit(msgspec.Struct, frozen=True):
    account: Account
    place: NamedPlace


@get(PATH)
async def mine(request: AnyRequest) -> Response[list[AwaitedVisit]]:
    caller = await authorised(request, "read:accounts")
    async with site(request).db.read() as reader:
        found = await queries.awaited(reader, caller.account.id)
    return Response([_awaited(site(request).settings.base_url, one) for one in found])


@post(PATH, status_code=200)
async def create(request: AnyRequest) -> Response[AwaitedVisit]:
    caller, form = await authorised(request, "write:accounts"), await bind(request, WaitForm)
    async with site(request).db.write() as tx:
        awaited = await wait(tx, caller.account, form.stay_id)
    return Response(_awaited(site(request).settings.base_url, awaited))


@delete(PATH + "/{account_id:str}/{place_id:str}", status_code=200)
async def drop(request: AnyRequest, account_id: FromPath[str], place_id: FromPath[str]) -> Response[dict[str, Any]]:
    """Whether the caller waited or not. It names no stay: the one that was missed is over by then."""
    caller = await authorised(request, "write:accounts")
    async with site(request).db.write() as tx:
        await wait_no_more(tx, caller.account.id, AccountId(identifier(account_id)), identifier(place_id))
    return Response({})


def _awaited(base_url: str, one: queries.AwaitedVisit) -> AwaitedVisit:
    return AwaitedVisit(account(base_url, one.account), named_place(one.place))


routes = [mine, create, drop]
