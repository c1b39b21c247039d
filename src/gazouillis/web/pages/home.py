"""The home timeline, with a composer above it. Visitors see the landing page instead."""

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
from gazouillis.timelines.home import Homes
from gazouillis.timelines.read import rebloggers
from gazouillis.web import pagination
from gazouillis.web.first_steps import first_steps
from gazouillis.web.page_cache import Timeline
from gazouillis.web.pages import compose, setup
from gazouillis.web.rendering import Composer
from gazouillis.web.request_context import AnyRequest, RequestContext, request_context

MOST_ON_LANDING_PAGE = 8
"""How many of the latest local statuses a visitor is shown."""


@get("/", opt=CACHEABLE)
async def home(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        if context.viewer is None:
            return await _landing(context)
        if pagination.wants_newer(context):
            timeline = HomeTimeline(context)
            return await pagination.newer_statuses(context, timeline.fetch, timeline.load)
        return await show(context, await compose.blank(context))


async def show(context: RequestContext, composer: Composer, *, status_code: int = 200) -> Response[Any]:
    timeline = HomeTimeline(context)
    page = await pagination.list_page(context, timeline.fetch, timeline.load)
    live = "/live/home" if page.is_first else ""
    steps: dict[str, Any] = {"steps": await first_steps(context), "registrations": context.options.registrations, "live": live}
    if status_code == 200:
        return await context.render_timeline("home.html", Timeline(page.entries, page.older, page.newer, composer), **steps)
    return await context.render("home.html", status_code=status_code, composer=composer, statuses=page.entries, **page.links, **steps)


class HomeTimeline:
    def __init__(self, context: RequestContext) -> None:
        self._homes = context.site.the(Homes)
        self._reader = context.reader
        self._member = context.member.id

    async def fetch(self, window: Window) -> Page[StatusId]:
        return await self._homes.page(self._reader, self._member, window)

    async def load(self, ids: Sequence[StatusId]) -> list[StatusView]:
        rebloggers_by_id = await rebloggers(self._reader, self._member, ids)
        return await views(self._reader, ids, self._member, hides_muted=True, rebloggers=rebloggers_by_id)


async def _landing(context: RequestContext) -> Response[Any]:
    if await setup.is_expected(context):
        return await context.render("not_yet.html")
    page = await statuses.local_public(context.reader, Window(limit=MOST_ON_LANDING_PAGE))
    latest = await views(context.reader, page.items, None)
    return await context.render("landing.html", description=context.options.description, statuses=latest)


routes = [home]
