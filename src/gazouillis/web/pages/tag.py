from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from gazouillis.infra.answers import KEPT
from gazouillis.infra.errors import NotFound
from gazouillis.infra.ids import StatusId
from gazouillis.infra.messages import _
from gazouillis.infra.paging import Page, Window
from gazouillis.statuses import queries as statuses
from gazouillis.text.entities import hashtag_key
from gazouillis.web import reading
from gazouillis.web.frames import Timeline
from gazouillis.web.visit import AnyRequest, visit

LONGEST = 300


@get("/tags/{tag:str}", opt=KEPT)
async def tag(request: AnyRequest, tag: FromPath[str]) -> Response[Any]:
    if "\0" in tag or len(tag) > LONGEST:
        raise NotFound(_("There is nothing here"))
    async with visit(request) as visiting:

        async def ask(window: Window) -> Page[StatusId]:
            return await statuses.of_tag(visiting.reader, hashtag_key(tag), window)

        sheet = await reading.statuses(visiting, ask, hides_muted=True)
        return await visiting.show_timeline("tag.html", Timeline(sheet.entries, sheet.older, sheet.newer), tag=tag)


routes = [tag]
