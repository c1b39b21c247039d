"""What happens now, to whoever listens in this process: ids only, no history.

Each process follows the event log and tells its own listeners, so nothing needs to pass between processes but the log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import msgspec

LONGEST_QUEUE = 500
"""A listener this far behind is let go: it reconnects and reads the timeline."""


class News(msgspec.Struct, frozen=True):
    """`kind` is Mastodon's word for it: update, delete, status.update, notification."""

    channel: str
    kind: str
    id: int


class Listener:
    def __init__(self, channels: Iterable[str]) -> None:
        self.channels = tuple(channels)
        self._queue: asyncio.Queue[News | None] = asyncio.Queue(LONGEST_QUEUE + 1)

    async def next(self) -> News | None:
        """None: nothing more will come."""
        return await self._queue.get()

    def tell(self, news: News | None) -> None:
        if self._queue.qsize() < LONGEST_QUEUE:
            self._queue.put_nowait(news)
        elif not self._queue.full():
            self._queue.put_nowait(None)


class Live:
    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = {}

    def listen(self, *channels: str) -> Listener:
        listener = Listener(channels)
        for channel in listener.channels:
            self._listeners.setdefault(channel, set()).add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        for channel in listener.channels:
            others = self._listeners.get(channel, set())
            others.discard(listener)
            if not others:
                self._listeners.pop(channel, None)

    def has_listeners(self, channel: str) -> bool:
        return channel in self._listeners

    def tell(self, channel: str, kind: str, identifier: int) -> None:
        for listener in self._listeners.get(channel, ()):
            listener.tell(News(channel, kind, identifier))

    def close(self) -> None:
        """Lets every listener go: the server stops."""
        for listener in {one for group in self._listeners.values() for one in group}:
            listener.tell(None)
