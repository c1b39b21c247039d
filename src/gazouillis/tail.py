"""Tells this process what happened since it started, whoever did it: what it remembers and no longer holds, who listens here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.log_tail import LoggedEvent, Position
from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.infra.database.transactions import Reader
from gazouillis.infra.event_log import log
from gazouillis.infra.site import Site
from gazouillis.reactions import EVERYWHERE, INVALIDATE, name_of
from gazouillis.timelines.home import Homes

logger = logging.getLogger(__name__)

BATCH = 200


class Tail:
    rest = 0
    """Seconds before it goes on: whoever listens is told at once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._position = Position()
        self._last: LoggedEvent | None = None
        """What stands there."""
        self._arrivals = log.Arrivals()
        self._cache = ProcessCache()
        self._one_at_a_time = asyncio.Lock()
        self._is_behind = False
        """Whether there may be news that no reader will be told of: whoever followed did not get to the end."""
        self._heard_in = self._followed_in = site.db.history
        self._beginning = asyncio.Lock()

    async def start(self) -> None:
        """From now on the process remembers what it reads."""
        async with self._site.db.read() as reader:
            await self._go_to_tip(reader)
            await self._arrivals.start(reader)
        self._heard_in = self._followed_in = self._site.db.history
        self._site.db.cache, self._site.db.hear = self._cache, self.hear

    def stop(self) -> None:
        self._site.db.cache = self._site.db.hear = None
        self._cache.clear()

    async def hear(self, reader: Reader) -> None:
        """Before somebody reads: what was committed until now. Where it cannot be followed in order yet, only what to forget."""
        if self._heard_in != self._site.db.history:
            await self._begin_afresh(reader)
        if not reader.hears_in_order:
            self._invalidate(await self._arrivals.new(reader))
        elif self._one_at_a_time.locked():
            self._is_behind = True
        else:
            while await self._follow(reader) and self._is_behind:
                pass

    async def catch_up(self) -> bool:
        """Whether there was anything new. Where one hears in order, to begin to read was to follow."""
        async with self._site.db.read() as reader:
            return (self._is_behind or not reader.hears_in_order) and await self._follow(reader)

    async def _begin_afresh(self, reader: Reader) -> None:
        async with self._beginning:
            history = self._site.db.history
            if self._heard_in != history:
                await self._arrivals.start(reader)
                self._cache.clear()
                self._heard_in = history

    async def _find_place(self, reader: Reader) -> None:
        """Nothing is missed where the log goes on from what was read last. Where that is not there any more, homes are read anew."""
        history = self._site.db.history
        if not await self._is_still_there(reader):
            await self._go_to_tip(reader)
            self._site.the(Homes).clear()
        self._followed_in = history

    async def _is_still_there(self, reader: Reader) -> bool:
        if self._last is not None:
            return await log.is_part_of(reader, self._last)
        return self._position <= await log.tip(reader)

    async def _go_to_tip(self, reader: Reader) -> None:
        self._position, self._last = await log.tip(reader), None

    async def _follow(self, reader: Reader) -> bool:
        """A batch at most; whether there was anything."""
        async with self._one_at_a_time:
            if self._followed_in != self._site.db.history:
                await self._find_place(reader)
            read, self._is_behind = log.after if self._is_behind else log.news, False
            try:
                news = await read(reader, self._position, BATCH)
                self._invalidate(one.event for one in news)
                for one in news:
                    await self._react(one)
                    self._position, self._last = one.position, one
            except BaseException:
                self._is_behind = True
                raise
            self._is_behind |= len(news) == BATCH
            return bool(news)

    def _invalidate(self, happened: Iterable[Event]) -> None:
        for event in happened:
            for invalidate in INVALIDATE.get(type(event), ()):
                invalidate(self._cache, event)

    async def _react(self, recorded: LoggedEvent) -> None:
        for reaction in EVERYWHERE.get(type(recorded.event), ()):
            try:
                await reaction(self._site, recorded.event)
            except Unavailable:  # once more, when the database is back
                raise
            except Exception:
                logger.exception("%s failed on %s", name_of(reaction), recorded.event)
