"""Polls: see one, and vote. They are published and edited with their status. https://docs.joinmastodon.org/methods/polls/"""

from __future__ import annotations

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.api import lookups
from gazouillis.api.bind import bind
from gazouillis.api.caller import Caller, anybody, authorised
from gazouillis.api.entities import poll as entities
from gazouillis.api.request import AnyRequest, site
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import queries, views
from gazouillis.statuses.vote import vote as voting


class VoteForm(msgspec.Struct, frozen=True):
    choices: list[int] = []


@get("/api/v1/polls/{poll_id:str}", opt=CACHEABLE)
async def show(request: AnyRequest, poll_id: FromPath[str]) -> Response[entities.Poll]:
    caller = await anybody(request, "read:statuses")
    async with site(request).db.read() as reader:
        return Response(await _poll(reader, lookups.status_id(poll_id), caller))


@post("/api/v1/polls/{poll_id:str}/votes", status_code=200)
async def vote(request: AnyRequest, poll_id: FromPath[str]) -> Response[entities.Poll]:
    caller, form = await authorised(request, "write:statuses"), await bind(request, VoteForm)
    async with site(request).db.write() as tx:
        voted = await voting(tx, caller.account, lookups.status_id(poll_id), form.choices)
    async with site(request).db.read() as reader:
        return Response(await _poll(reader, voted.id, caller))


async def _poll(reader: Reader, status_id: StatusId, caller: Caller) -> entities.Poll:
    """Raises NotFound when there is none that the caller may see."""
    status = await queries.visible_original(reader, status_id, caller.viewer_id)
    view = await views.view(reader, status, caller.viewer_id)
    if view.poll is None:
        raise queries.no_such_post()
    return entities.poll(view.poll, is_signed_in=caller.viewer_id is not None, is_own=status.account_id == caller.viewer_id)


routes = [show, vote]
