"""Server-sent events for open pages: https://html.spec.whatwg.org/multipage/server-sent-events.html

The events `status` and `delete` carry the id of a timeline's entry; `notification` carries how many notifications are unread.
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
from gazouillis.web.pagination import LARGEST_ID, parse_id
from gazouillis.web.request_context import AnyRequest, RequestContext, request_context

HEARTBEAT_COMMENT = line(": still here\n\n")
RETRY = line("retry: 3000\n\n")


@get("/live/home", opt=STREAMED)
async def home(request: AnyRequest) -> EventStream:
    async with request_context(request) as context:
        return _stream(context, home_channel(context.member.id))


@get("/live/local", opt=STREAMED)
async def local(request: AnyRequest) -> EventStream:
    async with request_context(request) as context:
        return _stream(context, LOCAL)


@get("/live/notifications", opt=STREAMED)
async def notified(request: AnyRequest) -> EventStream:
    async with request_context(request) as context:
        return _stream(context, notifications_channel(context.member.id))


class StreamRequest(msgspec.Struct, frozen=True):
    """The channel of the page, its viewer and session (None for visitors), and the last id that the page knows."""

    channel: Channel
    viewer_id: AccountId | None
    session_id: int | None
    since: int

    @property
    def channels(self) -> set[Channel]:
        own = {notifications_channel(self.viewer_id)} if self.viewer_id else set()
        return {self.channel, *own, *({session_channel(self.session_id)} if self.session_id else ())}

    @property
    def home_of(self) -> AccountId | None:
        """Whose home timeline is shown; None: another page."""
        return self.viewer_id if self.viewer_id and self.channel == home_channel(self.viewer_id) else None


class OpenPage(Subscriber):
    """Subscribed until the page is closed, its viewer signs out, or the server stops."""

    __slots__ = ("_home_of", "_writer", "viewer_id")
    broadcaster: OpenPages

    def __init__(self, pages: OpenPages, stream: StreamRequest, writer: ConnectionWriter) -> None:
        super().__init__(pages, stream.channels)
        self.viewer_id = stream.viewer_id
        self._home_of = stream.home_of
        self._writer = writer

    def send(self, message: Message) -> None:
        self._writer.send(message)

    async def heartbeat(self) -> None:
        self._writer.send(HEARTBEAT_COMMENT)
        if self._home_of:
            await keep_home_loaded(self.broadcaster.site, self._home_of)

    def end(self) -> None:
        self._writer.end()


class OpenPages:
    """Broadcasts messages to the open pages of this process."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def serve(self, stream: StreamRequest, receive: Receive, send: Send) -> None:
        writer, pubsub = ConnectionWriter(send), self.site.the(PubSub)
        page = OpenPage(self, stream, writer)
        pubsub.subscribe(page)
        try:
            writer.start([RETRY, *await self._missed(stream)])
            if not await self._is_signed_in(stream):
                writer.end()
            await until_closed(receive)
        except Unavailable:  # the browser reconnects by itself
            writer.start([RETRY])
            page.end()
        finally:
            writer.close()
            pubsub.unsubscribe(page)

    async def _is_signed_in(self, stream: StreamRequest) -> bool:
        """Checked after subscribing: if the session ended before, its end was published before this page could receive it."""
        async with self.site.db.read() as reader:
            return stream.session_id is None or await sessions.is_open(reader, stream.session_id)

    async def broadcast(self, message: ChannelMessage, pages: Sequence[OpenPage]) -> None:
        match message.kind:
            case "update":
                async with self.site.db.read() as reader:
                    visible_to = await seen_by(reader, StatusId(message.id), {one.viewer_id for one in pages})
                _send_to([one for one in pages if one.viewer_id in visible_to], _status(message.id))
            case "delete" if isinstance(message.event, StatusDeleted):
                async with self.site.db.read() as reader:
                    could_see = await who_could_see(reader, message.event, {one.viewer_id for one in pages})
                _send_to([one for one in pages if one.viewer_id in could_see], line(f"event: delete\ndata: {message.id}\n\n"))
            case "notification" if viewer_id := pages[0].viewer_id:
                async with self.site.db.read() as reader:
                    unread = await _unread(reader, viewer_id)
                _send_to(pages, unread)

    async def _missed(self, stream: StreamRequest) -> list[Message]:
        """The statuses since the last id that the page knows: since it was rendered, or since the connection was lost."""
        async with self.site.db.read() as reader:
            page = await self._page(reader, stream)
            missed = await views(reader, page.items, stream.viewer_id, hides_muted=True)
            unread = [await _unread(reader, stream.viewer_id)] if stream.viewer_id else []
        return [_status(one.id) for one in reversed(missed)] + unread

    async def _page(self, reader: Reader, stream: StreamRequest) -> Page[StatusId]:
        window = Window(limit=LARGEST, since_id=stream.since)
        if stream.channel == LOCAL:
            return await statuses.local_public(reader, window)
        if stream.home_of:
            return await self.site.the(Homes).page(reader, stream.home_of, window)
        return Page([])


def session_channel(session_id: int) -> Channel:
    return Channel("session", session_id)


def _stream(context: RequestContext, channel: Channel) -> EventStream:
    session_id = context.signed_in.session.id if context.signed_in else None
    stream = StreamRequest(channel, context.viewer_id, session_id, _since(context.request))
    return EventStream(partial(context.site.the(OpenPages).serve, stream))


def _since(request: AnyRequest) -> int:
    """The last id that the page knows: in `Last-Event-ID` when the browser reconnects, in `since_id` when the page is new."""
    text = request.headers.get("last-event-id") or request.query_params.get("since_id")
    return parse_id(text) if text else LARGEST_ID


def _send_to(pages: Sequence[OpenPage], message: Message) -> None:
    for one in pages:
        one.send(message)


def _status(identifier: int) -> Message:
    return line(f"event: status\nid: {identifier}\ndata: {identifier}\n\n")


async def _unread(reader: Reader, viewer_id: AccountId) -> Message:
    return line(f"event: notification\ndata: {await notifications.unread_count(reader, viewer_id)}\n\n")


routes = [home, local, notified]
