"""What happens now, to pages that are open: https://html.spec.whatwg.org/multipage/server-sent-events.html

`status` and `delete` carry the id of a timeline's entry, `notification` how many are unread.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from litestar import Response, get
from litestar.response import Stream

from gazouillis.infra.ids import AccountId, StatusId
from gazouillis.infra.live import Listener, Live, News
from gazouillis.infra.paging import LARGEST, Page, Window
from gazouillis.notifications import queries as notifications
from gazouillis.notifications.reactions import channel as notifications_channel
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.views import views
from gazouillis.timelines.home import Homes
from gazouillis.timelines.reactions import LOCAL, home_channel
from gazouillis.web.headers import UNCOMPRESSED
from gazouillis.web.reading import LARGEST_ID, number
from gazouillis.web.visit import AnyRequest, Visit, site_of, visit

HEARTBEAT = 15.0
"""Seconds of silence after which something is sent, so that a dead connection is noticed."""

QUIET = News("", "", 0)


@get("/live/home", opt=UNCOMPRESSED)
async def home(request: AnyRequest) -> Response[Any]:
    async with visit(request) as visiting:
        return _streamed(Reader(request, visiting.member.id, home_channel(visiting.member.id)))


@get("/live/local", opt=UNCOMPRESSED)
async def local(request: AnyRequest) -> Response[Any]:
    async with visit(request) as visiting:
        return _streamed(Reader(request, visiting.viewer_id, LOCAL))


@get("/live/notifications", opt=UNCOMPRESSED)
async def notified(request: AnyRequest) -> Response[Any]:
    async with visit(request) as visiting:
        return _streamed(Reader(request, visiting.member.id))


class Reader:
    """One open page: told until it is left, until who reads it signs out, or until the server stops."""

    def __init__(self, request: AnyRequest, viewer_id: AccountId | None, timeline: str = "") -> None:
        self._request = request
        self._viewer_id = viewer_id
        self._timeline = timeline
        self._since = _since(request)

    async def events(self) -> AsyncIterator[str]:
        live = site_of(self._request).the(Live)
        own = [notifications_channel(self._viewer_id)] if self._viewer_id else []
        listener = live.listen(*filter(None, [self._timeline, *own]))
        try:
            yield "retry: 3000\n\n"
            async with visit(self._request) as visiting:
                missed = await self._missed(visiting)
            for event in missed:
                yield event
            while (news := await _next(listener)) is not None:
                async with visit(self._request) as visiting:
                    if visiting.viewer_id != self._viewer_id:
                        return
                    heard = await self._heard(visiting, news)
                if heard:
                    yield heard
        finally:
            live.leave(listener)

    async def _missed(self, visiting: Visit) -> list[str]:
        """What came between the page, or the connection lost, and this one."""
        page = await self._page(visiting, Window(limit=LARGEST, since_id=self._since))
        seen = await views(visiting.reader, page.items, self._viewer_id, hides_muted=True)
        return [_status(one.id) for one in reversed(seen)] + ([await _unread(visiting)] if self._viewer_id else [])

    async def _page(self, visiting: Visit, window: Window) -> Page[StatusId]:
        if self._timeline == LOCAL:
            return await statuses.local_public(visiting.reader, window)
        if self._timeline:
            return await visiting.site.the(Homes).page(visiting.reader, visiting.member.id, window)
        return Page([])

    async def _heard(self, visiting: Visit, news: News) -> str:
        match news.kind:
            case "update":
                identifier = StatusId(news.id)
                return _status(identifier) if await views(visiting.reader, [identifier], self._viewer_id, hides_muted=True) else ""
            case "delete":
                return f"event: delete\ndata: {news.id}\n\n"
            case "notification":
                return await _unread(visiting)
            case QUIET.kind:
                await self._stay_at_home(visiting)
                return ": still here\n\n"
            case _:
                return ""

    async def _stay_at_home(self, visiting: Visit) -> None:
        """New statuses are placed for those whose home is in memory; others may have taken its place there."""
        if self._timeline in {"", LOCAL}:
            return
        homes = visiting.site.the(Homes)
        if homes.rings.slot(visiting.member.id) is None:
            await homes.load(visiting.reader, visiting.member.id)


def _streamed(reader: Reader) -> Stream:
    return Stream(reader.events(), media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


def _since(request: AnyRequest) -> int:
    """The last id this page knows: told by the browser when it connects again, by the page when it is new."""
    text = request.headers.get("last-event-id") or request.query_params.get("since_id")
    return number(text) if text else LARGEST_ID


async def _next(listener: Listener) -> News | None:
    try:
        async with asyncio.timeout(HEARTBEAT):
            return await listener.next()
    except TimeoutError:
        return QUIET


def _status(identifier: StatusId) -> str:
    return f"event: status\nid: {identifier}\ndata: {identifier}\n\n"


async def _unread(visiting: Visit) -> str:
    return f"event: notification\ndata: {await notifications.unread_count(visiting.reader, visiting.member.id)}\n\n"


routes = [home, local, notified]
