"""The loops that follow the event log. `Worker` does what must be done once, `Tail` (`tail.py`) what every process does for itself."""

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
from gazouillis.reactions import AS_JOBS, IN_TRANSACTION, TOGETHER, InTransaction, Reaction, Together, name_of
from gazouillis.tail import Tail

logger = logging.getLogger(__name__)

BATCH = 100
"""Events at once: a few milliseconds, during which nobody reads."""
REST = 0.03
"""Seconds between two batches that were not full: what happens meanwhile is done together, for a tenth less a post when many write."""
JOBS_AT_ONCE = 20
LOOK_AGAIN = 0.25
"""Seconds between two looks at what other processes did."""
AGAIN_WHEN_AWAY = 0.5
"""Seconds between two looks whether the database, of which the log speaks itself, is back."""
AFTER_FAULT = (1.0, 60.0)
"""Seconds until the log is followed again after a fault: at first, and at last, when it goes on failing."""
TIDY_EVERY = timedelta(seconds=30)
SWEEP_EVERY = timedelta(hours=1)
END_MUTES_EVERY = timedelta(seconds=1)


def _one_by_one(reaction: InTransaction) -> Together:
    async def react(tx: Tx, events: Sequence[Event]) -> None:
        for event in events:
            await reaction(tx, event)

    return react


_by_kind: dict[type[Event], dict[str, Together]] = {
    kind: {name_of(one): one for one in TOGETHER.get(kind, ())} | {name_of(one): _one_by_one(one) for one in IN_TRANSACTION.get(kind, ())}
    for kind in (*TOGETHER, *IN_TRANSACTION)
}
_in_transaction: dict[str, Together] = {name: one for group in _by_kind.values() for name, one in group.items()}
_as_jobs: dict[str, Reaction] = {name_of(one): one for group in AS_JOBS.values() for one in group}


