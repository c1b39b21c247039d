"""The event log tail of one process: reads every event committed since the process started, whichever process wrote it.

For each event it first invalidates the caches of this process (`reactions.INVALIDATE`), then runs `reactions.IN_EVERY_PROCESS`, which
updates home timelines and streams. The database calls `before_read` at the start of each read, so a cached value is never staler than the
database.
"""

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
from gazouillis.reactions import IN_EVERY_PROCESS, INVALIDATE, name_of
from gazouillis.timelines.home import Homes

logger = logging.getLogger(__name__)

BATCH = 200
"""Events read at once."""


class Tail:
    pause = 0
    """Seconds between two batches. None: streams get their messages at once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._position = Position()
        self._last: LoggedEvent | None = None
        """The event at that position."""
        self._arrivals = log.Arrivals()
        self._cache = ProcessCache()
        self._follow_lock = asyncio.Lock()
        self._is_behind = False
        """Whether events may be left that no later read would ask for: the last reader of the log did not get to its end."""
        self._arrivals_history = self._log_history = site.db.history
        """The history of the database in which arrivals, and the log in order, were read last: see `Database.history`."""
        self._restart_lock = asyncio.Lock()

    async def start(self) -> None:
        """Starts at the end of the log. From then on this process caches what it reads."""
        async with self._site.db.read() as reader:
            await self._go_to_tip(reader)
            await self._arrivals.start(reader)
        self._arrivals_history = self._log_history = self._site.db.history
        self._site.db.cache, self._site.db.before_read = self._cache, self.before_read

    def stop(self) -> None:
        self._site.db.cache = self._site.db.before_read = None
        self._cache.clear()

    async def before_read(self, reader: Reader) -> None:
        """Called by the database before each read: handles the events committed until now.

        On SQLite the log is followed in order to its end. On PostgreSQL older transactions may still run, so only the caches are
        invalidated here, in whatever order events arrive; `catch_up` follows the log in order afterwards.
        """
        if self._arrivals_history != self._site.db.history:
            await self._restart_arrivals(reader)
        if not reader.has_followed_log:
            self._invalidate(await self._arrivals.new(reader))
        elif self._follow_lock.locked():
            self._is_behind = True
        else:
            while await self._follow(reader) and self._is_behind:
                pass

    async def catch_up(self) -> bool:
        """Handles one batch; returns whether there was anything new. On SQLite, opening the reader has already followed the log."""
        async with self._site.db.read() as reader:
            return (self._is_behind or not reader.has_followed_log) and await self._follow(reader)

    async def _restart_arrivals(self, reader: Reader) -> None:
        async with self._restart_lock:
            history = self._site.db.history
            if self._arrivals_history != history:
                await self._arrivals.start(reader)
                self._cache.clear()
                self._arrivals_history = history

    async def _find_position(self, reader: Reader) -> None:
        """After the database was away: goes on from the last event if the log still has it; else from the end, and reloads homes."""
        history = self._site.db.history
        if not await self._has_last_event(reader):
            await self._go_to_tip(reader)
            self._site.the(Homes).clear()
        self._log_history = history

    async def _has_last_event(self, reader: Reader) -> bool:
        if self._last is not None:
            return await log.still_contains(reader, self._last)
        return self._position <= await log.tip(reader)

    async def _go_to_tip(self, reader: Reader) -> None:
        self._position, self._last = await log.tip(reader), None

    async def _follow(self, reader: Reader) -> bool:
        """Handles one batch at most; returns whether there was anything."""
        async with self._follow_lock:
            if self._log_history != self._site.db.history:
                await self._find_position(reader)
            read, self._is_behind = log.after if self._is_behind else log.next_events, False
            try:
                logged = await read(reader, self._position, BATCH)
                self._invalidate(one.event for one in logged)
                for one in logged:
                    await self._react(one)
                    self._position, self._last = one.position, one
            except BaseException:
                self._is_behind = True
                raise
            self._is_behind |= len(logged) == BATCH
            return bool(logged)

    def _invalidate(self, events: Iterable[Event]) -> None:
        for event in events:
            for invalidate in INVALIDATE.get(type(event), ()):
                invalidate(self._cache, event)

    async def _react(self, logged: LoggedEvent) -> None:
        for reaction in IN_EVERY_PROCESS.get(type(logged.event), ()):
            try:
                await reaction(self._site, logged.event)
            except Unavailable:  # the event is read again when the database is back
                raise
            except Exception:
                logger.exception("%s failed on %s", name_of(reaction), logged.event)
