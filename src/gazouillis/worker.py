"""The background loops that follow the event log.

`Worker` runs what must happen once for all processes: reactions in a transaction, the job queue and periodic clean-up. `Tail` (`tail.py`)
runs what each process does for itself. `Loops` runs both until the server stops.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import groupby

from gazouillis.accounts import pictures
from gazouillis.graph import mute
from gazouillis.infra.basics.errors import RemoteFailed, Unavailable
from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.log_redaction import described
from gazouillis.infra.basics.log_tail import LoggedEvent, Position
from gazouillis.infra.database.transactions import Tx
from gazouillis.infra.event_log import job_queue, log
from gazouillis.infra.site import Site
from gazouillis.reactions import AS_JOBS, IN_BATCHES, IN_TRANSACTION, InBatch, InTransaction, Reaction, name_of
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
TIDY_EVERY = timedelta(seconds=30)
SWEEP_EVERY = timedelta(hours=1)
END_MUTES_EVERY = timedelta(seconds=1)


def _one_by_one(reaction: InTransaction) -> InBatch:
    async def react(tx: Tx, events: Sequence[Event]) -> None:
        for event in events:
            await reaction(tx, event)

    return react


_by_kind: dict[type[Event], dict[str, InBatch]] = {
    kind: {name_of(one): one for one in IN_BATCHES.get(kind, ())} | {name_of(one): _one_by_one(one) for one in IN_TRANSACTION.get(kind, ())}
    for kind in (*IN_BATCHES, *IN_TRANSACTION)
}
_in_transaction: dict[str, InBatch] = {name: one for group in _by_kind.values() for name, one in group.items()}
_as_jobs: dict[str, Reaction] = {name_of(one): one for group in AS_JOBS.values() for one in group}


class Worker:
    """Reads the log from the cursor named `worker`, runs reactions, and works through the job queue."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._position = Position()
        """The cursor as this worker last moved it."""
        self._history = site.db.history
        self._unsettled: list[tuple[job_queue.Job, Exception | None]] = []
        """Jobs that ran while the database went away, with their outcome: not yet recorded in the queue."""
        self._tidied_at = site.db.clock()
        self._swept_at = self._tidied_at - SWEEP_EVERY
        self._looked_at_mutes_at = self._tidied_at
        self.pause = 0.0
        """Seconds to wait before the next `catch_up`."""

    async def catch_up(self) -> bool:
        """Handles one batch of events, then one batch of due jobs. Returns whether there was anything to do."""
        self.pause = PAUSE
        if self._history != self._site.db.history:  # a restored database may have an older cursor
            self._history, self._position = self._site.db.history, Position()
        await self._settle_waiting()
        has_read = await self._read_log()
        has_worked = await self._work()
        if has_worked:
            self.pause = 0
        await self._tidy()
        return has_read or has_worked

    async def _read_log(self) -> bool:
        async with self._site.db.read() as reader:
            if not await log.next_events(reader, self._position, 1):
                return False
        async with self._site.db.long_write() as tx:
            position = await log.lock_cursor(tx, log.WORKER)
            logged = await log.next_events(tx, position, BATCH)
            if len(logged) == BATCH:
                self.pause = 0
            position = await self._apply(tx, logged, position)
            if tx.has_events and self.pause:  # events that the reactions themselves emitted
                position = await self._apply(tx, await log.after(tx, position, BATCH), position)
            await log.move_cursor(tx, log.WORKER, position)
        self._position = position
        return True

    async def _apply(self, tx: Tx, logged: Sequence[LoggedEvent], position: Position) -> Position:
        """Runs the reactions; returns the position after these events."""
        if not logged:
            return position
        events = [one.event for one in logged]
        waiting = await job_queue.waiting(tx, list(_in_transaction))
        if waiting or not await self._apply_in_batches(tx, events):
            for event in events:
                await self._apply_alone(tx, event, waiting)
        return logged[-1].position

    async def _apply_in_batches(self, tx: Tx, events: Sequence[Event]) -> bool:
        """All in one savepoint. Returns False, with the savepoint rolled back, when a reaction fails."""
        known = [one for one in events if type(one) in _by_kind or type(one) in AS_JOBS]
        try:
            async with tx.savepoint():
                for kind, consecutive in groupby(known, type):
                    batch = list(consecutive)
                    for reaction in _by_kind.get(kind, {}).values():
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
        for name, reaction in _by_kind.get(type(event), {}).items():
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
            for reaction in AS_JOBS.get(type(event), ()):
                await job_queue.put(tx, name_of(reaction), event)

    async def _work(self) -> bool:
        async with self._site.db.read() as reader:
            if await job_queue.next_run(reader) != 0:
                return False
        async with self._site.db.write() as tx:
            claimed = await job_queue.claim(tx, JOBS_AT_ONCE)
        await asyncio.gather(*(self._run(job) for job in claimed))
        return bool(claimed)

    async def _run(self, job: job_queue.Job) -> None:
        outcome = await self._outcome(job)
        if outcome is None and job.reaction in _in_transaction:
            return  # finished already, in the transaction of the reaction itself
        try:
            await self._settle(job, outcome)
        except Unavailable:
            self._unsettled.append((job, outcome))

    async def _outcome(self, job: job_queue.Job) -> Exception | None:
        """Runs the job; returns the exception it raised, if any."""
        try:
            if job.reaction in _in_transaction:
                async with self._site.db.long_write() as tx:
                    await _in_transaction[job.reaction](tx, [job.event])
                    await job_queue.finish(tx, job)
            else:
                await _as_jobs[job.reaction](self._site, job.event)
        except Unavailable as fault:
            return fault
        except Exception as fault:
            logger.exception("%s failed on %s", job.reaction, job.event)
            return fault
        return None

    async def _settle(self, job: job_queue.Job, outcome: Exception | None) -> None:
        """Records the outcome in the queue: done, given back because the database was away, or to be retried."""
        async with self._site.db.write() as tx:
            match outcome:
                case None:
                    await job_queue.finish(tx, job)
                case Unavailable():
                    await job_queue.release(tx, job)
                case fault:
                    await job_queue.retry_later(tx, job, described(fault), for_good=isinstance(fault, RemoteFailed) and fault.permanent)

    async def _settle_waiting(self) -> None:
        while self._unsettled:
            await self._settle(*self._unsettled[0])
            del self._unsettled[0]

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

    async def _tidy(self) -> None:
        await self._end_mutes()
        now = self._site.db.clock()
        if now - self._tidied_at < TIDY_EVERY:
            return
        async with self._site.db.long_write() as tx:
            has_more = await log.delete_old(tx, log.WORKER)
        if has_more:
            return
        self._tidied_at = now
        if now - self._swept_at >= SWEEP_EVERY:
            self._swept_at = now
            await pictures.sweep(self._site)


class Loops:
    """Runs the tail, and the worker if asked for. They wake at once after a commit here, and within `POLL_INTERVAL` after one elsewhere."""

    def __init__(self, site: Site, *, has_worker: bool = True) -> None:
        self._site = site
        self._tail = Tail(site)
        self._followers: list[Tail | Worker] = [self._tail, Worker(site)] if has_worker else [self._tail]
        self._wakes = [asyncio.Event() for _ in self._followers]
        self._tasks: list[asyncio.Task[None]] = []

    async def start_tail(self) -> None:
        """Starts the tail without the loops, for tests that call `settle` instead."""
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

    async def settle(self) -> None:
        """Handles events and jobs until there is nothing left to do."""
        while [True for one in self._followers if await one.catch_up()] or await self._is_held_back():
            pass

    async def _is_held_back(self) -> bool:
        async with self._site.db.read() as reader:
            return await log.is_held_back(reader)

    def _wake(self) -> None:
        for wake in self._wakes:
            wake.set()

    async def _loop(self, follower: Tail | Worker, wake: asyncio.Event) -> None:
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
