"""Pub/sub inside one process: channels, subscribers, and messages that carry ids only. There is no history.

Each process follows the event log and publishes to its own subscribers, so processes exchange nothing but the log. The cost of a
message grows with its subscribers, not with the accounts it could concern. All subscribers of one door receive a message together,
through the door's `Broadcaster`, which renders it once. Messages are delivered one after the other, so every subscriber sees their order.
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
"""Seconds between two heartbeats of one subscriber: writing to a dead connection reveals that it is dead."""

HEARTBEAT_GROUPS = 15
"""Subscribers are divided into so many groups, whose heartbeats are spread over `HEARTBEAT`: all at once would block the event loop."""

AT_ONCE = 250
"""Subscribers that receive a message before the event loop may serve requests."""

TRY_AGAIN = 0.5
"""Seconds between two attempts to deliver a message while the database is unavailable."""

LONGEST_QUEUE = 500
"""A subscriber with more undelivered messages is disconnected. Its client reconnects and reads the timeline."""


class Channel(NamedTuple):
    """A topic, and the id of whom it belongs to (an account, a list…); 0 when it is for everybody."""

    topic: str
    owner: int = 0


class ChannelMessage(msgspec.Struct, frozen=True):
    """`kind` is the event name of Mastodon's streaming API: update, delete, status.update, notification, conversation."""

    kind: str
    id: int
    event: Event | None = None
    """The event that caused the message, where it holds facts that the database no longer has (a deleted status)."""


class Broadcaster(Protocol):
    """Renders messages for the subscribers of one door (the API's streams, open pages) and writes them to all of them at once."""

    async def broadcast(self, message: ChannelMessage, subscribers: Sequence[Any]) -> None: ...


class Subscriber(ABC):
    """One open connection, subscribed to some channels."""

    __slots__ = ("broadcaster", "channels", "pending")

    def __init__(self, broadcaster: Broadcaster, channels: Iterable[Channel]) -> None:
        self.broadcaster = broadcaster
        self.channels = tuple(channels)
        self.pending = 0
        """Messages queued for it and not yet delivered."""

    async def heartbeat(self) -> None:  # noqa: B027 (a subscriber without a connection needs none)
        """Writes something that the client ignores, so that a dead connection is noticed."""

    @abstractmethod
    def end(self) -> None:
        """Called when it has been disconnected: it receives no more messages, and closes its connection."""


class PubSub:
    """The channels of this process and who is subscribed to them."""

    def __init__(self) -> None:
        self._topics: dict[str, dict[int, set[Subscriber]]] = {}
        self._messages: deque[tuple[Broadcaster, ChannelMessage, list[Subscriber]]] = deque()
        self._delivering: asyncio.Task[None] | None = None
        self._heartbeat_groups: tuple[set[Subscriber], ...] = tuple(set() for _ in range(HEARTBEAT_GROUPS))
        self._heartbeats: asyncio.Task[None] | None = None

    def subscribe(self, subscriber: Subscriber) -> None:
        for topic, owner in subscriber.channels:
            self._topics.setdefault(topic, {}).setdefault(owner, set()).add(subscriber)
        self._heartbeat_groups[id(subscriber) % HEARTBEAT_GROUPS].add(subscriber)
        if self._heartbeats is None:
            self._heartbeats = _background(self._send_heartbeats())

    def unsubscribe(self, subscriber: Subscriber) -> None:
        for topic, owner in subscriber.channels:
            others = self._topics.get(topic, {}).get(owner, set())
            others.discard(subscriber)
            if not others:
                self._topics.get(topic, {}).pop(owner, None)
        self._heartbeat_groups[id(subscriber) % HEARTBEAT_GROUPS].discard(subscriber)
        if self._heartbeats is not None and not any(self._heartbeat_groups):
            self._heartbeats.cancel()
            self._heartbeats = None

    def has_subscribers(self, channel: Channel) -> bool:
        return channel.owner in self.subscribed(channel.topic)

    @property
    def is_delivering(self) -> bool:
        """Whether messages are still on their way to subscribers."""
        return self._delivering is not None

    def subscribed(self, topic: str) -> Collection[int]:
        """The owners whose channel of this topic has subscribers."""
        return self._topics.get(topic, {}).keys()

    def publish(self, kind: str, identifier: int, channels: Iterable[Channel], event: Event | None = None) -> None:
        """Queues one message for the subscribers of these channels. Returns at once; delivery happens in a background task."""
        message = ChannelMessage(kind, identifier, event)
        groups: dict[Broadcaster, list[Subscriber]] = {}
        for topic, owner in channels:
            for one in self._topics.get(topic, {}).get(owner, ()):
                groups.setdefault(one.broadcaster, []).append(one)
        for broadcaster, group in groups.items():
            self._enqueue(broadcaster, message, group)

    def disconnect(self, channel: Channel) -> None:
        """Disconnects all subscribers of this channel."""
        for subscriber in list(self._topics.get(channel.topic, {}).get(channel.owner, ())):
            self._disconnect(subscriber)

    def close(self) -> None:
        """Disconnects every subscriber. Called when the server stops."""
        for subscriber in [one for group in self._heartbeat_groups for one in group]:
            self._disconnect(subscriber)

    def _disconnect(self, subscriber: Subscriber) -> None:
        self.unsubscribe(subscriber)
        subscriber.end()

    def _enqueue(self, broadcaster: Broadcaster, message: ChannelMessage, subscribers: list[Subscriber]) -> None:
        for one in subscribers:
            one.pending += 1
            if one.pending > LONGEST_QUEUE:
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
            await _broadcast_when_available(broadcaster, message, subscribers)
        except Exception:
            logger.exception("the message %s could not be delivered: its subscribers are disconnected", message)
            for one in subscribers:
                self._disconnect(one)
        for one in subscribers:
            one.pending -= 1

    async def _send_heartbeats(self) -> None:
        while True:
            for group in self._heartbeat_groups:
                await asyncio.sleep(HEARTBEAT / HEARTBEAT_GROUPS)
                for one in list(group):
                    await self._heartbeat_for(one)

    async def _heartbeat_for(self, subscriber: Subscriber) -> None:
        try:
            await subscriber.heartbeat()
        except Unavailable:
            pass  # the connection works; what its heartbeat reads from the database can wait for the next one
        except Exception:
            logger.exception("the heartbeat of a subscriber failed: it is disconnected")
            self._disconnect(subscriber)


async def _broadcast_when_available(broadcaster: Broadcaster, message: ChannelMessage, subscribers: list[Subscriber]) -> None:
    """While the database is unavailable the message waits: late is better than never."""
    while True:
        try:
            await broadcaster.broadcast(message, subscribers)
        except Unavailable:
            await asyncio.sleep(TRY_AGAIN)
        else:
            return


def _background(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """With an empty context: the task must not inherit the context variables of the request that happens to start it."""
    return asyncio.create_task(work, context=Context())
