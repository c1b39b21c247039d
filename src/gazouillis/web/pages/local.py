"""Everything that is said here to everybody."""

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
from gazouillis.web import reading
from gazouillis.web.page_cache import Timeline
from gazouillis.web.request_context import AnyRequest, request_context


@get("/local", opt=CACHEABLE)
async def local(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        ask = partial(statuses.local_public, context.reader)

        async def see(ids: Sequence[StatusId]) -> list[StatusView]:
            return await views(context.reader, ids, context.viewer_id, hides_muted=True)

        if reading.wants_news(context):
            return await reading.news(context, ask, see)
        sheet = await reading.sheet(context, ask, see)
        return await context.show_timeline("local.html", Timeline(sheet.entries, sheet.older, sheet.newer), live="/live/local")


routes = [local]
