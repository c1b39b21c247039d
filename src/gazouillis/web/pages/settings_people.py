"""Settings: the lists of muted, limited and blocked accounts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from litestar import Response, get

from gazouillis.graph import queries as graph
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.paging import Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.web.pages.profile import people
from gazouillis.web.request_context import AnyRequest, request_context

AccountIds = Callable[[Reader, AccountId, Window], Awaitable[Page[AccountId]]]


@get("/settings/mutes")
async def mutes(request: AnyRequest) -> Response[Any]:
    return await _show(request, "mutes", graph.muted_ids)


@get("/settings/blocks")
async def blocks(request: AnyRequest) -> Response[Any]:
    return await _show(request, "blocks", graph.blocked_ids)


@get("/settings/limited")
async def limited(request: AnyRequest) -> Response[Any]:
    return await _show(request, "limited", graph.limited_ids)


async def _show(request: AnyRequest, kind: str, account_ids: AccountIds) -> Response[Any]:
    async with request_context(request) as context:
        reader, me = context.reader, context.member
        page = await people(context, partial(account_ids, reader, me.id), hides_blocked=False)
        relations = await graph.relations(reader, me.id, [one.id for one in page.entries])
        return await context.render("accounts.html", kind=kind, account=me, accounts=page.entries, relations=relations, **page.links)


routes = [mutes, blocks, limited]
