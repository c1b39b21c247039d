"""Home: write, then read those one follows. A visitor sees what the place is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response, get

from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.infra.database.paging import Page, Window
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.models import StatusView
from gazouillis.statuses.views import views
from gazouillis.timelines.home import Homes, rebloggers
from gazouillis.web import reading
from gazouillis.web.page_cache import Timeline
from gazouillis.web.pages import compose, setup
from gazouillis.web.rendering import Composer
from gazouillis.web.request_context import AnyRequest, RequestContext, request_context

HEARD = 8
"""How many of the latest statuses a visitor is shown."""


@get("/", opt=CACHEABLE)
async def home(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        if context.viewer is None:
            return await _landing(context)
        if reading.wants_news(context):
            timeline = HomeTimeline(context)
            return await reading.news(context, timeline.ask, timeline.see)
        return await show(context, compose.blank(context))


async def show(context: RequestContext, composer: Composer, *, status_code: int = 200) -> Response[Any]:
    timeline = HomeTimeline(context)
    sheet = await reading.sheet(context, timeline.ask, timeline.see)
    if status_code == 200:
        return await context.show_timeline("home.html", Timeline(sheet.entries, sheet.older, sheet.newer, composer), live="/live/home")
    return await context.show(
        "home.html", live="/live/home", status_code=status_code, composer=composer, statuses=sheet.entries, **sheet.links
    )


class HomeTimeline:
    def __init__(self, context: RequestContext) -> None:
        self._homes = context.site.the(Homes)
        self._reader = context.reader
        self._member = context.member.id

    async def ask(self, window: Window) -> Page[StatusId]:
        return await self._homes.page(self._reader, self._member, window)

    async def see(self, ids: Sequence[StatusId]) -> list[StatusView]:
        named = await rebloggers(self._reader, self._member, ids)
        return await views(self._reader, ids, self._member, hides_muted=True, rebloggers=named)


async def _landing(context: RequestContext) -> Response[Any]:
    if await setup.is_expected(context):
        return await context.show("not_yet.html")
    page = await statuses.local_public(context.reader, Window(limit=HEARD))
    heard = await views(context.reader, page.items, None)
    return await context.show("landing.html", description=context.options.description, statuses=heard)


routes = [home]
