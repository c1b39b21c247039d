"""Open connections, without a network: the application is spoken to as a server would."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 5.0


class Connection:
    def __init__(self, app: Any, scope: dict[str, Any]) -> None:
        self.received: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.task = asyncio.create_task(app(scope, self.said.get, self.received.put))

    async def message(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.received.get(), PATIENCE)


class Listening:
    """On a stream of Server-Sent Events."""

    def __init__(self, connection: Connection, status: int, headers: dict[str, str]) -> None:
        self._connection = connection
        self.status = status
        self.headers = headers

    async def line(self) -> str | None:
        """One message as it was sent; None: the stream ended."""
        message = await self._connection.message()
        return message["body"].decode() if message.get("more_body") else None

    async def event(self) -> tuple[str, Any]:
        """("update", the status), ("delete", the id), …"""
        while (text := await self.line()) is not None:
            if text.startswith("event: "):
                event, data, *_ = (one.partition(": ")[2] for one in text.splitlines())
                return event, data if event == "delete" else json.loads(data)
        raise EOFError

    async def hears_nothing(self) -> bool:
        await asyncio.sleep(0.05)
        waiting = []
        while not self._connection.received.empty():
            waiting.append(self._connection.received.get_nowait()["body"])
        return all(b"event" not in one for one in waiting)


@asynccontextmanager
async def listening(town: Any, path: str, token: str = "") -> AsyncIterator[Listening]:
    connection = Connection(town.app, scope_of("http", path, token) | {"method": "GET"})
    await connection.said.put({"type": "http.request", "body": b"", "more_body": False})
    start = await connection.message()
    headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    stream = Listening(connection, start["status"], headers)
    if start["status"] == 200:
        assert await stream.line() == ":thump\n"
    yield stream
    await connection.said.put({"type": "http.disconnect"})
    await asyncio.wait_for(connection.task, PATIENCE)


class Socket:
    """On a WebSocket."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.accepted: dict[str, Any] = {}
        self.code = 0

    async def start(self) -> None:
        await self._connection.said.put({"type": "websocket.connect"})
        answer = await self._connection.message()
        self.accepted, self.code = answer, answer.get("code", 0)

    async def says(self, **wish: str) -> None:
        await self._connection.said.put({"type": "websocket.receive", "text": json.dumps(wish)})
        await asyncio.sleep(0.02)

    async def hears(self) -> dict[str, Any]:
        message = await self._connection.message()
        return json.loads(message.get("text") or message["bytes"]) if message["type"] == "websocket.send" else message

    def is_silent(self) -> bool:
        """Nothing waits to be read."""
        return self._connection.received.empty()


@asynccontextmanager
async def connected(town: Any, path: str, token: str = "", protocol: str = "", language: str = "en") -> AsyncIterator[Socket]:
    scope = scope_of("websocket", path, token) | {"subprotocols": [protocol] if protocol else []}
    scope["headers"] += [(b"accept-language", language.encode())]
    scope["headers"] += [(b"sec-websocket-protocol", protocol.encode())] if protocol else []
    connection = Connection(town.app, scope)
    socket = Socket(connection)
    await socket.start()
    await asyncio.sleep(0.02)
    yield socket
    await connection.said.put({"type": "websocket.disconnect", "code": 1000})
    with suppress(asyncio.CancelledError):
        await asyncio.wait_for(connection.task, PATIENCE)


def scope_of(kind: str, path: str, token: str) -> dict[str, Any]:
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
