"""The worker and the other background loops, which follow the event log.

`Worker` runs what must happen once for all processes: reactions in a transaction, the job queue, and the sweeps that delete old events,
keys and files (retention). `SlowJobs` (`job_runner.py`) runs the jobs that take long. `Tail` (`tail.py`) runs what each process does for
itself. `Loops` runs all of them until the server stops.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import groupby

from gazouillis.accounts import applicants, pictures
from gazouillis.encounters.shelf import remove as shelf
from gazouillis.erasure import erase_batch
from gazouillis.graph import mute
from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.log_redaction import described
from gazouillis.infra.basics.log_tail import LoggedEvent, Position
from gazouillis.infra.database.transactions import Tx
from gazouillis.infra.event_log import job_queue, log
from gazouillis.infra.site import Site
from gazouillis.job_runner import JobRunner, SlowJobs
from gazouillis.media import remove as media
from gazouillis.places import announce as stays
from gazouillis.places.meetings import plan as meetings
from gazouillis.publish_scheduled import publish_scheduled
from gazouillis.reactions import (
    AS_JOBS,
    AS_SLOW_JOBS,
    IN_BATCHES,
    IN_TRANSACTION,
    NEEDING_TRACKS,
    WITH_SITE,
    InBatch,
    InTransaction,
    WithSite,
    name_of,
)
from gazouillis.search.tracks import digest
from gazouillis.search.tracks import sweep as tracks
from gazouillis.search.tracks.loaded import LoadedTracks
from gazouillis.statuses import announce_polls, idempotency
from gazouillis.tail import Tail

logger = logging.getLogger(__name__)

BATCH = 100
"""Events handled at once. It takes a few milliseconds, during which no request is answered."""
PAUSE = 0.03
"""Seconds between two batches that were not full. Events that arrive meanwhile share a batch: a tenth less CPU per post when many write."""
JOBS_AT_ONCE = 20
POLL_INTERVAL = 0.25
"""Seconds between two polls for events that other processes wrote."""
RECONNECT_INTERVAL = 0.5
"""Seconds between two attempts while the database is away. The database logs that itself."""
BACK_OFF = (1.0, 60.0)
"""Seconds until the log is followed again after a fault: at first, and at most. The wait doubles as long as it fails."""
CLEAN_UP_EVERY = timedelta(seconds=30)
SWEEP_EVERY = timedelta(hours=1)
SEND_DIGESTS_EVERY = timedelta(minutes=30)
"""Some time zones are half an hour apart. It looks through all tracks."""
END_MUTES_EVERY = timedelta(seconds=1)
DO_WHAT_IS_DUE_EVERY = timedelta(seconds=1)
ERASE_EVERY = timedelta(seconds=1)
"""How often the worker looks for accounts to delete. It deletes one batch after the other while there is one."""

_NEEDING_TRACKS = [name_of(one) for one in NEEDING_TRACKS]


def _one_by_one(reaction: InTransaction) -> InBatch:
    async def react(tx: Tx, events: Sequence[Event]) -> None:
        for event in events:
            await reaction(tx, event)

    return react


def _with_site(site: Site, reaction: WithSite) -> InBatch:
    """The reaction. If it needs the tracks, and they are still being read, it becomes a job."""
    if reaction not in NEEDING_TRACKS:
        return partial(reaction, site)

    async def react(tx: Tx, events: Sequence[Event]) -> None:
        if site.the(LoadedTracks).is_ready:
            await reaction(site, tx, events)
            return
        for event in events:
            await job_queue.put(tx, name_of(reaction), event)

    return react


def _by_kind(site: Site) -> dict[type[Event], dict[str, InBatch]]:
    """By type of event, the reactions of the worker's own transaction, by name."""
    return {
        kind: {name_of(one): one for one in IN_BATCHES.get(kind, ())}
        | {name_of(one): _one_by_one(one) for one in IN_TRANSACTION.get(kind, ())}
        | {name_of(one): _with_site(site, one) for one in WITH_SITE.get(kind, ())}
        for kind in {*IN_BATCHES, *IN_TRANSACTION, *WITH_SITE}
    }


