"""Event streams and WebSockets of the ASGI application, without a network: this calls it as uvicorn would."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 5.0


class Connection:
    """One call of the application: the messages to it, and those it has sent."""

    def __init__(self, app: Any, scope: dict[str, Any]) -> None:
        self.received: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.task = asyncio.create_task(app(scope, self.to_app.get, self.received.put))

    async def message(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.received.get(), TIMEOUT)


class EventStream:
    """A stream of Server-Sent Events."""

    def __init__(self, connection: Connection, status: int, headers: dict[str, str]) -> None:
        self._connection = connection
        self.status = status
        self.headers = headers

    async def line(self) -> str | None:
        """The next message as it was sent; None: the stream ended."""
        message = await self._connection.message()
        return message["body"].decode() if message.get("more_body") else None

    async def event(self) -> tuple[str, Any]:
        """("update", the status), ("delete", the id), …"""
        while (text := await self.line()) is not None:
            if text.startswith("event: "):
                event, data, *_ = (one.partition(": ")[2] for one in text.splitlines())
                return event, data if event == "delete" else json.loads(data)
        raise EOFError

    async def has_no_events(self) -> bool:
        return not await self.unread_events()

    async def unread_events(self) -> list[str]:
        """As they were sent."""
        await asyncio.sleep(0.05)
        waiting = []
        while not self._connection.received.empty():
            waiting.append(self._connection.received.get_nowait()["body"])
        return [one.decode() for one in waiting if b"event" in one]


@asynccontextmanager
async def open_stream(running_site: Any, path: str, token: str = "") -> AsyncIterator[EventStream]:
    async with event_stream(running_site.app, asgi_scope("http", path, token)) as stream:
        if stream.status == 200:
            assert await stream.line() == ":thump\n"
        yield stream


@asynccontextmanager
async def event_stream(app: Any, scope: dict[str, Any], kind: type[EventStream] = EventStream) -> AsyncIterator[EventStream]:
    """Requests a stream and waits for the head of the response. At the end, the client disconnects."""
    connection = Connection(app, scope | {"method": "GET"})
    await connection.to_app.put({"type": "http.request", "body": b"", "more_body": False})
    start = await connection.message()
    headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    try:
        yield kind(connection, start["status"], headers)
    finally:
        await connection.to_app.put({"type": "http.disconnect"})
        await asyncio.wait_for(connection.task, TIMEOUT)


class WebSocket:
    """A WebSocket of a client."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.accepted: dict[str, Any] = {}
        self.code = 0

    async def start(self) -> None:
        await self._connection.to_app.put({"type": "websocket.connect"})
        response = await self._connection.message()
        self.accepted, self.code = response, response.get("code", 0)

    async def send(self, **message: str) -> None:
        await self._connection.to_app.put({"type": "websocket.receive", "text": json.dumps(message)})
        await asyncio.sleep(0.02)

    async def receive(self) -> dict[str, Any]:
        message = await self._connection.message()
        return json.loads(message.get("text") or message["bytes"]) if message["type"] == "websocket.send" else message

    def is_silent(self) -> bool:
        """No message waits to be read."""
        return self._connection.received.empty()


@asynccontextmanager
async def open_websocket(
    running_site: Any, path: str, token: str = "", protocol: str = "", language: str = "en", pause: float = 0.02
) -> AsyncIterator[WebSocket]:
    """`pause`: seconds between the acceptance and the first use."""
    scope = asgi_scope("websocket", path, token) | {"subprotocols": [protocol] if protocol else []}
    scope["headers"] += [(b"accept-language", language.encode())]
    scope["headers"] += [(b"sec-websocket-protocol", protocol.encode())] if protocol else []
    connection = Connection(running_site.app, scope)
    socket = WebSocket(connection)
    await socket.start()
    await asyncio.sleep(pause)
    yield socket
    await connection.to_app.put({"type": "websocket.disconnect", "code": 1000})
    with suppress(asyncio.CancelledError):
        await asyncio.wait_for(connection.task, TIMEOUT)


def asgi_scope(kind: str, path: str, token: str) -> dict[str, Any]:
    parts = urlsplit(path)
    return {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http" if kind == "http" else "ws",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(b"host", b"localhost:8000"), *([(b"authorization", f"Bearer {token}".encode())] if token else [])],
        "client": ("127.0.0.1", 50000),
        "server": ("localhost", 8000),
    }
