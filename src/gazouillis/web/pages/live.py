"""What happens now, to pages that are open: https://html.spec.whatwg.org/multipage/server-sent-events.html

`status` and `delete` carry the id of a timeline's entry, `notification` how many are unread.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec
from litestar import get

from gazouillis.accounts import sessions
from gazouillis.infra.answers import FLOWS
from gazouillis.infra.database import Reader
from gazouillis.infra.errors import Unavailable
from gazouillis.infra.ids import AccountId, StatusId
from gazouillis.infra.live import Channel, Listener, Live, News
from gazouillis.infra.open_answers import EventStream, Message, Outlet, Receive, Send, line, until_closed
from gazouillis.infra.paging import LARGEST, Page, Window
from gazouillis.infra.site import Site
from gazouillis.notifications import queries as notifications
from gazouillis.notifications.reactions import channel as notifications_channel
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.audience import seen_by, who_could_see
from gazouillis.statuses.events import StatusDeleted
from gazouillis.statuses.views import views
from gazouillis.timelines.home import Homes
from gazouillis.timelines.reactions import LOCAL, home_channel, stay_at_home
from gazouillis.web.reading import LARGEST_ID, number
from gazouillis.web.visit import AnyRequest, Visit, visit

STILL_HERE = line(": still here\n\n")
RETRY = line("retry: 3000\n\n")


@get("/live/home", opt=FLOWS)
async def home(request: AnyRequest) -> EventStream:
    async with visit(request) as visiting:
        return _streamed(visiting, home_channel(visiting.member.id))


@get("/live/local", opt=FLOWS)
async def local(request: AnyRequest) -> EventStream:
    async with visit(request) as visiting:
        return _streamed(visiting, LOCAL)


@get("/live/notifications", opt=FLOWS)
async def notified(request: AnyRequest) -> EventStream:
    async with visit(request) as visiting:
        return _streamed(visiting, notifications_channel(visiting.member.id))


class Choice(msgspec.Struct, frozen=True):
    """What a page shows, who reads it, in which session, and the last id it knows."""

    shown: Channel
    viewer_id: AccountId | None
    session_id: int | None
    since: int

    @property
    def channels(self) -> set[Channel]:
        own = {notifications_channel(self.viewer_id)} if self.viewer_id else set()
        return {self.shown, *own, *({session_channel(self.session_id)} if self.session_id else ())}

    @property
    def home_of(self) -> AccountId | None:
        return self.viewer_id if self.viewer_id and self.shown == home_channel(self.viewer_id) else None


class OpenPage(Listener):
    """Told until it is left, until who reads it signs out, or until the server stops."""

    __slots__ = ("_home_of", "_outlet", "viewer_id")
    voice: OpenPages

    def __init__(self, pages: OpenPages, choice: Choice, outlet: Outlet) -> None:
        super().__init__(pages, choice.channels)
        self.viewer_id = choice.viewer_id
        self._home_of = choice.home_of
        self._outlet = outlet

    def hear(self, told: Message) -> None:
        self._outlet.say(told)

    async def beat(self) -> None:
        self._outlet.say(STILL_HERE)
        if self._home_of:
            await stay_at_home(self.voice.site, self._home_of)

    def end(self) -> None:
        self._outlet.end()


class OpenPages:
    def __init__(self, site: Site) -> None:
        self.site = site

    async def keep(self, choice: Choice, receive: Receive, send: Send) -> None:
        outlet, live = Outlet(send), self.site.the(Live)
        page = OpenPage(self, choice, outlet)
        live.listen(page)
        try:
            outlet.begin([RETRY, *await self._missed(choice)])
            if not await self._is_signed_in(choice):
                outlet.end()
            await until_closed(receive)
        except Unavailable:  # the browser comes back by itself
            outlet.begin([RETRY])
            page.end()
        finally:
            outlet.close()
            live.leave(page)

    async def _is_signed_in(self, choice: Choice) -> bool:
        """Asked once it listens: nobody else would notice that the session ended while the page asked for news."""
        async with self.site.db.read() as reader:
            return choice.session_id is None or await sessions.is_open(reader, choice.session_id)

    async def tell(self, news: News, pages: Sequence[OpenPage]) -> None:
        match news.kind:
            case "update":
                async with self.site.db.read() as reader:
                    seen = await seen_by(reader, StatusId(news.id), {one.viewer_id for one in pages})
                _tell([one for one in pages if one.viewer_id in seen], _status(news.id))
            case "delete" if isinstance(news.event, StatusDeleted):
                async with self.site.db.read() as reader:
                    seeing = await who_could_see(reader, news.event, {one.viewer_id for one in pages})
                _tell([one for one in pages if one.viewer_id in seeing], line(f"event: delete\ndata: {news.id}\n\n"))
            case "notification" if viewer_id := pages[0].viewer_id:
                async with self.site.db.read() as reader:
                    told = await _unread(reader, viewer_id)
                _tell(pages, told)

    async def _missed(self, choice: Choice) -> list[Message]:
        """What came between the page, or the connection lost, and this one."""
        async with self.site.db.read() as reader:
            page = await self._page(reader, choice)
            seen = await views(reader, page.items, choice.viewer_id, hides_muted=True)
            unread = [await _unread(reader, choice.viewer_id)] if choice.viewer_id else []
        return [_status(one.id) for one in reversed(seen)] + unread

    async def _page(self, reader: Reader, choice: Choice) -> Page[StatusId]:
        window = Window(limit=LARGEST, since_id=choice.since)
        if choice.shown == LOCAL:
            return await statuses.local_public(reader, window)
        if choice.home_of:
            return await self.site.the(Homes).page(reader, choice.home_of, window)
        return Page([])


def session_channel(session_id: int) -> Channel:
    return Channel("session", session_id)


def _streamed(visiting: Visit, shown: Channel) -> EventStream:
    session_id = visiting.signed_in.session.id if visiting.signed_in else None
    choice = Choice(shown, visiting.viewer_id, session_id, _since(visiting.request))
    return EventStream(partial(visiting.site.the(OpenPages).keep, choice))


def _since(request: AnyRequest) -> int:
    """The last id this page knows: told by the browser when it connects again, by the page when it is new."""
    text = request.headers.get("last-event-id") or request.query_params.get("since_id")
    return number(text) if text else LARGEST_ID


def _tell(pages: Sequence[OpenPage], told: Message) -> None:
    for one in pages:
        one.hear(told)


def _status(identifier: int) -> Message:
    return line(f"event: status\nid: {identifier}\ndata: {identifier}\n\n")


async def _unread(reader: Reader, viewer_id: AccountId) -> Message:
    return line(f"event: notification\ndata: {await notifications.unread_count(reader, viewer_id)}\n\n")


routes = [home, local, notified]
