"""The statuses that mention the signed-in account."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Response, get

from gazouillis.graph import queries as graph
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.statuses.mentions import mentioning
from gazouillis.web import pagination
from gazouillis.web.request_context import AnyRequest, request_context


@get("/mentions", opt=CACHEABLE)
async def mentions(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        page = await pagination.status_page(context, partial(mentioning, context.reader, context.member), hides_muted=True)
        authors = {view.account.id for view in page.entries} - {context.member.id}
        relations = await graph.relations(context.reader, context.member.id, authors)
        strangers = {one: relation for one, relation in relations.items() if not relation.is_followed}
        return await context.render("mentions.html", statuses=page.entries, strangers=strangers, **page.links)


routes = [mentions]
