"""Tracks: standing searches. Their hits are statuses, as in any timeline. Described in `openapi.json`."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import FromPath
from litestar.types import ASGIApp

from gazouillis.api.bind import bind, identifier
from gazouillis.api.caller import authorised
from gazouillis.api.entities.track import Track, track
from gazouillis.api.paging import PageForm
from gazouillis.api.request import AnyRequest, site
from gazouillis.api.v1.lists import hits
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _
from gazouillis.search.tracks import add as commands
from gazouillis.search.tracks import queries
from gazouillis.search.tracks.loaded import load_words
from gazouillis.search.tracks.models import Delivery
from gazouillis.search.tracks.remove import remove

PATH = "/api/gazouillis/v1/tracks"


class TrackForm(msgspec.Struct, frozen=True):
    query: str = ""
    delivery: str = ""

    @property
    def chosen(self) -> Delivery | None:
        if self.delivery and self.delivery not in {one.value for one in Delivery}:
            raise Invalid(_("There is no such choice"), field="delivery", code="ERR_INCLUSION")
        return Delivery(self.delivery) if self.delivery else None


class TrackChangeForm(TrackForm, frozen=True):
    """What is left out stays as it is. Whoever wants to track something else makes another track."""

    active: bool | None = None


@get(PATH)
async def mine(request: AnyRequest) -> Response[list[Track]]:
    caller = await authorised(request, "read:lists")
    async with site(request).db.read() as reader:
        return Response([track(one) for one in await queries.of_account(reader, caller.account.id)])


@post(PATH, status_code=200)
async def create(request: AnyRequest) -> Response[Track]:
    caller, form = await authorised(request, "write:lists"), await bind(request, TrackForm)
    delivery, authority = form.chosen, site(request).settings.authority
    await load_words()
    async with site(request).db.read() as reader:
        language = (await caller.user(reader)).language
    async with site(request).db.write() as tx:
        added = await commands.add(tx, caller.account, form.query, language=language, authority=authority, delivery=delivery)
    return Response(track(added))


@get(PATH + "/{track_id:str}")
async def show(request: AnyRequest, track_id: FromPath[str]) -> Response[Track]:
    caller = await authorised(request, "read:lists")
    async with site(request).db.read() as reader:
        return Response(track(await queries.own(reader, caller.account.id, identifier(track_id))))


@patch(PATH + "/{track_id:str}")
async def change(request: AnyRequest, track_id: FromPath[str]) -> Response[Track]:
    caller, form = await authorised(request, "write:lists"), await bind(request, TrackChangeForm)
    delivery = form.chosen
    async with site(request).db.write() as tx:
        before = await queries.own(tx, caller.account.id, identifier(track_id))
        is_on = before.is_on if form.active is None else form.active
        return Response(track(await commands.change(tx, before, delivery=delivery or before.delivery, is_on=is_on)))


@delete(PATH + "/{track_id:str}", status_code=200)
async def drop(request: AnyRequest, track_id: FromPath[str]) -> Response[dict[str, Any]]:
    caller = await authorised(request, "write:lists")
    async with site(request).db.write() as tx:
        await remove(tx, caller.account.id, identifier(track_id))
    return Response({})


@get(PATH + "/{track_id:str}/timeline")
async def timeline(request: AnyRequest, track_id: FromPath[str]) -> ASGIApp:
    caller, form = await authorised(request, "read:lists"), await bind(request, PageForm)
    return await hits(request, caller, identifier(track_id), form)


routes = [mine, create, show, change, drop, timeline]
