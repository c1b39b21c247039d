"""What happens now, to whoever listens in this process: ids only, no history.

Each process follows the event log and tells its own listeners, so nothing needs to pass between processes but the log.
Telling costs those who listen, not those who could: many listeners of one door are told at once, in its voice, one piece of
news after the other, so that each hears everything in its order.
"""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Collection, Coroutine, Iterable, Sequence
from contextvars import Context
from typing import Any, NamedTuple, Protocol

import msgspec

from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.basics.events import Event

logger = logging.getLogger(__name__)

HEARTBEAT = 15.0
"""Seconds between two signs of life, so that a dead connection is noticed."""

TURNS = 15
"""Not all at once: they would keep each other, and everybody else, waiting."""

AT_ONCE = 250
"""Listeners told before requests may pass."""

TRY_AGAIN = 0.5
"""Seconds until somebody may be told who could not be because the database was away."""

LONGEST_QUEUE = 500
"""A listener this far behind is let go: it reconnects and reads the timeline."""


class Channel(NamedTuple):
    """`topic` is what is listened to, `of` whose it is: 0 when it is everybody's."""

    topic: str
    of: int = 0


class ChannelMessage(msgspec.Struct, frozen=True):
    """`kind` is Mastodon's word for it: update, delete, status.update, notification."""

    kind: str
    id: int
    event: Event | None = None
    """What happened, where that says what can no longer be asked of the database."""


class Broadcaster(Protocol):
    """How a door tells its listeners, many at once."""

    async def broadcast(self, message: ChannelMessage, subscribers: Sequence[Any]) -> None: ...


class Subscriber(ABC):
    __slots__ = ("behind", "broadcaster", "channels")

    def __init__(self, broadcaster: Broadcaster, channels: Iterable[Channel]) -> None:
        self.broadcaster = broadcaster
        self.channels = tuple(channels)
        self.behind = 0
        """How much is announced to it and not told yet."""

    async def heartbeat(self) -> None:  # noqa: B027 (who listens without a connection has none to keep)
        """A sign of life."""

    @abstractmethod
    def end(self) -> None:
        """Nothing more will come."""


class PubSub:
    def __init__(self) -> None:
        self._topics: dict[str, dict[int, set[Subscriber]]] = {}
        self._messages: deque[tuple[Broadcaster, ChannelMessage, list[Subscriber]]] = deque()
        self._delivering: asyncio.Task[None] | None = None
        self._turns: tuple[set[Subscriber], ...] = tuple(set() for _ in range(TURNS))
        self._beating: asyncio.Task[None] | None = None

    def subscribe(self, subscriber: Subscriber) -> None:
        for topic, of in subscriber.channels:
            self._topics.setdefault(topic, {}).setdefault(of, set()).add(subscriber)
        self._turns[id(subscriber) % TURNS].add(subscriber)
        if self._beating is None:
            self._beating = _background(self._heartbeats())

    def unsubscribe(self, subscriber: Subscriber) -> None:
        for topic, of in subscriber.channels:
            others = self._topics.get(topic, {}).get(of, set())
            others.discard(subscriber)
            if not others:
                self._topics.get(topic, {}).pop(of, None)
        self._turns[id(subscriber) % TURNS].discard(subscriber)
        if self._beating is not None and not any(self._turns):
            self._beating.cancel()
            self._beating = None

    def has_subscribers(self, channel: Channel) -> bool:
        return channel.of in self.subscribed(channel.topic)

    @property
    def is_telling(self) -> bool:
        """Whether something is still on its way to who listens."""
        return self._delivering is not None

    def subscribed(self, topic: str) -> Collection[int]:
        """Of whom somebody listens to this."""
        return self._topics.get(topic, {}).keys()

    def publish(self, kind: str, identifier: int, channels: Iterable[Channel], event: Event | None = None) -> None:
        message = ChannelMessage(kind, identifier, event)
        groups: dict[Broadcaster, list[Subscriber]] = {}
        for topic, of in channels:
            for one in self._topics.get(topic, {}).get(of, ()):
                groups.setdefault(one.broadcaster, []).append(one)
        for broadcaster, group in groups.items():
            self._enqueue(broadcaster, message, group)

    def disconnect(self, channel: Channel) -> None:
        """Lets go who listens there."""
        for subscriber in list(self._topics.get(channel.topic, {}).get(channel.of, ())):
            self._disconnect(subscriber)

    def close(self) -> None:
        """Lets every listener go: the server stops."""
        for subscriber in [one for turn in self._turns for one in turn]:
            self._disconnect(subscriber)

    def _disconnect(self, subscriber: Subscriber) -> None:
        self.unsubscribe(subscriber)
        subscriber.end()

    def _enqueue(self, broadcaster: Broadcaster, message: ChannelMessage, subscribers: list[Subscriber]) -> None:
        for one in subscribers:
            one.behind += 1
            if one.behind > LONGEST_QUEUE:
                self._disconnect(one)
        self._messages.append((broadcaster, message, subscribers))
        if self._delivering is None:
            self._delivering = _background(self._deliver())

    async def _deliver(self) -> None:
        try:
            while self._messages:
                broadcaster, message, subscribers = self._messages.popleft()
                for start in range(0, len(subscribers), AT_ONCE):
                    await self._deliver_to(broadcaster, message, subscribers[start : start + AT_ONCE])
                    await asyncio.sleep(0)
        finally:
            self._delivering = None

    async def _deliver_to(self, broadcaster: Broadcaster, message: ChannelMessage, subscribers: list[Subscriber]) -> None:
        try:
            await _tell_when_possible(broadcaster, message, subscribers)
        except Exception:
            logger.exception("%s could not be told", message)
            for one in subscribers:
                self._disconnect(one)
        for one in subscribers:
            one.behind -= 1

    async def _heartbeats(self) -> None:
        while True:
            for turn in self._turns:
                await asyncio.sleep(HEARTBEAT / TURNS)
                for one in list(turn):
                    await self._heartbeat_for(one)

    async def _heartbeat_for(self, subscriber: Subscriber) -> None:
        try:
            await subscriber.heartbeat()
        except Unavailable:
            pass  # it is there; what it wants to look up can wait for the next beat
        except Exception:
            logger.exception("a listener could not be kept")
            self._disconnect(subscriber)


async def _tell_when_possible(broadcaster: Broadcaster, message: ChannelMessage, subscribers: list[Subscriber]) -> None:
    """Whoever listens hears late, rather than never, what happened just before the database went away."""
    while True:
        try:
            await broadcaster.broadcast(message, subscribers)
        except Unavailable:
            await asyncio.sleep(TRY_AGAIN)
        else:
            return


def _background(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Apart from the request in which it happens to begin."""
    return asyncio.create_task(work, context=Context())
