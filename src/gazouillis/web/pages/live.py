"""Server-sent events for open pages: https://html.spec.whatwg.org/multipage/server-sent-events.html

The events `status`, `edit` and `delete` carry the id of an entry of a timeline, or of a status in a thread. `notification` carries how many
notifications are unread; `messages`, how many conversations are unread, and the id of the one that changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import msgspec
from litestar import get
from litestar.params import FromPath

from gazouillis.accounts import queries as accounts
from gazouillis.accounts import sessions
from gazouillis.accounts.quiet_hours import is_quiet_now
from gazouillis.conversations import queries as conversations
from gazouillis.conversations import reactions as conversation_streams
from gazouillis.conversations.reactions import channel as conversations_channel
from gazouillis.filters.models import Context
from gazouillis.graph import lists
from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.basics.ids import LARGEST_ID, AccountId, StatusId
from gazouillis.infra.cache.responses import STREAMED
from gazouillis.infra.database.paging import LARGEST, Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.infra.pubsub.channels import Channel, ChannelMessage, PubSub, Subscriber
from gazouillis.infra.pubsub.server_sent_events import ConnectionWriter, EventStream, Message, Receive, Send, line, until_closed
from gazouillis.infra.site import Site
from gazouillis.notifications import queries as notifications
from gazouillis.notifications.reactions import channel as notifications_channel
from gazouillis.notifications.reactions import unread_channel
from gazouillis.search.tracks import queries as tracks
from gazouillis.search.tracks import reactions as track_streams
from gazouillis.search.tracks.reactions import TRACK, track_channel
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.audience import seen_by, who_could_see, who_lost
from gazouillis.statuses.events import StatusDeleted, StatusNarrowed
from gazouillis.statuses.models import StatusView
from gazouillis.statuses.views import views
from gazouillis.timelines import lists as list_timelines
from gazouillis.timelines.home import Homes
from gazouillis.timelines.reactions import LIST, LOCAL, home_channel, keep_home_loaded, list_channel
from gazouillis.web import filtered
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, RequestContext, request_context

THREAD = "thread"
"""Topic of the channels of conversations that somebody has open, one channel for each conversation."""

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


@get("/live/thread/{status_id:str}", opt=STREAMED)
async def thread(request: AnyRequest, status_id: FromPath[str]) -> EventStream:
    """Of the whole conversation; the page looks up where a reply belongs, and whether below its status at all."""
    async with request_context(request) as context:
        asked = StatusId(parse_id(status_id))
        if not await views(context.reader, [asked], context.member.id, keeps_tombstones=True):
            raise statuses.no_such_post()
        found = await statuses.by_id(context.reader, asked)
        assert found is not None
        return _stream(context, thread_channel(found.conversation_id))


@get("/live/track/{track_id:str}", opt=STREAMED)
async def track(request: AnyRequest, track_id: FromPath[str]) -> EventStream:
    async with request_context(request) as context:
        own = await tracks.own(context.reader, context.member.id, parse_id(track_id))
        return _stream(context, track_channel(own.id))


@get("/live/list/{list_id:str}", opt=STREAMED)
async def of_list(request: AnyRequest, list_id: FromPath[str]) -> EventStream:
    async with request_context(request) as context:
        own = await lists.own(context.reader, context.member.id, parse_id(list_id))
        return _stream(context, list_channel(own.id))


@get("/live/messages", opt=STREAMED)
async def messages(request: AnyRequest) -> EventStream:
    async with request_context(request) as context:
        return _stream(context, conversations_channel(context.member.id))


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
        of_viewer = (notifications_channel, unread_channel, conversations_channel)
        own = {one(self.viewer_id) for one in of_viewer} if self.viewer_id else set()
        return {self.channel, *own, *({session_channel(self.session_id)} if self.session_id else ())}

    @property
    def context(self) -> Context:
        """Which filters of the viewer count there."""
        if self.home_of or self.channel.topic == LIST:
            return Context.HOME
        return Context.THREAD if self.channel.topic == THREAD else Context.PUBLIC

    @property
    def home_of(self) -> AccountId | None:
        """Whose home timeline is shown; None: another page."""
        return self.viewer_id if self.viewer_id and self.channel == home_channel(self.viewer_id) else None


class OpenPage(Subscriber):
    """Subscribed until the page is closed, its viewer signs out, or the server stops."""

    __slots__ = ("_context", "_home_of", "_writer", "viewer_id")
    broadcaster: OpenPages

    def __init__(self, pages: OpenPages, stream: StreamRequest, writer: ConnectionWriter) -> None:
        super().__init__(pages, stream.channels)
        self.viewer_id = stream.viewer_id
        self._home_of, self._context = stream.home_of, stream.context
        self._writer = writer

    def shows(self, view: StatusView | None) -> bool:
        """Whether its viewer may see the status, and no filter of theirs leaves it out."""
        return view is not None and not filtered.is_hidden(view, self._context)

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
                _send_to([one for one in pages if one.shows(visible_to.get(one.viewer_id))], _status(message.id))
            case "status.update":
                async with self.site.db.read() as reader:
                    visible_to = await seen_by(reader, StatusId(message.id), {one.viewer_id for one in pages})
                _send_to([one for one in pages if one.viewer_id in visible_to], line(f"event: edit\ndata: {message.id}\n\n"))
            case "delete" if isinstance(message.event, StatusDeleted):
                async with self.site.db.read() as reader:
                    could_see = await who_could_see(reader, message.event, {one.viewer_id for one in pages})
                _send_to([one for one in pages if one.viewer_id in could_see], line(f"event: delete\ndata: {message.id}\n\n"))
            case "narrowed" | "withdrawn" if isinstance(message.event, StatusNarrowed):
                async with self.site.db.read() as reader:
                    visible_to = await seen_by(reader, StatusId(message.id), {one.viewer_id for one in pages})
                    lost = await who_lost(reader, message.event, {one.viewer_id for one in pages})
                if message.kind == "narrowed":
                    _send_to([one for one in pages if one.viewer_id in visible_to], line(f"event: edit\ndata: {message.id}\n\n"))
                _send_to([one for one in pages if one.viewer_id in lost], line(f"event: delete\ndata: {message.id}\n\n"))
            case track_streams.HIT | track_streams.EDITED:
                await self._broadcast_hit(message, pages)
            case track_streams.UNTRACKED:
                _send_to(pages, line(f"event: delete\ndata: {message.id}\n\n"))
            case "notification" | "unread" if viewer_id := pages[0].viewer_id:
                async with self.site.db.read() as reader:
                    unread = await _unread(reader, viewer_id)
                _send_to(pages, unread)
            case conversation_streams.ARRIVED | conversation_streams.CHANGED if viewer_id := pages[0].viewer_id:
                async with self.site.db.read() as reader:
                    unread_messages = await _unread_conversations(reader, viewer_id)
                _send_to(pages, _messages(unread_messages, message.id))

    async def _broadcast_hit(self, message: ChannelMessage, pages: Sequence[OpenPage]) -> None:
        owners = {one.viewer_id for one in pages if one.viewer_id}
        async with self.site.db.read() as reader:
            told = await tracks.who_may_hear(reader, StatusId(message.id), owners)
            visible_to = await seen_by(reader, StatusId(message.id), told)
        sent = _status(message.id) if message.kind == track_streams.HIT else line(f"event: edit\ndata: {message.id}\n\n")
        _send_to([one for one in pages if one.shows(visible_to.get(one.viewer_id))], sent)

    async def _missed(self, stream: StreamRequest) -> list[Message]:
        """The statuses since the last id that the page knows: since it was rendered, or since the connection was lost."""
        async with self.site.db.read() as reader:
            missed = await self._newer(reader, stream)
            unread = await _all_unread(reader, stream.viewer_id) if stream.viewer_id else []
        shown = [one for one in reversed(missed) if not filtered.is_hidden(one, stream.context)]
        return [_status(one.id) for one in shown] + unread

    async def _newer(self, reader: Reader, stream: StreamRequest) -> list[StatusView]:
        window = Window(limit=LARGEST, since_id=stream.since)
        if stream.channel.topic == TRACK and stream.viewer_id:
            track = await tracks.own(reader, stream.viewer_id, stream.channel.owner)
            page = await tracks.timeline(reader, track, window)
            return await tracks.seen(reader, track, page.items, self.site.settings.authority)
        page = await self._page(reader, stream, window)
        return await views(reader, page.items, stream.viewer_id, hides_muted=True)

    async def _page(self, reader: Reader, stream: StreamRequest, window: Window) -> Page[StatusId]:
        if stream.channel == LOCAL:
            return await statuses.local_public(reader, window)
        if stream.home_of:
            return await self.site.the(Homes).page(reader, stream.home_of, window)
        if stream.channel.topic == LIST and stream.viewer_id:
            return await list_timelines.page(reader, await lists.own(reader, stream.viewer_id, stream.channel.owner), window)
        if stream.channel.topic == THREAD:
            return Page(await statuses.newer_in_conversation(reader, StatusId(stream.channel.owner), stream.since))
        return Page([])


def thread_channel(conversation_id: StatusId) -> Channel:
    return Channel(THREAD, conversation_id)


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
    is_told = await _is_told(reader, viewer_id)
    unread = await notifications.unread_without_messages(reader, viewer_id) if is_told else 0
    return line(f"event: notification\ndata: {unread}\n\n")


async def _unread_conversations(reader: Reader, viewer_id: AccountId) -> int:
    return await conversations.unread_count(reader, viewer_id) if await _is_told(reader, viewer_id) else 0


async def _is_told(reader: Reader, viewer_id: AccountId) -> bool:
    """Not in the quiet hours of the viewer."""
    viewer = await accounts.by_id(reader, viewer_id)
    return viewer is not None and not is_quiet_now(viewer.boundaries.quiet, reader)


async def _all_unread(reader: Reader, viewer_id: AccountId) -> list[Message]:
    """What a page is told when it connects. A page shows no unread conversation until it is told of one."""
    unread = await _unread_conversations(reader, viewer_id)
    return [await _unread(reader, viewer_id), *([_messages(unread, 0)] if unread else [])]


def _messages(unread: int, conversation_id: int) -> Message:
    return line(f"event: messages\ndata: {unread} {conversation_id}\n\n")


routes = [home, local, thread, track, of_list, notified, messages]
