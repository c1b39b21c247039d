"""The favourites and bookmarks of the signed-in account. Authors are notified of favourites; nobody else knows of bookmarks."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Response, get

from gazouillis.statuses import queries as statuses
from gazouillis.web import pagination
from gazouillis.web.request_context import AnyRequest, request_context


@get("/favourites")
async def favourites(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        page = await pagination.status_page(context, partial(statuses.favourited_by, context.reader, context.member.id))
        return await context.render("favourites.html", statuses=page.entries, **page.links)


@get("/bookmarks")
async def bookmarks(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        page = await pagination.status_page(context, partial(statuses.bookmarked_by, context.reader, context.member.id))
        return await context.render("bookmarks.html", statuses=page.entries, **page.links)


routes = [favourites, bookmarks]
