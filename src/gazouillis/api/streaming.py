"""The streaming endpoints: server-sent events and the WebSocket. https://docs.joinmastodon.org/methods/streaming/"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any, cast

import msgspec
from litestar import Response, WebSocket, get, websocket

from gazouillis.api import errors
from gazouillis.api.bind import bind
from gazouillis.api.caller import VISITOR, Caller, Member, by_token, token_holder
from gazouillis.api.request import AnyRequest, site
from gazouillis.api.streams import HEARTBEAT, Choice, OpenStream, Streams, check, choose, only_token, prepare
from gazouillis.infra.basics.errors import Forbidden, NotFound, Problem, TooMany, Unauthenticated, Unavailable
from gazouillis.infra.basics.messages import Catalogue
from gazouillis.infra.cache.responses import STREAMED
from gazouillis.infra.http import request_bodies
from gazouillis.infra.pubsub import stream_limits
from gazouillis.infra.pubsub.channels import PubSub
from gazouillis.infra.pubsub.server_sent_events import ConnectionWriter, EventStream, Receive, Send, keep_open, until_closed
from gazouillis.infra.site import HasSite, Site

MOST_STREAMS = 20
REFUSED = 4401
GOING_AWAY = 1001
TRY_AGAIN_LATER = 1013
REFUSALS = {Unauthenticated: HTTPStatus.UNAUTHORIZED, Forbidden: HTTPStatus.FORBIDDEN, NotFound: HTTPStatus.NOT_FOUND}


class TagForm(msgspec.Struct, frozen=True):
    tag: str = ""
    list: str = ""


class ClientMessage(msgspec.Struct, frozen=True):
    """A message that an app sends on its WebSocket."""

    type: str
    stream: str = ""
    tag: str = ""
    list: str = ""

    @property
    def name(self) -> tuple[str, ...]:
        """The stream's name in messages: its parts that are not empty."""
        return tuple(one for one in (self.stream, self.tag, self.list) if one)


@get("/api/v1/streaming/health")
async def health() -> Response[str]:
    return Response("OK", media_type="text/plain")


@get("/api/v1/streaming/user", opt=STREAMED)
async def user(request: AnyRequest) -> EventStream:
    return await _events(request, "user")


@get("/api/v1/streaming/user/notification", opt=STREAMED)
async def user_notification(request: AnyRequest) -> EventStream:
    return await _events(request, "user:notification")


@get("/api/v1/streaming/public", opt=STREAMED)
async def public(request: AnyRequest) -> EventStream:
    return await _events(request, "public")


@get("/api/v1/streaming/public/local", opt=STREAMED)
async def public_local(request: AnyRequest) -> EventStream:
    return await _events(request, "public:local")


@get("/api/v1/streaming/public/remote", opt=STREAMED)
async def public_remote(request: AnyRequest) -> EventStream:
    return await _events(request, "public:remote")


@get("/api/v1/streaming/hashtag", opt=STREAMED)
async def hashtag(request: AnyRequest) -> EventStream:
    return await _events(request, "hashtag")


@get("/api/v1/streaming/hashtag/local", opt=STREAMED)
async def hashtag_local(request: AnyRequest) -> EventStream:
    return await _events(request, "hashtag:local")


@get("/api/v1/streaming/direct", opt=STREAMED)
async def direct(request: AnyRequest) -> EventStream:
    return await _events(request, "direct")


@get("/api/v1/streaming/track", opt=STREAMED)
async def track(request: AnyRequest) -> EventStream:
    """Of our own."""
    return await _events(request, "track")


@get("/api/v1/streaming/list", opt=STREAMED)
async def of_list(request: AnyRequest) -> EventStream:
    return await _events(request, "list")


@websocket("/api/v1/streaming")
async def connect(socket: WebSocket[Any, Any, Any]) -> None:
    """The token is in the query, in `Authorization`, or in `Sec-WebSocket-Protocol`, the one header that browsers can set."""
    own_site = cast("HasSite", socket.app).site
    protocol = socket.headers.get("sec-websocket-protocol", "").partition(",")[0].strip()
    try:
        caller = await _caller_of(own_site, _token(socket) or protocol)
    except Unavailable as fault:
        await _refuse_unavailable(socket, fault)
        return
    if caller is None:
        await socket.close(REFUSED)
        return
    try:
        stream_limits.enter(socket.scope)
    except (TooMany, Unavailable) as refusal:
        await _refuse(socket, refusal)
        return
    first = ClientMessage("subscribe", *(socket.query_params.get(name, "") for name in ("stream", "tag", "list")))
    opened = _Socket(own_site, caller, socket.headers.get("accept-language", ""))
    await opened.prepare(first)
    await socket.accept(subprotocols=protocol or None)
    keep_open(socket.scope, partial(opened.serve, first))


