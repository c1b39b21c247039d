"""The local timeline: all public statuses of this server."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from litestar import Response, get

from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.models import StatusView
from gazouillis.statuses.views import views
from gazouillis.web import pagination
from gazouillis.web.page_cache import Timeline
from gazouillis.web.request_context import AnyRequest, request_context


@get("/local", opt=CACHEABLE)
async def local(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        fetch = partial(statuses.local_public, context.reader)

        async def load(ids: Sequence[StatusId]) -> list[StatusView]:
            return await views(context.reader, ids, context.viewer_id, hides_muted=True)

        if pagination.wants_newer(context):
            return await pagination.newer_statuses(context, fetch, load)
        page = await pagination.list_page(context, fetch, load)
        live = "/live/local" if page.is_first else ""
        return await context.render_timeline("local.html", Timeline(page.entries, page.older, page.newer), live=live)


routes = [local]
