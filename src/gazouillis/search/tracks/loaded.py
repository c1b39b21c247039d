"""The tracks in the memory of the worker: read in slices when it starts, then kept up to date by events.

Two workers on one database take turns. Each then reads in the log what the other has done with the tracks (`follow`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.log_tail import Position
from gazouillis.infra.database.transactions import Database, Reader, Tx
from gazouillis.infra.event_log import log
from gazouillis.infra.site import Site
from gazouillis.search.tracks import places, queries
from gazouillis.search.tracks.events import TrackAdded, TrackRemoved
from gazouillis.search.tracks.matcher import Matcher
from gazouillis.text import inflections

AT_ONCE = 500
"""Tracks that are read in one turn of the worker: 20 ms of work. A million takes a minute, in which other reactions go on."""
UNINTERRUPTED = 100
"""Tracks that are parsed before requests are answered."""


class LoadedTracks:
    def __init__(self) -> None:
        self.matcher = Matcher()
        self.is_ready = False
        """Whether all tracks are read. Until then, what has to be matched waits in the job queue."""
        self._grown: set[int] = set()
        """Tracks that have had hits since the last sweep (`sweep.py`)."""
        self._history: int | None = None
        """The history of the database from which they are read; None: not yet."""
        self._last = 0
        """The id of the last track that was read."""
        self._position = Position()
        """Up to where in the event log the changes of tracks are in the matcher."""

    async def prepare(self, db: Database) -> None:
        """To be awaited before events are handled, outside transactions. Reads some of the tracks, as long as there are more.

        Those that are added meanwhile come by their event too, which changes nothing when it comes twice.
        """
        if self._history != db.history:
            async with db.read() as reader:
                self._position = await log.read_cursor(reader, log.WORKER)
            self.matcher, self._last, self.is_ready, self._history = Matcher(), 0, False, db.history
        if not self.is_ready:
            await self._read_some(db)
        if self.matcher.runs.is_outgrown:
            await self.matcher.runs.rebuild()

    async def follow(self, reader: Reader, position: Position) -> None:
        """Applies what another worker has handled up to this position. Nothing, as long as there is no other worker."""
        while self._position < position:
            logged = [one for one in await log.after(reader, self._position, AT_ONCE) if one.position <= position]
            for one in logged:
                self.apply(one.event)
            self._position = logged[-1].position if len(logged) == AT_ONCE else position

    def note_hits(self, track_ids: Iterable[int]) -> None:
        self._grown.update(track_ids)

    def take_grown(self) -> list[int]:
        """The tracks that have had hits since the last call."""
        grown, self._grown = sorted(self._grown), set()
        return grown

    def reached(self, position: Position) -> None:
        """The worker of this process has handled the events up to here itself."""
        self._position = position

    def apply(self, event: Event) -> None:
        """Other events than those of tracks change nothing."""
        if isinstance(event, TrackAdded | TrackRemoved) and (query := places.parse_kept(event.query, event.language)):
            change = self.matcher.add if isinstance(event, TrackAdded) else self.matcher.remove
            change(event.track_id, query)

    async def _read_some(self, db: Database) -> None:
        async with db.read() as reader:
            rows = await queries.after(reader, self._last, AT_ONCE)
        if not self._last:
            await load_words()
        for place, row in enumerate(rows, 1):
            if query := places.parse_kept(row.query, row.language):
                self.matcher.add(row.id, query)
            if place % UNINTERRUPTED == 0:
                await asyncio.sleep(0)
        self._last = rows[-1].id if rows else self._last
        self.is_ready = len(rows) < AT_ONCE


async def load_words() -> None:
    """To be awaited before a query is read, outside transactions: the first time it takes a second, in a thread."""
    await asyncio.to_thread(inflections.load)


async def on_track_added(site: Site, _tx: Tx, events: Sequence[TrackAdded]) -> None:
    for one in events:
        site.the(LoadedTracks).apply(one)


async def on_track_removed(site: Site, _tx: Tx, events: Sequence[TrackRemoved]) -> None:
    for one in events:
        site.the(LoadedTracks).apply(one)
