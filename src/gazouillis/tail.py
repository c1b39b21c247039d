"""Tells this process what happened since it started, whoever did it: what it remembers and no longer holds, who listens here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from gazouillis.infra import log
from gazouillis.infra.database import Reader
from gazouillis.infra.events import Event
from gazouillis.infra.memory import Memory
from gazouillis.infra.recent import Position, Recorded
from gazouillis.infra.site import Site
from gazouillis.reactions import EVERYWHERE, FORGET, name_of

logger = logging.getLogger(__name__)

BATCH = 200


class Tail:
    rest = 0
    """Seconds before it goes on: whoever listens is told at once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._position = Position()
        self._arrivals = log.Arrivals()
        self._memory = Memory()
        self._one_at_a_time = asyncio.Lock()
        self._is_behind = False
        """Whether there may be news that no reader will be told of: whoever followed did not get to the end."""

    async def start(self) -> None:
        """From now on the process remembers what it reads."""
        async with self._site.db.read() as reader:
            self._position = await log.tip(reader)
            await self._arrivals.start(reader)
        self._site.db.memory, self._site.db.hear = self._memory, self.hear

    def stop(self) -> None:
        self._site.db.memory = self._site.db.hear = None
        self._memory.forget_all()

    async def hear(self, reader: Reader) -> None:
        """Before somebody reads: what was committed until now. Where it cannot be followed in order yet, only what to forget."""
        if not reader.hears_in_order:
            self._forget(await self._arrivals.new(reader))
        elif self._one_at_a_time.locked():
            self._is_behind = True
        else:
            while await self._follow(reader) and self._is_behind:
                pass

    async def catch_up(self) -> bool:
        """Whether there was anything new. Where one hears in order, to begin to read was to follow."""
        async with self._site.db.read() as reader:
            return (self._is_behind or not reader.hears_in_order) and await self._follow(reader)

    async def _follow(self, reader: Reader) -> bool:
        """A batch at most; whether there was anything."""
        async with self._one_at_a_time:
            read, self._is_behind = log.after if self._is_behind else log.news, False
            try:
                news = await read(reader, self._position, BATCH)
                self._forget(one.event for one in news)
                for one in news:
                    await self._react(one)
                    self._position = one.position
            except BaseException:
                self._is_behind = True
                raise
            self._is_behind |= len(news) == BATCH
            return bool(news)

    def _forget(self, happened: Iterable[Event]) -> None:
        for event in happened:
            for forget in FORGET.get(type(event), ()):
                forget(self._memory, event)

    async def _react(self, recorded: Recorded) -> None:
        for reaction in EVERYWHERE.get(type(recorded.event), ()):
            try:
                await reaction(self._site, recorded.event)
            except Exception:
                logger.exception("%s failed on %s", name_of(reaction), recorded.event)
