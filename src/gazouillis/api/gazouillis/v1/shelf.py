"""The shelf: questions and first posts that the caller could answer, and the caller's own. Described in `openapi.json`."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import FromPath

from gazouillis.api import errors, lookups, respond
from gazouillis.api.bind import Id, bind
from gazouillis.api.caller import authorised
from gazouillis.api.entities.shelf import (
    OwnShelfItem,
    ShelfItem,
    ShelfWishes,
    own_shelf_item,
    shelf_item,
    shelf_wishes,
)
from gazouillis.api.request import AnyRequest, site
from gazouillis.encounters.shelf import expose, offer, queries
from gazouillis.infra.basics.ids import StatusId
from gazouillis.search.tracks.queries import met

PATH = "/api/gazouillis/v1/shelf"


class ShelfForm(msgspec.Struct, frozen=True):
    limit: Annotated[int, msgspec.Meta(ge=1)] = queries.SHOWN


class OfferForm(msgspec.Struct, frozen=True):
    status_id: Id


class WishesForm(msgspec.Struct, frozen=True):
    """What is left out, or null, stays as it is."""

    shows_questions: bool | None = None
    shelves_first_posts: bool | None = None


class Count(msgspec.Struct, frozen=True):
    count: int


@get(PATH)
async def show(request: AnyRequest) -> Response[list[ShelfItem]]:
    """What is in the answer counts as shown, unless an app only fetches it in advance."""
    caller, form = await authorised(request, "read:statuses"), await bind(request, ShelfForm)
    languages = request.headers.get("accept-language", "")
    async with site(request).db.read() as reader:
        user = await caller.user(reader)
        shown = await queries.shelf(reader, user, met, min(form.limit, queries.MOST_SHOWN))
        cache, translate = respond.json_cache(request, reader), partial(errors.translated, request)
        language = "fr" if languages.lower().startswith("fr") else "en"
        items = [shelf_item(one, cache, user, language, translate) for one in shown]
    if expose.is_counted(caller.account, shown) and "prefetch" not in request.headers.get("sec-purpose", ""):
        async with site(request).db.write() as tx:
            await expose.expose(tx, caller.account, [one.view.id for one in shown])
    return Response(items)


@get(PATH + "/count")
async def count(request: AnyRequest) -> Response[Count]:
    caller = await authorised(request, "read:statuses")
    async with site(request).db.read() as reader:
        return Response(Count(await queries.waiting(reader, await caller.user(reader), met)))


@get(PATH + "/own")
async def own(request: AnyRequest) -> Response[list[OwnShelfItem]]:
    caller = await authorised(request, "read:statuses")
    async with site(request).db.read() as reader:
        user, cache = await caller.user(reader), respond.json_cache(request, reader)
        return Response([own_shelf_item(one, cache, user) for one in await queries.own(reader, caller.viewer_id)])


@post(PATH, status_code=200)
async def put(request: AnyRequest) -> Response[list[OwnShelfItem]]:
    caller, form = await authorised(request, "write:statuses"), await bind(request, OfferForm)
    async with site(request).db.write() as tx:
        await offer.offer(tx, caller.account, StatusId(form.status_id))
    async with site(request).db.read() as reader:
        user, cache = await caller.user(reader), respond.json_cache(request, reader)
        return Response([own_shelf_item(one, cache, user) for one in await queries.own(reader, caller.viewer_id)])


@delete(PATH + "/{status_id:str}", status_code=200)
async def withdraw(request: AnyRequest, status_id: FromPath[str]) -> Response[dict[str, str]]:
    caller = await authorised(request, "write:statuses")
    async with site(request).db.write() as tx:
        await offer.withdraw(tx, caller.account, lookups.status_id(status_id))
    return Response({})


@post(PATH + "/{status_id:str}/dismiss", status_code=200)
async def dismiss(request: AnyRequest, status_id: FromPath[str]) -> Response[dict[str, str]]:
    caller = await authorised(request, "write:statuses")
    async with site(request).db.write() as tx:
        await expose.dismiss(tx, caller.account, lookups.status_id(status_id))
    return Response({})


@get(PATH + "/settings")
async def wishes(request: AnyRequest) -> Response[ShelfWishes]:
    caller = await authorised(request, "read:accounts")
    async with site(request).db.read() as reader:
        return Response(shelf_wishes(await caller.user(reader)))


@patch(PATH + "/settings", status_code=200)
async def change_wishes(request: AnyRequest) -> Response[ShelfWishes]:
    caller, form = await authorised(request, "write:accounts"), await bind(request, WishesForm)
    async with site(request).db.write() as tx:
        changes = {"shows_questions": form.shows_questions, "shelves_first_posts": form.shelves_first_posts}
        await offer.change_wishes(tx, caller.account, **changes)
        return Response(shelf_wishes(await caller.user(tx)))


routes = [show, count, own, put, withdraw, dismiss, wishes, change_wishes]
