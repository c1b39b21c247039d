"""Where one lives, which languages one speaks, and whether one hears of stays there. Described in `openapi.json`."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, delete, get, put
from msgspec import UNSET, UnsetType

from gazouillis.api.bind import Id, bind
from gazouillis.api.caller import authorised
from gazouillis.api.entities.stay import Residence, residence
from gazouillis.api.request import AnyRequest, site
from gazouillis.infra.basics.ids import AccountId, CircleId
from gazouillis.infra.database.transactions import Reader
from gazouillis.places import queries, reside
from gazouillis.places.models import ResidenceDraft

PATH = "/api/gazouillis/v1/residence"


class ResidenceForm(msgspec.Struct, frozen=True):
    """Without `languages`, those stay as they are. Without a place, only they are changed."""

    place_id: Id | None = None
    audience: str = ""
    circle_id: Id | None = None
    hears: bool = False
    languages: list[str] | UnsetType = UNSET


@get(PATH)
async def show(request: AnyRequest) -> Response[Residence]:
    caller = await authorised(request, "read:accounts")
    async with site(request).db.read() as reader:
        return Response(await _own(reader, caller.account.id))


@put(PATH)
async def change(request: AnyRequest) -> Response[Residence]:
    caller, form = await authorised(request, "write:accounts"), await bind(request, ResidenceForm)
    async with site(request).db.write() as tx:
        if form.place_id is not None:
            circle_id = None if form.circle_id is None else CircleId(form.circle_id)
            await reside.reside(tx, caller.account, ResidenceDraft(form.place_id, form.audience, circle_id, form.hears))
        if not isinstance(form.languages, UnsetType):
            await reside.speak(tx, caller.account, form.languages)
        return Response(await _own(tx, caller.account.id))


@delete(PATH, status_code=200)
async def leave(request: AnyRequest) -> Response[dict[str, Any]]:
    caller = await authorised(request, "write:accounts")
    async with site(request).db.write() as tx:
        await reside.leave(tx, caller.account.id)
    return Response({})


async def _own(reader: Reader, account_id: AccountId) -> Residence:
    spoken = await queries.languages_of(reader, [account_id])
    return residence(await queries.residence(reader, account_id), spoken.get(account_id, ()))


routes = [show, change, leave]
