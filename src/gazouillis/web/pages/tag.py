"""The timeline of a hashtag."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.infra.database.paging import Page, Window
from gazouillis.statuses import queries as statuses
from gazouillis.text.entities import hashtag_key
from gazouillis.web import pagination
from gazouillis.web.page_cache import Timeline
from gazouillis.web.request_context import AnyRequest, request_context

LONGEST = 300
"""Characters of a hashtag in an address."""


@get("/tags/{tag:str}", opt=CACHEABLE)
async def tag(request: AnyRequest, tag: FromPath[str]) -> Response[Any]:
    if "\0" in tag or len(tag) > LONGEST:
        raise NotFound(_("There is nothing here"))
    async with request_context(request) as context:

        async def fetch(window: Window) -> Page[StatusId]:
            return await statuses.of_tag(context.reader, hashtag_key(tag), window)

        page = await pagination.status_page(context, fetch, hides_muted=True)
        return await context.render_timeline("tag.html", Timeline(page.entries, page.older, page.newer), tag=tag)


routes = [tag]
