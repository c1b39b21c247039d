"""Server-sent events, and the writing side of every open stream: https://html.spec.whatwg.org/multipage/server-sent-events.html

Thousands of streams are open at once, and nearly all are idle. An idle stream costs its connection and one task that waits for its end:
the request, and every middleware it came through, are released as soon as the response has started (`keep_open`, `take_over`).
https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable
from typing import Any, TypeAlias

from gazouillis.infra.pubsub import stream_limits
from gazouillis.infra.pubsub.channels import LONGEST_QUEUE

Message: TypeAlias = Any
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Scope: TypeAlias = Any
ServeStream: TypeAlias = Callable[[Receive, Send], Awaitable[None]]

LAST: Message = {"type": "http.response.body", "body": b"", "more_body": False}


class EventStream:
    """The response of a handler: sends the headers of an event stream, then leaves the connection to `serve`."""

    def __init__(self, serve: ServeStream) -> None:
        self._serve = serve

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        stream_limits.enter(scope)
        headers = [(b"content-type", b"text/event-stream; charset=utf-8"), *HEADERS]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        keep_open(scope, self._serve)


# Neither a cache nor a proxy may store or buffer the stream.
HEADERS = ((b"cache-control", b"private, no-store"), (b"x-accel-buffering", b"no"))


def line(text: str | bytes) -> Message:
    """An ASGI message with this part of the body."""
    return {"type": "http.response.body", "body": text.encode() if isinstance(text, str) else text, "more_body": True}


def keep_open(scope: Scope, serve: ServeStream) -> None:
    """Called by a handler: once all middleware around the handler has returned, `serve` runs until the connection closes."""
    scope["state"][_KEY] = serve


def take_over(scope: Scope) -> ServeStream | None:
    """Called by the ASGI application after the handler: what shall serve this connection, None for an ordinary response.

    The scope of a stream is emptied, since uvicorn holds it as long as the connection.
    """
    serve: ServeStream | None = scope.get("state", {}).pop(_KEY, None)
    if serve is not None:
        scope["headers"].clear()
        remaining = {name: scope[name] for name in ("type", "method") if name in scope}
        if stream_limits.ENTERED in scope["state"]:
            remaining["state"] = {stream_limits.ENTERED: scope["state"][stream_limits.ENTERED]}
        scope.clear()
        scope.update(remaining)
    return serve


async def until_closed(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class ConnectionWriter:
    """Writes messages to one connection, in order: at once where possible, otherwise from a task that lives until the queue is empty.

    A slow client never blocks others: it is disconnected when `LONGEST_QUEUE` messages wait for it.
    """

    __slots__ = ("_has_started", "_is_ending", "_last", "_queue", "_send", "_writing")

    def __init__(self, send: Send, last: Message = LAST) -> None:
        self._send = send
        self._last = last
        self._queue: list[Message] = []
        self._writing: asyncio.Task[None] | None = None
        self._has_started = self._is_ending = False

    def start(self, messages: Iterable[Message] = ()) -> None:
        """Starts writing: first these messages, then those that `send` has queued meanwhile."""
        self._has_started = True
        self._queue[:0] = messages
        self._flush()

    def send(self, message: Message) -> None:
        """Queues a message; ends the stream instead when the queue is full."""
        if len(self._queue) >= LONGEST_QUEUE:
            self.end()
        elif not self._is_ending:
            self._put(message)

    def end(self) -> None:
        """Sends the last message after those that are queued. Nothing can be sent afterwards."""
        if not self._is_ending:
            self._is_ending = True
            self._put(self._last)

    def close(self) -> None:
        """The client has gone: drops the queue."""
        self._is_ending = True
        self._queue.clear()

    def _put(self, message: Message) -> None:
        self._queue.append(message)
        self._flush()

    def _flush(self) -> None:
        """Nearly always everything is written at once. A task is created only when the buffer of the connection is full."""
        if self._queue and self._has_started and self._writing is None:
            writing = self._write()
            try:
                awaited = writing.send(None)
            except StopIteration:
                return
            self._writing = asyncio.create_task(_resume(writing, awaited))

    async def _write(self) -> None:
        try:
            while self._queue:
                await self._send(self._queue.pop(0))
        except OSError:
            self.close()
        finally:
            self._writing = None


async def _resume(started: Coroutine[Any, Any, None], awaited: Any) -> None:
    await _Started(started, awaited)


class _Started:
    """A coroutine that was started outside a task, and now waits for `awaited`."""

    def __init__(self, started: Coroutine[Any, Any, None], awaited: Any) -> None:
        self._started = started
        self._awaited = awaited

    def __await__(self) -> Generator[Any, None, None]:
        yield self._awaited
        yield from self._started.__await__()


_KEY = "gazouillis_serve_stream"
