from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Response, get

from gazouillis.graph import queries as graph
from gazouillis.infra.answers import KEPT
from gazouillis.statuses import queries as statuses
from gazouillis.web import reading
from gazouillis.web.visit import AnyRequest, visit


@get("/mentions", opt=KEPT)
async def mentions(request: AnyRequest) -> Response[Any]:
    """Direct statuses included: they are for those they name."""
    async with visit(request) as visiting:
        sheet = await reading.statuses(visiting, partial(statuses.mentioning, visiting.reader, visiting.member.id), hides_muted=True)
        authors = {view.account.id for view in sheet.entries} - {visiting.member.id}
        relations = await graph.relations(visiting.reader, visiting.member.id, authors)
        strangers = {one: relation for one, relation in relations.items() if not relation.is_followed}
        return await visiting.show("mentions.html", statuses=sheet.entries, strangers=strangers, **sheet.links)


routes = [mentions]