class Worker:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._position = Position()
        """Where the cursor stood when this worker last moved it."""
        self._history = site.db.history
        self._unsettled: list[tuple[job_queue.Job, Exception | None]] = []
        """Jobs that ran, which the queue could not be told, and what became of them."""
        self._tidied_at = site.db.clock()
        self._swept_at = self._tidied_at - SWEEP_EVERY
        self._looked_at_mutes_at = self._tidied_at
        self.rest = 0.0
        """Seconds that it may wait before it goes on."""

    async def catch_up(self) -> bool:
        """One batch of the log, then one of the jobs that are due; whether there was anything to do."""
        self.rest = REST
        if self._history != self._site.db.history:  # the cursor may stand further back
            self._history, self._position = self._site.db.history, Position()
        await self._settle_the_rest()
        has_read = await self._read_log()
        has_worked = await self._work()
        if has_worked:
            self.rest = 0
        await self._tidy()
        return has_read or has_worked

    async def _read_log(self) -> bool:
        async with self._site.db.read() as reader:
            if not await log.news(reader, self._position, 1):
                return False
        async with self._site.db.write_aside() as tx:
            position = await log.cursor(tx, log.WORKER)
            news = await log.news(tx, position, BATCH)
            if len(news) == BATCH:
                self.rest = 0
            position = await self._apply(tx, news, position)
            if tx.has_events and self.rest:  # what our reactions said of it
                position = await self._apply(tx, await log.after(tx, position, BATCH), position)
            await log.move_cursor(tx, log.WORKER, position)
        self._position = position
        return True

    async def _apply(self, tx: Tx, news: Sequence[LoggedEvent], position: Position) -> Position:
        """The place in the log behind them."""
        if not news:
            return position
        events = [one.event for one in news]
        held = await job_queue.waiting(tx, list(_in_transaction))
        if held or not await self._apply_together(tx, events):
            for event in events:
                await self._apply_alone(tx, event, held)
        return news[-1].position

    async def _apply_together(self, tx: Tx, events: Sequence[Event]) -> bool:
        """False, and nothing is done, when one of them fails."""
        known = [one for one in events if type(one) in _by_kind or type(one) in AS_JOBS]
        try:
            async with tx.savepoint():
                for kind, alike in groupby(known, type):
                    some = list(alike)
                    for reaction in _by_kind.get(kind, {}).values():
                        await reaction(tx, some)
                    await self._put_later(tx, some)
        except Unavailable:
            raise
        except Exception:
            logger.info("a reaction failed: they go one by one", exc_info=True)
            return False
        return True

    async def _apply_alone(self, tx: Tx, event: Event, held: set[tuple[str, str]]) -> None:
        """One reaction that fails does not hold back the others; later ones about the same thing wait for it."""
        for name, reaction in _by_kind.get(type(event), {}).items():
            if event.key and (name, event.key) in held:
                await job_queue.put(tx, name, event)
                continue
            try:
                async with tx.savepoint():
                    await reaction(tx, [event])
            except Unavailable:
                raise
            except Exception as fault:
                logger.exception("%s failed on %s", name, event)
                held.add((name, event.key))
                await job_queue.put(tx, name, event, delay=job_queue.FIRST_RETRY, fault=described(fault))
        await self._put_later(tx, [event])

    async def _put_later(self, tx: Tx, events: Sequence[Event]) -> None:
        for event in events:
            for later in AS_JOBS.get(type(event), ()):
                await job_queue.put(tx, name_of(later), event)

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
            return  # the queue knows: it was the same transaction
        try:
            await self._settle(job, outcome)
        except Unavailable:
            self._unsettled.append((job, outcome))

    async def _outcome(self, job: job_queue.Job) -> Exception | None:
        """What went wrong, if anything."""
        try:
            if job.reaction in _in_transaction:
                async with self._site.db.write_aside() as tx:
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
        async with self._site.db.write() as tx:
            match outcome:
                case None:
                    await job_queue.finish(tx, job)
                case Unavailable():
                    await job_queue.release(tx, job)
                case fault:
                    await job_queue.put_off(tx, job, described(fault), for_good=isinstance(fault, RemoteFailed) and fault.permanent)

    async def _settle_the_rest(self) -> None:
        while self._unsettled:
            await self._settle(*self._unsettled[0])
            del self._unsettled[0]

    async def _end_mutes(self) -> None:
        """At their second: who reads looks at the time itself, but home timelines are filled again because of an event."""
        now = self._site.db.clock()
        if now - self._looked_at_mutes_at < END_MUTES_EVERY:
            return
        self._looked_at_mutes_at = now
        async with self._site.db.read() as reader:
            if not await mute.is_any_over(reader):
                return
        async with self._site.db.write_aside() as tx:
            await mute.end_expired(tx)

    async def _tidy(self) -> None:
        await self._end_mutes()
        now = self._site.db.clock()
        if now - self._tidied_at < TIDY_EVERY:
            return
        async with self._site.db.write_aside() as tx:
            has_more = await log.forget_old(tx, log.WORKER)
        if has_more:
            return
        self._tidied_at = now
        if now - self._swept_at >= SWEEP_EVERY:
            self._swept_at = now
            await pictures.sweep(self._site)


class Loops:
    """Runs them until the server stops: at once after a commit of this process, soon after one of another."""

    def __init__(self, site: Site, *, works: bool = True) -> None:
        self._site = site
        self._tail = Tail(site)
        self._followers: list[Tail | Worker] = [self._tail, Worker(site)] if works else [self._tail]
        self._wakes = [asyncio.Event() for _ in self._followers]
        self._tasks: list[asyncio.Task[None]] = []

    async def look_from_now(self) -> None:
        """For who follows by hand, with `settle`."""
        await self._tail.start()

    async def start(self) -> None:
        await self.look_from_now()
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
        """Until there is nothing left to do."""
        while [True for one in self._followers if await one.catch_up()] or await self._is_held_back():
            pass

    async def _is_held_back(self) -> bool:
        async with self._site.db.read() as reader:
            return await log.is_held_back(reader)

    def _wake(self) -> None:
        for wake in self._wakes:
            wake.set()

    async def _loop(self, follower: Tail | Worker, wake: asyncio.Event) -> None:
        pause = AFTER_FAULT[0]
        while True:
            wake.clear()
            try:
                while await follower.catch_up():  # noqa: ASYNC110 (not only a wait: requests pass between two batches)
                    await asyncio.sleep(follower.rest)
                pause = AFTER_FAULT[0]
            except Unavailable:
                await asyncio.sleep(AGAIN_WHEN_AWAY)
                continue
            except Exception:
                logger.exception("the log could not be followed; again in %d s", pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, AFTER_FAULT[1])
            # Not `wait_for`, which up to Python 3.11 loses a cancellation that comes together with the wake.
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN):
                    await wake.wait()
