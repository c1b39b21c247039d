"""What one has marked: favourites, which their authors know of, and bookmarks, which nobody does."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Response, get

from gazouillis.statuses import queries as statuses
from gazouillis.web import reading
from gazouillis.web.visit import AnyRequest, visit


@get("/favourites")
async def favourites(request: AnyRequest) -> Response[Any]:
    async with visit(request) as visiting:
        sheet = await reading.statuses(visiting, partial(statuses.favourited_by, visiting.reader, visiting.member.id))
        return await visiting.show("favourites.html", statuses=sheet.entries, **sheet.links)


@get("/bookmarks")
async def bookmarks(request: AnyRequest) -> Response[Any]:
    async with visit(request) as visiting:
        sheet = await reading.statuses(visiting, partial(statuses.bookmarked_by, visiting.reader, visiting.member.id))
        return await visiting.show("bookmarks.html", statuses=sheet.entries, **sheet.links)


routes = [favourites, bookmarks]
