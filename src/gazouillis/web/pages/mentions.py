from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Response, get

from gazouillis.graph import queries as graph
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.statuses import queries as statuses
from gazouillis.web import reading
from gazouillis.web.request_context import AnyRequest, request_context


@get("/mentions", opt=CACHEABLE)
async def mentions(request: AnyRequest) -> Response[Any]:
    """Direct statuses included: they are for those they name."""
    async with request_context(request) as context:
        sheet = await reading.statuses(context, partial(statuses.mentioning, context.reader, context.member.id), hides_muted=True)
        authors = {view.account.id for view in sheet.entries} - {context.member.id}
        relations = await graph.relations(context.reader, context.member.id, authors)
        strangers = {one: relation for one, relation in relations.items() if not relation.is_followed}
        return await context.show("mentions.html", statuses=sheet.entries, strangers=strangers, **sheet.links)


routes = [mentions]
