"""What one has marked: favourites, which their authors know of, and bookmarks, which nobody does."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Response, get

from gazouillis.statuses import queries as statuses
from gazouillis.web import reading
from gazouillis.web.request_context import AnyRequest, request_context


@get("/favourites")
async def favourites(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        sheet = await reading.statuses(context, partial(statuses.favourited_by, context.reader, context.member.id))
        return await context.show("favourites.html", statuses=sheet.entries, **sheet.links)


@get("/bookmarks")
async def bookmarks(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        sheet = await reading.statuses(context, partial(statuses.bookmarked_by, context.reader, context.member.id))
        return await context.show("bookmarks.html", statuses=sheet.entries, **sheet.links)


routes = [favourites, bookmarks]
