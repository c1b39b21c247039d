"""Answers that stay open: https://asgi.readthedocs.io/en/latest/specs/www.html

Thousands are open at once, and nearly all of them are silent. A silent one costs its connection and one task that waits for its
end: its request, and every layer the request came through, are let go as soon as the answer has begun.
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
Stay: TypeAlias = Callable[[Receive, Send], Awaitable[None]]

LAST: Message = {"type": "http.response.body", "body": b"", "more_body": False}


class EventStream:
    """Begins an answer of Server-Sent Events: https://html.spec.whatwg.org/multipage/server-sent-events.html"""

    def __init__(self, stay: Stay) -> None:
        self._stay = stay

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        stream_limits.enter(scope)
        headers = [(b"content-type", b"text/event-stream; charset=utf-8"), *HEADERS]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        keep_open(scope, self._stay)


# Neither a cache nor a proxy may hold back what is said now.
HEADERS = ((b"cache-control", b"private, no-store"), (b"x-accel-buffering", b"no"))


def line(text: str | bytes) -> Message:
    return {"type": "http.response.body", "body": text.encode() if isinstance(text, str) else text, "more_body": True}


def keep_open(scope: Scope, stay: Stay) -> None:
    """Called by a handler: the connection is `stay`'s, once everything around the handler has returned."""
    scope["state"][_KEY] = stay


def take_over(scope: Scope) -> Stay | None:
    """Asked where a request came in. What it brought is emptied: the server holds it as long as the connection."""
    stay: Stay | None = scope.get("state", {}).pop(_KEY, None)
    if stay is not None:
        scope["headers"].clear()
        known = {name: scope[name] for name in ("type", "method") if name in scope}
        if stream_limits.ENTERED in scope["state"]:
            known["state"] = {stream_limits.ENTERED: scope["state"][stream_limits.ENTERED]}
        scope.clear()
        scope.update(known)
    return stay


async def until_closed(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class ConnectionWriter:
    """What one connection is told, in its order: at once, or by a task that lives as long as something waits.

    Who does not read holds back nobody, and is let go when too much waits.
    """

    __slots__ = ("_has_begun", "_is_ending", "_last", "_send", "_waiting", "_writing")

    def __init__(self, send: Send, last: Message = LAST) -> None:
        self._send = send
        self._last = last
        self._waiting: list[Message] = []
        self._writing: asyncio.Task[None] | None = None
        self._has_begun = self._is_ending = False

    def start(self, messages: Iterable[Message] = ()) -> None:
        """With what comes before all that is said meanwhile."""
        self._has_begun = True
        self._waiting[:0] = messages
        self._wake()

    def send(self, message: Message) -> None:
        if len(self._waiting) >= LONGEST_QUEUE:
            self.end()
        elif not self._is_ending:
            self._put(message)

    def end(self) -> None:
        """After what waits."""
        if not self._is_ending:
            self._is_ending = True
            self._put(self._last)

    def close(self) -> None:
        """Nobody is there any more."""
        self._is_ending = True
        self._waiting.clear()

    def _put(self, message: Message) -> None:
        self._waiting.append(message)
        self._wake()

    def _wake(self) -> None:
        """Nearly always all is written at once: a task is made only when the connection is full."""
        if self._waiting and self._has_begun and self._writing is None:
            writing = self._write()
            try:
                awaited = writing.send(None)
            except StopIteration:
                return
            self._writing = asyncio.create_task(_go_on(writing, awaited))

    async def _write(self) -> None:
        try:
            while self._waiting:
                await self._send(self._waiting.pop(0))
        except OSError:
            self.close()
        finally:
            self._writing = None


async def _go_on(begun: Coroutine[Any, Any, None], awaited: Any) -> None:
    await _Begun(begun, awaited)


class _Begun:
    """What was begun without a task, and has to wait."""

    def __init__(self, begun: Coroutine[Any, Any, None], awaited: Any) -> None:
        self._begun = begun
        self._awaited = awaited

    def __await__(self) -> Generator[Any, None, None]:
        yield self._awaited
        yield from self._begun.__await__()


_KEY = "gazouillis_stay"
