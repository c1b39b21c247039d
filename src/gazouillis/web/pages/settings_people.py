"""Those one does not want to hear: muted, blocked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from litestar import Response, get

from gazouillis.graph import queries as graph
from gazouillis.infra.database import Reader
from gazouillis.infra.ids import AccountId
from gazouillis.infra.paging import Page, Window
from gazouillis.web.pages.profile import people
from gazouillis.web.visit import AnyRequest, visit

Hushed = Callable[[Reader, AccountId, Window], Awaitable[Page[AccountId]]]


@get("/settings/mutes")
async def mutes(request: AnyRequest) -> Response[Any]:
    return await _show(request, "mutes", graph.muted_ids)


@get("/settings/blocks")
async def blocks(request: AnyRequest) -> Response[Any]:
    return await _show(request, "blocks", graph.blocked_ids)


async def _show(request: AnyRequest, kind: str, hushed: Hushed) -> Response[Any]:
    async with visit(request) as visiting:
        reader, me = visiting.reader, visiting.member
        sheet = await people(visiting, partial(hushed, reader, me.id), hides_blocked=False)
        relations = await graph.relations(reader, me.id, [one.id for one in sheet.entries])
        return await visiting.show("accounts.html", kind=kind, account=me, accounts=sheet.entries, relations=relations, **sheet.links)


routes = [mutes, blocks]
