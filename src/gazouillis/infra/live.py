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

from gazouillis.infra.errors import Unavailable
from gazouillis.infra.events import Event

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


class News(msgspec.Struct, frozen=True):
    """`kind` is Mastodon's word for it: update, delete, status.update, notification."""

    kind: str
    id: int
    event: Event | None = None
    """What happened, where that says what can no longer be asked of the database."""


class Voice(Protocol):
    """How a door tells its listeners, many at once."""

    async def tell(self, news: News, listeners: Sequence[Any]) -> None: ...


class Listener(ABC):
    __slots__ = ("behind", "channels", "voice")

    def __init__(self, voice: Voice, channels: Iterable[Channel]) -> None:
        self.voice = voice
        self.channels = tuple(channels)
        self.behind = 0
        """How much is announced to it and not told yet."""

    async def beat(self) -> None:  # noqa: B027 (who listens without a connection has none to keep)
        """A sign of life."""

    @abstractmethod
    def end(self) -> None:
        """Nothing more will come."""


class Live:
    def __init__(self) -> None:
        self._topics: dict[str, dict[int, set[Listener]]] = {}
        self._news: deque[tuple[Voice, News, list[Listener]]] = deque()
        self._telling: asyncio.Task[None] | None = None
        self._turns: tuple[set[Listener], ...] = tuple(set() for _ in range(TURNS))
        self._beating: asyncio.Task[None] | None = None

    def listen(self, listener: Listener) -> None:
        for topic, of in listener.channels:
            self._topics.setdefault(topic, {}).setdefault(of, set()).add(listener)
        self._turns[id(listener) % TURNS].add(listener)
        if self._beating is None:
            self._beating = _aside(self._beat())

    def leave(self, listener: Listener) -> None:
        for topic, of in listener.channels:
            others = self._topics.get(topic, {}).get(of, set())
            others.discard(listener)
            if not others:
                self._topics.get(topic, {}).pop(of, None)
        self._turns[id(listener) % TURNS].discard(listener)
        if self._beating is not None and not any(self._turns):
            self._beating.cancel()
            self._beating = None

    def has_listeners(self, channel: Channel) -> bool:
        return channel.of in self.heard(channel.topic)

    @property
    def is_telling(self) -> bool:
        """Whether something is still on its way to who listens."""
        return self._telling is not None

    def heard(self, topic: str) -> Collection[int]:
        """Of whom somebody listens to this."""
        return self._topics.get(topic, {}).keys()

    def tell(self, kind: str, identifier: int, channels: Iterable[Channel], event: Event | None = None) -> None:
        news = News(kind, identifier, event)
        groups: dict[Voice, list[Listener]] = {}
        for topic, of in channels:
            for one in self._topics.get(topic, {}).get(of, ()):
                groups.setdefault(one.voice, []).append(one)
        for voice, group in groups.items():
            self._announce(voice, news, group)

    def dismiss(self, channel: Channel) -> None:
        """Lets go who listens there."""
        for listener in list(self._topics.get(channel.topic, {}).get(channel.of, ())):
            self._let_go(listener)

    def close(self) -> None:
        """Lets every listener go: the server stops."""
        for listener in [one for turn in self._turns for one in turn]:
            self._let_go(listener)

    def _let_go(self, listener: Listener) -> None:
        self.leave(listener)
        listener.end()

    def _announce(self, voice: Voice, news: News, listeners: list[Listener]) -> None:
        for one in listeners:
            one.behind += 1
            if one.behind > LONGEST_QUEUE:
                self._let_go(one)
        self._news.append((voice, news, listeners))
        if self._telling is None:
            self._telling = _aside(self._tell())

    async def _tell(self) -> None:
        try:
            while self._news:
                voice, news, listeners = self._news.popleft()
                for start in range(0, len(listeners), AT_ONCE):
                    await self._tell_some(voice, news, listeners[start : start + AT_ONCE])
                    await asyncio.sleep(0)
        finally:
            self._telling = None

    async def _tell_some(self, voice: Voice, news: News, listeners: list[Listener]) -> None:
        try:
            await _tell_when_possible(voice, news, listeners)
        except Exception:
            logger.exception("%s could not be told", news)
            for one in listeners:
                self._let_go(one)
        for one in listeners:
            one.behind -= 1

    async def _beat(self) -> None:
        while True:
            for turn in self._turns:
                await asyncio.sleep(HEARTBEAT / TURNS)
                for one in list(turn):
                    await self._beat_for(one)

    async def _beat_for(self, listener: Listener) -> None:
        try:
            await listener.beat()
        except Unavailable:
            pass  # it is there; what it wants to look up can wait for the next beat
        except Exception:
            logger.exception("a listener could not be kept")
            self._let_go(listener)


async def _tell_when_possible(voice: Voice, news: News, listeners: list[Listener]) -> None:
    """Whoever listens hears late, rather than never, what happened just before the database went away."""
    while True:
        try:
            await voice.tell(news, listeners)
        except Unavailable:
            await asyncio.sleep(TRY_AGAIN)
        else:
            return


def _aside(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Apart from the request in which it happens to begin."""
    return asyncio.create_task(work, context=Context())