class Worker:
    """Reads the log from the cursor named `worker`, runs reactions, and works through the job queue."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._position = Position()
        """The cursor as this worker last moved it."""
        self._history = site.db.history
        self._by_kind = _by_kind(site)
        self._in_transaction = {name: one for group in self._by_kind.values() for name, one in group.items()}
        self._jobs = JobRunner(site, self._in_transaction, at_once=JOBS_AT_ONCE)
        self._cleaned_up_at = site.db.clock()
        self._swept_at = self._cleaned_up_at - SWEEP_EVERY
        self._sent_digests_at = self._cleaned_up_at
        self._looked_at_mutes_at = self._looked_at_due_at = self._looked_for_deletions_at = self._cleaned_up_at
        self.pause = 0.0
        """Seconds to wait before the next `catch_up`."""

    async def catch_up(self) -> bool:
        """Handles one batch of events, then one batch of due jobs. Returns whether there was anything to do."""
        self.pause = PAUSE
        if self._history != self._site.db.history:  # a restored database may have an older cursor
            self._history, self._position = self._site.db.history, Position()
        await self._jobs.record_waiting_outcomes()
        await self._tracks.prepare(self._site.db)
        self._jobs.held_back = () if self._tracks.is_ready else _NEEDING_TRACKS
        has_read = await self._read_log()
        has_worked = await self._jobs.run_due_jobs()
        if has_worked or not self._tracks.is_ready:
            self.pause = 0
        has_erased = await self._delete_accounts()
        has_done_what_is_due = await self._do_what_is_due()
        has_cleaned_up = await self._clean_up()
        return has_read or has_worked or has_erased or has_done_what_is_due or has_cleaned_up or not self._tracks.is_ready

    @property
    def _tracks(self) -> LoadedTracks:
        return self._site.the(LoadedTracks)

    async def _read_log(self) -> bool:
        async with self._site.db.read() as reader:
            if not await log.next_events(reader, self._position, 1):
                return False
        async with self._site.db.long_write() as tx:
            position = await log.lock_cursor(tx, log.WORKER)
            await self._tracks.follow(tx, position)
            logged = await log.next_events(tx, position, BATCH)
            if len(logged) == BATCH:
                self.pause = 0
            position = await self._apply(tx, logged, position)
            if tx.has_events and self.pause:  # events that the reactions themselves emitted
                position = await self._apply(tx, await log.after(tx, position, BATCH), position)
            await log.move_cursor(tx, log.WORKER, position)
        self._position = position
        self._tracks.reached(position)
        return True

    async def _apply(self, tx: Tx, logged: Sequence[LoggedEvent], position: Position) -> Position:
        """Runs the reactions; returns the position after these events."""
        if not logged:
            return position
        events = [one.event for one in logged]
        waiting = await job_queue.waiting(tx, list(self._in_transaction))
        if waiting or not await self._apply_in_batches(tx, events):
            for event in events:
                await self._apply_alone(tx, event, waiting)
        return logged[-1].position

    async def _apply_in_batches(self, tx: Tx, events: Sequence[Event]) -> bool:
        """All in one savepoint. Returns False, with the savepoint rolled back, when a reaction fails."""
        known = [one for one in events if type(one) in self._by_kind or type(one) in AS_JOBS or type(one) in AS_SLOW_JOBS]
        try:
            async with tx.savepoint():
                for kind, consecutive in groupby(known, type):
                    batch = list(consecutive)
                    for reaction in self._by_kind.get(kind, {}).values():
                        await reaction(tx, batch)
                    await self._queue_jobs(tx, batch)
        except Unavailable:
            raise
        except Exception:
            logger.info("a reaction failed in a batch: its events are handled one by one", exc_info=True)
            return False
        return True

    async def _apply_alone(self, tx: Tx, event: Event, waiting: set[tuple[str, str]]) -> None:
        """A reaction that fails becomes a job. Others go on; only the same reaction to later events with the same key waits for it."""
        for name, reaction in self._by_kind.get(type(event), {}).items():
            if event.key and (name, event.key) in waiting:
                await job_queue.put(tx, name, event)
                continue
            try:
                async with tx.savepoint():
                    await reaction(tx, [event])
            except Unavailable:
                raise
            except Exception as fault:
                logger.exception("%s failed on %s", name, event)
                waiting.add((name, event.key))
                await job_queue.put(tx, name, event, delay=job_queue.FIRST_RETRY, fault=described(fault))
        await self._queue_jobs(tx, [event])

    async def _queue_jobs(self, tx: Tx, events: Sequence[Event]) -> None:
        for event in events:
            for reaction in (*AS_JOBS.get(type(event), ()), *AS_SLOW_JOBS.get(type(event), ())):
                await job_queue.put(tx, name_of(reaction), event)

    async def _delete_accounts(self) -> bool:
        now = self._site.db.clock()
        if now - self._looked_for_deletions_at < ERASE_EVERY:
            return False
        has_erased = await erase_batch(self._site)
        if not has_erased:
            self._looked_for_deletions_at = now
        return has_erased

    async def _end_mutes(self) -> None:
        """Emits the event for mutes that have expired. Reads compare the time themselves, but home timelines are rebuilt by the event."""
        now = self._site.db.clock()
        if now - self._looked_at_mutes_at < END_MUTES_EVERY:
            return
        self._looked_at_mutes_at = now
        async with self._site.db.read() as reader:
            if not await mute.has_expired(reader):
                return
        async with self._site.db.long_write() as tx:
            await mute.end_expired(tx)

    async def _do_what_is_due(self) -> bool:
        """Whether there were polls to announce, or statuses to publish. Reads of polls compare the time themselves: this notifies, and
        updates open pages and streams.
        """
        now = self._site.db.clock()
        if now - self._looked_at_due_at < DO_WHAT_IS_DUE_EVERY:
            return False
        self._looked_at_due_at = now
        has_published = await publish_scheduled(self._site)
        return await announce_polls.announce_ended(self._site) or has_published

    async def _announce_applicants(self) -> bool:
        """Tells the moderators of those who came too soon after the last e-mail. Returns whether there were any."""
        async with self._site.db.read() as reader:
            if not await applicants.is_announcement_due(reader):
                return False
        async with self._site.db.long_write() as tx:
            await applicants.announce(tx)
        return True

    async def _clean_up(self) -> bool:
        """Returns whether it emitted events that have consequences."""
        await self._end_mutes()
        now = self._site.db.clock()
        if now - self._cleaned_up_at < CLEAN_UP_EVERY:
            return False
        async with self._site.db.long_write() as tx:
            has_more = await log.delete_old(tx, log.WORKER)
        if has_more:
            return False
        self._cleaned_up_at = now
        has_announced = await self._announce_applicants()
        if now - self._sent_digests_at >= SEND_DIGESTS_EVERY:
            self._sent_digests_at = now
            await digest.send_digests(self._site)
        if now - self._swept_at >= SWEEP_EVERY:
            self._swept_at = now
            await pictures.sweep(self._site)
            await idempotency.sweep(self._site)
            await media.sweep(self._site)
            await tracks.sweep(self._site)
            await stays.sweep(self._site)
            await shelf.sweep(self._site)
            await meetings.sweep(self._site)
        return has_announced


class Loops:
    """Runs the tail, and the worker if asked for. They wake at once after a commit here, and within `POLL_INTERVAL` after one elsewhere."""

    def __init__(self, site: Site, *, has_worker: bool = True) -> None:
        self._site = site
        self._tail = Tail(site)
        self._followers: list[Tail | Worker | SlowJobs] = [self._tail]
        if has_worker:
            self._followers += [Worker(site), SlowJobs(site)]
        self._wakes = [asyncio.Event() for _ in self._followers]
        self._tasks: list[asyncio.Task[None]] = []

    async def start_tail(self) -> None:
        """Starts the tail without the loops, for tests that call `run_until_idle` instead."""
        await self._tail.start()

    async def start(self) -> None:
        await self.start_tail()
        self._site.db.on_events = self._wake
        self._tasks = [asyncio.create_task(self._loop(one, wake)) for one, wake in zip(self._followers, self._wakes, strict=True)]

    async def stop(self) -> None:
        self._site.db.on_events = lambda: None
        self._tail.stop()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    async def run_until_idle(self) -> None:
        """Handles events and jobs until there is nothing left to do."""
        while [True for one in self._followers if await one.catch_up()] or await self._is_held_back():
            pass

    async def _is_held_back(self) -> bool:
        async with self._site.db.read() as reader:
            return await log.is_held_back(reader)

    def _wake(self) -> None:
        for wake in self._wakes:
            wake.set()

    async def _loop(self, follower: Tail | Worker | SlowJobs, wake: asyncio.Event) -> None:
        back_off = BACK_OFF[0]
        while True:
            wake.clear()
            try:
                while await follower.catch_up():  # noqa: ASYNC110 (not only a wait: requests pass between two batches)
                    await asyncio.sleep(follower.pause)
                back_off = BACK_OFF[0]
            except Unavailable:
                await asyncio.sleep(RECONNECT_INTERVAL)
                continue
            except Exception:
                logger.exception("the event log could not be followed; next attempt in %d s", back_off)
                await asyncio.sleep(back_off)
                back_off = min(back_off * 2, BACK_OFF[1])
            # Not `wait_for`, which up to Python 3.11 loses a cancellation that comes together with the wake.
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_INTERVAL):
                    await wake.wait()
