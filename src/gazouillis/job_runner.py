"""Runs the jobs of the queue (`infra/event_log/job_queue.py`): claims those that are due, and records how each ended.

There are two runners, so that nothing waits for a job that takes minutes: the worker's own, and one for the reactions of `AS_SLOW_JOBS`,
which extends the lease of each job as long as it runs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from gazouillis.infra.basics.errors import RemoteFailed, Unavailable
from gazouillis.infra.basics.log_redaction import described
from gazouillis.infra.event_log import job_queue
from gazouillis.infra.site import Site
from gazouillis.reactions import AS_JOBS, AS_SLOW_JOBS, InBatch, Reaction, name_of

logger = logging.getLogger(__name__)

SLOW_AT_ONCE = 2
SLOW_LEASE = timedelta(seconds=40)
"""How long after a crash another worker waits before it takes a slow job."""
EXTEND_EVERY = 10.0
"""Seconds."""

_as_jobs: dict[str, Reaction] = {name_of(one): one for group in AS_JOBS.values() for one in group}
_as_slow_jobs: dict[str, Reaction] = {name_of(one): one for group in AS_SLOW_JOBS.values() for one in group}


class JobRunner:
    """`in_transaction`: reactions that run inside the transaction that finishes their job, by name."""

    def __init__(self, site: Site, in_transaction: Mapping[str, InBatch], *, at_once: int) -> None:
        self._site = site
        self._in_transaction = in_transaction
        self._at_once = at_once
        self.held_back: Collection[str] = ()
        """Reactions whose jobs are left in the queue for now."""
        self._unrecorded: list[tuple[job_queue.Job, Exception | None]] = []
        """Jobs that ran while the database went away, with their outcome: not yet recorded in the queue."""
        self._extended: dict[int, job_queue.Job] = {}
        """By id, running jobs as they are since their lease was extended."""

    async def run_due_jobs(self) -> bool:
        """Runs one batch of due jobs. Returns whether there were any."""
        async with self._site.db.read() as reader:
            if await job_queue.next_run(reader, **self._choice) != 0:
                return False
        async with self._site.db.write() as tx:
            claimed = await job_queue.claim(tx, self._at_once, lease=self._lease, **self._choice)
        await asyncio.gather(*(self._run_job(job) for job in claimed))
        return bool(claimed)

    async def record_waiting_outcomes(self) -> None:
        """Records what could not be recorded before."""
        while self._unrecorded:
            await self._record_outcome(*self._unrecorded[0])
            del self._unrecorded[0]

    @property
    def _lease(self) -> timedelta:
        return job_queue.LEASE

    @property
    def _choice(self) -> dict[str, Collection[str]]:
        """Which jobs it claims: for `job_queue`."""
        return {"but": [*_as_slow_jobs, *self.held_back]}

    async def _run_job(self, job: job_queue.Job) -> None:
        outcome = await self._outcome(job)
        job = self._extended.pop(job.id, job)
        if outcome is None and job.reaction in self._in_transaction:
            return  # finished already, in the transaction of the reaction itself
        try:
            await self._record_outcome(job, outcome)
        except Unavailable:
            self._unrecorded.append((job, outcome))

    async def _outcome(self, job: job_queue.Job) -> Exception | None:
        """Runs the job; returns the exception it raised, if any."""
        try:
            await self._react(job)
        except Unavailable as fault:
            return fault
        except Exception as fault:
            logger.exception("%s failed on %s", job.reaction, job.event)
            return fault
        return None

    async def _react(self, job: job_queue.Job) -> None:
        if job.reaction in self._in_transaction:
            async with self._site.db.long_write() as tx:
                await self._in_transaction[job.reaction](tx, [job.event])
                await job_queue.finish(tx, job)
        else:
            await _as_jobs[job.reaction](self._site, job.event)

    async def _record_outcome(self, job: job_queue.Job, outcome: Exception | None) -> None:
        """Records the outcome in the queue: done, given back because the database was away, or to be retried."""
        async with self._site.db.write() as tx:
            match outcome:
                case None:
                    await job_queue.finish(tx, job)
                case Unavailable():
                    await job_queue.release(tx, job)
                case fault:
                    await job_queue.retry_later(tx, job, described(fault), for_good=isinstance(fault, RemoteFailed) and fault.permanent)


class SlowJobs(JobRunner):
    """Follows the job queue for the reactions of `AS_SLOW_JOBS`."""

    pause = 0.0
    """Seconds to wait before the next `catch_up`."""

    def __init__(self, site: Site) -> None:
        super().__init__(site, {}, at_once=SLOW_AT_ONCE)

    async def catch_up(self) -> bool:
        """Runs one batch of due jobs. Returns whether there were any."""
        await self.record_waiting_outcomes()
        return await self.run_due_jobs()

    @property
    def _lease(self) -> timedelta:
        return SLOW_LEASE

    @property
    def _choice(self) -> dict[str, Collection[str]]:
        return {"only": [*_as_slow_jobs]}

    async def _react(self, job: job_queue.Job) -> None:
        async with self._extending(job):
            await _as_slow_jobs[job.reaction](self._site, job.event)

    @asynccontextmanager
    async def _extending(self, job: job_queue.Job) -> AsyncIterator[None]:
        extending = asyncio.create_task(self._extend(job))
        try:
            yield
        finally:
            extending.cancel()
            with suppress(asyncio.CancelledError):
                await extending

    async def _extend(self, job: job_queue.Job) -> None:
        while True:
            await asyncio.sleep(EXTEND_EVERY)
            with suppress(Unavailable):
                async with self._site.db.write() as tx:
                    job = await job_queue.extend(tx, job, SLOW_LEASE)
                self._extended[job.id] = job
