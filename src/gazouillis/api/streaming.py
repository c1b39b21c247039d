"""https://docs.joinmastodon.org/methods/streaming/ – what happens now, over Server-Sent Events or a WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import msgspec
from litestar import Litestar, Response, WebSocket, get, websocket
from litestar.exceptions import WebSocketDisconnect
from litestar.response import Stream

from gazouillis.accounts import tokens
from gazouillis.accounts.tokens import Bearer
from gazouillis.api.authorised import bearer, site
from gazouillis.api.bind import bind
from gazouillis.api.parameters import AnyRequest
from gazouillis.api.streams import OpenStream, Remembered
from gazouillis.infra.errors import Invalid, Problem
from gazouillis.infra.messages import _
from gazouillis.infra.site import Site

# Whatever packs answers must let these through line by line.
FLOWS = {"uncompressed": True}
HEADERS = {"Cache-Control": "private, no-store", "X-Accel-Buffering": "no"}

MOST_STREAMS = 20
REFUSED = 4401
GOING_AWAY = 1001


class TagForm(msgspec.Struct, frozen=True):
    tag: str = ""


class Wish(msgspec.Struct, frozen=True):
    """What an app says on its socket."""

    type: str
    stream: str = ""
    tag: str = ""


@get("/api/v1/streaming/health")
async def health() -> Response[str]:
    return Response("OK", media_type="text/plain")


@get("/api/v1/streaming/user", opt=FLOWS)
async def user(request: AnyRequest) -> Stream:
    return await _events(request, "user")


@get("/api/v1/streaming/user/notification", opt=FLOWS)
async def user_notification(request: AnyRequest) -> Stream:
    return await _events(request, "user:notification")


@get("/api/v1/streaming/public", opt=FLOWS)
async def public(request: AnyRequest) -> Stream:
    return await _events(request, "public")


@get("/api/v1/streaming/public/local", opt=FLOWS)
async def public_local(request: AnyRequest) -> Stream:
    return await _events(request, "public:local")


@get("/api/v1/streaming/public/remote", opt=FLOWS)
async def public_remote(request: AnyRequest) -> Stream:
    return await _events(request, "public:remote")


@get("/api/v1/streaming/hashtag", opt=FLOWS)
async def hashtag(request: AnyRequest) -> Stream:
    return await _events(request, "hashtag")


@get("/api/v1/streaming/hashtag/local", opt=FLOWS)
async def hashtag_local(request: AnyRequest) -> Stream:
    return await _events(request, "hashtag:local")


@websocket("/api/v1/streaming")
async def connect(socket: WebSocket[Any, Any, Any]) -> None:
    """The token stands in the address, in `Authorization`, or where browsers can put it: in `Sec-WebSocket-Protocol`."""
    here: Site = socket.app.state.site
    protocol = socket.headers.get("sec-websocket-protocol", "").partition(",")[0].strip()
    shown = await _bearer_of(here, _token(socket) or protocol)
    if shown is None and (_token(socket) or protocol):
        await socket.close(REFUSED)
        return
    await socket.accept(subprotocols=protocol or None)
    first = Wish("subscribe", socket.query_params.get("stream", ""), socket.query_params.get("tag", ""))
    await _Socket(socket, here, shown).serve(first)


class _Socket:
    """One connection, on which an app listens to several streams."""

    def __init__(self, socket: WebSocket[Any, Any, Any], here: Site, shown: Bearer | None) -> None:
        self._socket = socket
        self._site = here
        self._bearer = shown
        self._following: dict[tuple[str, ...], asyncio.Task[None]] = {}

    async def serve(self, first: Wish) -> None:
        try:
            if first.stream:
                await self._obey(first)
            while True:
                await self._obey(_wish(await self._socket.receive_text()))
        except WebSocketDisconnect:
            return
        finally:
            for task in self._following.values():
                task.cancel()
            await asyncio.gather(*self._following.values(), return_exceptions=True)

    async def _obey(self, wish: Wish) -> None:
        name = (wish.stream, wish.tag) if wish.tag else (wish.stream,)
        match wish.type:
            case "subscribe" if name not in self._following and len(self._following) < MOST_STREAMS:
                await self._follow(name, wish)
            case "unsubscribe" if name in self._following:
                self._following.pop(name).cancel()

    async def _follow(self, name: tuple[str, ...], wish: Wish) -> None:
        try:
            opened = OpenStream(self._site, _remembered(self._socket.app), wish.stream, self._bearer, wish.tag)
        except Problem as problem:
            await self._socket.send_json({"error": str(problem.public), "status": 400})
            return
        self._following[name] = asyncio.create_task(self._tell(name, opened))

    async def _tell(self, name: tuple[str, ...], opened: OpenStream) -> None:
        async for told in opened.told():
            if told.event:
                await self._socket.send_json({"stream": name, "event": told.event, "payload": told.payload})
        with suppress(WebSocketDisconnect, RuntimeError):
            await self._socket.close(GOING_AWAY)


async def _events(request: AnyRequest, name: str) -> Stream:
    shown = await bearer(request) if _shows_token(request) else None
    form = await bind(request, TagForm)
    if name.startswith("hashtag") and not form.tag:
        raise Invalid(_("Name a hashtag"), field="tag", code="ERR_BLANK")
    opened = OpenStream(site(request), _remembered(request.app), name, shown, form.tag)
    return Stream(_lines(opened), media_type="text/event-stream", headers=HEADERS)


async def _lines(opened: OpenStream) -> AsyncIterator[str]:
    async for told in opened.told():
        yield f"event: {told.event}\ndata: {told.payload}\n\n" if told.event else ":thump\n"


def _remembered(app: Litestar) -> Remembered:
    if "remembered" not in app.state:
        app.state["remembered"] = Remembered()
    remembered: Remembered = app.state["remembered"]
    return remembered


def _shows_token(request: AnyRequest) -> bool:
    return "authorization" in request.headers or "access_token" in request.query_params


def _token(socket: WebSocket[Any, Any, Any]) -> str:
    return socket.headers.get("authorization", "").removeprefix("Bearer ") or socket.query_params.get("access_token", "")


async def _bearer_of(here: Site, token: str) -> Bearer | None:
    async with here.db.read() as reader:
        found = await tokens.find(reader, token) if token else None
    return found if found and found.account and found.is_approved and found.account.suspended_at is None else None


def _wish(text: str) -> Wish:
    try:
        return msgspec.json.decode(text, type=Wish)
    except msgspec.MsgspecError:
        return Wish("")


routes = [health, user, user_notification, public, public_local, public_remote, hashtag, hashtag_local, connect]
