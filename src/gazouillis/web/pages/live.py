"""What happens now, to pages that are open: https://html.spec.whatwg.org/multipage/server-sent-events.html

`status` and `delete` carry the id of a timeline's entry, `notification` how many are unread.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec
from litestar import get

from gazouillis.accounts import sessions
from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.cache.responses import STREAMED
from gazouillis.infra.database.paging import LARGEST, Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.infra.pubsub.channels import Channel, ChannelMessage, PubSub, Subscriber
from gazouillis.infra.pubsub.server_sent_events import ConnectionWriter, EventStream, Message, Receive, Send, line, until_closed
from gazouillis.infra.site import Site
from gazouillis.notifications import queries as notifications
from gazouillis.notifications.reactions import channel as notifications_channel
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.audience import seen_by, who_could_see
from gazouillis.statuses.events import StatusDeleted
from gazouillis.statuses.views import views
from gazouillis.timelines.home import Homes
from gazouillis.timelines.reactions import LOCAL, home_channel, keep_home_loaded
from gazouillis.web.reading import LARGEST_ID, number
from gazouillis.web.request_context import AnyRequest, RequestContext, request_context

STILL_HERE = line(": still here\n\n")
RETRY = line("retry: 3000\n\n")


@get("/live/home", opt=STREAMED)
async def home(request: AnyRequest) -> EventStream:
    async with request_context(request) as context:
        return _streamed(context, home_channel(context.member.id))


@get("/live/local", opt=STREAMED)
async def local(request: AnyRequest) -> EventStream:
    async with request_context(request) as context:
        return _streamed(context, LOCAL)


@get("/live/notifications", opt=STREAMED)
async def notified(request: AnyRequest) -> EventStream:
    async with request_context(request) as context:
        return _streamed(context, notifications_channel(context.member.id))


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


class OpenPage(Subscriber):
    """Told until it is left, until who reads it signs out, or until the server stops."""

    __slots__ = ("_home_of", "_writer", "viewer_id")
    broadcaster: OpenPages

    def __init__(self, pages: OpenPages, choice: Choice, writer: ConnectionWriter) -> None:
        super().__init__(pages, choice.channels)
        self.viewer_id = choice.viewer_id
        self._home_of = choice.home_of
        self._writer = writer

    def hear(self, told: Message) -> None:
        self._writer.send(told)

    async def heartbeat(self) -> None:
        self._writer.send(STILL_HERE)
        if self._home_of:
            await keep_home_loaded(self.broadcaster.site, self._home_of)

    def end(self) -> None:
        self._writer.end()


class OpenPages:
    def __init__(self, site: Site) -> None:
        self.site = site

    async def keep(self, choice: Choice, receive: Receive, send: Send) -> None:
        writer, live = ConnectionWriter(send), self.site.the(PubSub)
        page = OpenPage(self, choice, writer)
        live.subscribe(page)
        try:
            writer.start([RETRY, *await self._missed(choice)])
            if not await self._is_signed_in(choice):
                writer.end()
            await until_closed(receive)
        except Unavailable:  # the browser comes back by itself
            writer.start([RETRY])
            page.end()
        finally:
            writer.close()
            live.unsubscribe(page)

    async def _is_signed_in(self, choice: Choice) -> bool:
        """Asked once it listens: nobody else would notice that the session ended while the page asked for news."""
        async with self.site.db.read() as reader:
            return choice.session_id is None or await sessions.is_open(reader, choice.session_id)

    async def broadcast(self, message: ChannelMessage, pages: Sequence[OpenPage]) -> None:
        match message.kind:
            case "update":
                async with self.site.db.read() as reader:
                    seen = await seen_by(reader, StatusId(message.id), {one.viewer_id for one in pages})
                _send_to([one for one in pages if one.viewer_id in seen], _status(message.id))
            case "delete" if isinstance(message.event, StatusDeleted):
                async with self.site.db.read() as reader:
                    seeing = await who_could_see(reader, message.event, {one.viewer_id for one in pages})
                _send_to([one for one in pages if one.viewer_id in seeing], line(f"event: delete\ndata: {message.id}\n\n"))
            case "notification" if viewer_id := pages[0].viewer_id:
                async with self.site.db.read() as reader:
                    told = await _unread(reader, viewer_id)
                _send_to(pages, told)

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


def _streamed(context: RequestContext, shown: Channel) -> EventStream:
    session_id = context.signed_in.session.id if context.signed_in else None
    choice = Choice(shown, context.viewer_id, session_id, _since(context.request))
    return EventStream(partial(context.site.the(OpenPages).keep, choice))


def _since(request: AnyRequest) -> int:
    """The last id this page knows: told by the browser when it connects again, by the page when it is new."""
    text = request.headers.get("last-event-id") or request.query_params.get("since_id")
    return number(text) if text else LARGEST_ID


def _send_to(pages: Sequence[OpenPage], told: Message) -> None:
    for one in pages:
        one.hear(told)


def _status(identifier: int) -> Message:
    return line(f"event: status\nid: {identifier}\ndata: {identifier}\n\n")


async def _unread(reader: Reader, viewer_id: AccountId) -> Message:
    return line(f"event: notification\ndata: {await notifications.unread_count(reader, viewer_id)}\n\n")


routes = [home, local, notified]
