"""Home: write, then read those one follows. A visitor sees what the place is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response, get

from gazouillis.infra.answers import KEPT
from gazouillis.infra.ids import StatusId
from gazouillis.infra.paging import Page, Window
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.models import StatusView
from gazouillis.statuses.views import views
from gazouillis.timelines.home import Homes, rebloggers
from gazouillis.web import reading
from gazouillis.web.frames import Timeline
from gazouillis.web.pages import compose, setup
from gazouillis.web.rendering import Composer
from gazouillis.web.visit import AnyRequest, Visit, visit

HEARD = 8
"""How many of the latest statuses a visitor is shown."""


@get("/", opt=KEPT)
async def home(request: AnyRequest) -> Response[Any]:
    async with visit(request) as visiting:
        if visiting.viewer is None:
            return await _landing(visiting)
        if reading.wants_news(visiting):
            timeline = HomeTimeline(visiting)
            return await reading.news(visiting, timeline.ask, timeline.see)
        return await show(visiting, compose.blank(visiting))


async def show(visiting: Visit, composer: Composer, *, status_code: int = 200) -> Response[Any]:
    timeline = HomeTimeline(visiting)
    sheet = await reading.sheet(visiting, timeline.ask, timeline.see)
    if status_code == 200:
        return await visiting.show_timeline("home.html", Timeline(sheet.entries, sheet.older, sheet.newer, composer), live="/live/home")
    return await visiting.show(
        "home.html", live="/live/home", status_code=status_code, composer=composer, statuses=sheet.entries, **sheet.links
    )


class HomeTimeline:
    def __init__(self, visiting: Visit) -> None:
        self._homes = visiting.site.the(Homes)
        self._reader = visiting.reader
        self._member = visiting.member.id

    async def ask(self, window: Window) -> Page[StatusId]:
        return await self._homes.page(self._reader, self._member, window)

    async def see(self, ids: Sequence[StatusId]) -> list[StatusView]:
        named = await rebloggers(self._reader, self._member, ids)
        return await views(self._reader, ids, self._member, hides_muted=True, rebloggers=named)


async def _landing(visiting: Visit) -> Response[Any]:
    if await setup.is_expected(visiting):
        return await visiting.show("not_yet.html")
    page = await statuses.local_public(visiting.reader, Window(limit=HEARD))
    heard = await views(visiting.reader, page.items, None)
    return await visiting.show("landing.html", description=visiting.options.description, statuses=heard)


routes = [home]
