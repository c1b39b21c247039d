"""Who favourited and who reblogged a status: lists for everybody who may see the status."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from gazouillis.graph import queries as graph
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.paging import Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import queries as statuses
from gazouillis.web.pages.profile import HIDDEN_FROM_ROBOTS, people
from gazouillis.web.pages.thread import status_at
from gazouillis.web.request_context import AnyRequest, request_context

AccountIds = Callable[[Reader, StatusId, Window], Awaitable[Page[AccountId]]]


@get("/{handle:str}/{status_id:str}/favourites")
async def favourites(request: AnyRequest, handle: FromPath[str], status_id: FromPath[str]) -> Response[Any]:
    return await _show(request, handle, status_id, "favourites", statuses.favouriter_ids)


@get("/{handle:str}/{status_id:str}/reblogs")
async def reblogs(request: AnyRequest, handle: FromPath[str], status_id: FromPath[str]) -> Response[Any]:
    return await _show(request, handle, status_id, "reblogs", statuses.reblogger_ids)


async def _show(request: AnyRequest, handle: str, status_id: str, kind: str, account_ids: AccountIds) -> Response[Any]:
    async with request_context(request) as context:
        view = await status_at(context, handle, status_id)
        if view.is_tombstone:
            raise NotFound(_("There is no such post"))
        page = await people(context, partial(account_ids, context.reader, view.id))
        relations = await graph.relations(context.reader, context.viewer_id, [one.id for one in page.entries])
        response = await context.render(
            "interactions.html",
            kind=kind,
            view=view,
            accounts=page.entries,
            relations=relations if context.viewer else {},
            **page.links,
        )
        response.headers.update(HIDDEN_FROM_ROBOTS)
        return response


routes = [favourites, reblogs]
