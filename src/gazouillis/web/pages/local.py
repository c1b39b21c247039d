"""Everything that is said here to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from litestar import Response, get

from gazouillis.infra.answers import KEPT
from gazouillis.infra.ids import StatusId
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.models import StatusView
from gazouillis.statuses.views import views
from gazouillis.web import reading
from gazouillis.web.frames import Timeline
from gazouillis.web.visit import AnyRequest, visit


@get("/local", opt=KEPT)
async def local(request: AnyRequest) -> Response[Any]:
    async with visit(request) as visiting:
        ask = partial(statuses.local_public, visiting.reader)

        async def see(ids: Sequence[StatusId]) -> list[StatusView]:
            return await views(visiting.reader, ids, visiting.viewer_id, hides_muted=True)

        if reading.wants_news(visiting):
            return await reading.news(visiting, ask, see)
        sheet = await reading.sheet(visiting, ask, see)
        return await visiting.show_timeline("local.html", Timeline(sheet.entries, sheet.older, sheet.newer), live="/live/local")


routes = [local]