async def _refuse_unavailable(socket: WebSocket[Any, Any, Any], fault: Unavailable) -> None:
    """Answers 503: https://asgi.readthedocs.io/en/latest/extensions.html#websocket-denial-response. Closing alone would read as 403."""
    if "websocket.http.response" not in (socket.scope.get("extensions") or {}):
        await socket.close(TRY_AGAIN_LATER)
        return
    headers = [(b"content-type", b"application/json"), (b"retry-after", b"%d" % fault.retry_after)]
    send = cast("Send", socket.send)
    await send({"type": "websocket.http.response.start", "status": 503, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": msgspec.json.encode({"error": str(fault.public)})})


async def _refuse(socket: WebSocket[Any, Any, Any], refusal: Problem) -> None:
    """Answers with an HTTP error: https://asgi.readthedocs.io/en/latest/extensions.html#websocket-denial-response"""
    request = cast("AnyRequest", socket)
    response = errors.on_problem(request, refusal).to_asgi_response(app=None, request=request)

    async def send(message: Any) -> None:
        message["type"] = f"websocket.{message['type']}"
        await socket.send(message)

    await response(socket.scope, socket.receive, send)


class _Socket:
    """One WebSocket, on which an app subscribes to several streams."""

    def __init__(self, own_site: Site, caller: Caller, languages: str) -> None:
        self._site = own_site
        self._caller = caller
        self._languages = languages
        self._streams: dict[tuple[str, ...], OpenStream] = {}

    async def prepare(self, first: ClientMessage) -> None:
        """As `streams.prepare`, for the stream named in the address. `serve` says what is wrong with it."""
        with suppress(Problem):
            await prepare(self._site, choose(first.stream, self._caller, first.tag, first.list))

    async def serve(self, first: ClientMessage, receive: Receive, send: Send) -> None:
        writer = ConnectionWriter(send, last={"type": "websocket.close", "code": GOING_AWAY, "reason": ""})
        token_watch = OpenStream(self._site.the(Streams), only_token(self._caller), writer, ("token",))
        writer.start()
        try:
            if first.stream:
                await self._handle(first, writer)
            await token_watch.open()
            while (frame := await receive())["type"] == "websocket.receive":
                await self._handle(_client_message(frame.get("text") or ""), writer)
        except Unavailable:  # the app reconnects by itself
            writer.end()
        finally:
            writer.close()
            for opened in (token_watch, *self._streams.values()):
                self._site.the(PubSub).unsubscribe(opened)

    async def _handle(self, message: ClientMessage, writer: ConnectionWriter) -> None:
        match message.type:
            case "subscribe" if message.name not in self._streams and len(self._streams) < MOST_STREAMS:
                await self._subscribe(message, writer)
            case "unsubscribe" if message.name in self._streams:
                self._site.the(PubSub).unsubscribe(self._streams.pop(message.name))

    async def _subscribe(self, message: ClientMessage, writer: ConnectionWriter) -> None:
        try:
            choice = choose(message.stream, self._caller, message.tag, message.list)
            await check(self._site, choice)
        except Unavailable:  # closes the connection: the app reconnects, and asks again
            raise
        except Problem as problem:
            sentence = self._site.the(Catalogue).translate(problem.public, self._languages)
            refusal = {"error": sentence, "status": REFUSALS.get(type(problem), HTTPStatus.BAD_REQUEST)}
            writer.send({"type": "websocket.send", "text": msgspec.json.encode(refusal).decode()})
            return
        opened = self._streams[message.name] = OpenStream(self._site.the(Streams), choice, writer, message.name)
        await opened.open()


async def _events(request: AnyRequest, name: str) -> EventStream:
    caller = await token_holder(request) if _shows_token(request) else VISITOR
    form = await bind(request, TagForm)
    choice = choose(name, caller, form.tag, form.list)
    await check(site(request), choice)
    await prepare(site(request), choice)
    return EventStream(partial(_serve_events, site(request), choice))


async def _serve_events(own_site: Site, choice: Choice, receive: Receive, send: Send) -> None:
    writer = ConnectionWriter(send)
    opened = OpenStream(own_site.the(Streams), choice, writer)
    try:
        await opened.open()
        writer.start([HEARTBEAT])
        await until_closed(receive)
    except Unavailable:  # the app reconnects by itself
        writer.start()
        writer.end()
    finally:
        writer.close()
        own_site.the(PubSub).unsubscribe(opened)


def _shows_token(request: AnyRequest) -> bool:
    return "authorization" in request.headers or "access_token" in request.query_params


def _token(socket: WebSocket[Any, Any, Any]) -> str:
    return socket.headers.get("authorization", "").removeprefix("Bearer ") or socket.query_params.get("access_token", "")


async def _caller_of(own_site: Site, token: str) -> Caller | None:
    """None when a token is shown that is unknown, or whose account may not call."""
    async with own_site.db.read() as reader:
        caller = await by_token(reader, token) if token else VISITOR
    return None if isinstance(caller, Member) and not caller.is_active else caller


def _client_message(text: str) -> ClientMessage:
    """A message that cannot be read is ignored, as Mastodon does."""
    try:
        return msgspec.convert(request_bodies.json(text.encode("utf-8", "replace")), ClientMessage)
    except (Problem, msgspec.ValidationError):
        return ClientMessage("")


routes = [health, user, user_notification, public, public_local, public_remote, hashtag, hashtag_local, direct, track, of_list, connect]
