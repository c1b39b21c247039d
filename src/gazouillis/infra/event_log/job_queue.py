"""The queue of background jobs, in the same database as everything else: a job is queued in the transaction that causes it.

A job runs at least once. A worker claims jobs under a lease; jobs of one reaction and one key run in their order. A failed job is retried
with exponential back-off, and set aside for the operator after `MOST_ATTEMPTS` failures.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from gazouillis.infra.basics.events import Event, decode, encode
from gazouillis.infra.database.tables import Moment, jobs
from gazouillis.infra.database.transactions import Reader, Tx

FIRST_RETRY = timedelta(seconds=5)
"""Delay of the back-off, which doubles with each attempt."""
LAST_RETRY = timedelta(hours=6)
"""Longest delay between two attempts."""
RELEASE_DELAY = timedelta(seconds=1)
MOST_ATTEMPTS = 16
LEASE = timedelta(minutes=2)
"""After this time a job whose worker died is claimed again."""

_put = sa.insert(jobs)
_waiting = (
    sa.select(jobs.c.reaction, jobs.c.key)
    .where(jobs.c.failed_at.is_(None), jobs.c.reaction.in_(sa.bindparam("reactions", expanding=True)))
    .distinct()
)
_is_free = sa.or_(jobs.c.claimed_until.is_(None), jobs.c.claimed_until < sa.bindparam("now", type_=Moment))
_next_run = sa.select(jobs.c.run_at).where(jobs.c.failed_at.is_(None), _is_free).order_by(jobs.c.run_at).limit(1)
_reactions: sa.BindParameter[str] = sa.bindparam("reactions", expanding=True)
_next_run_of, _next_run_but = _next_run.where(jobs.c.reaction.in_(_reactions)), _next_run.where(jobs.c.reaction.not_in(_reactions))


class Job(msgspec.Struct, frozen=True):
    """A claimed job: the event, and the name of the reaction that shall run because of it."""

    id: int
    reaction: str
    event: Event
    attempts: int
    claimed_until: datetime


def retry_delay(attempt: int) -> timedelta:
    """Exponential back-off, capped at `LAST_RETRY`."""
    return min(FIRST_RETRY * (1 << attempt), LAST_RETRY)


async def put(tx: Tx, reaction: str, event: Event, *, delay: timedelta = timedelta(0), fault: str = "") -> None:
    """Queues a job. `fault` says why its first attempt, made elsewhere, has failed."""
    row = {
        "reaction": reaction,
        "key": event.key,
        "kind": type(event).__name__,
        "body": encode(event),
        "run_at": tx.now + delay,
        "attempts": 1 if fault else 0,
        "fault": fault,
    }
    await tx.run(_put, row)


async def waiting(reader: Reader, reactions: list[str]) -> set[tuple[str, str]]:
    """(reaction, key) of the unfinished jobs of these reactions."""
    return {(row.reaction, row.key) for row in await reader.all(_waiting, {"reactions": reactions})}


_earlier = jobs.alias("earlier_jobs")
_is_first_of_key = sa.or_(
    jobs.c.key == "",
    ~sa.exists().where(
        _earlier.c.key == jobs.c.key, _earlier.c.reaction == jobs.c.reaction, _earlier.c.id < jobs.c.id, _earlier.c.failed_at.is_(None)
    ),
)


async def claim(
    tx: Tx, limit: int, *, lease: timedelta = LEASE, only: Collection[str] | None = None, but: Collection[str] = ()
) -> list[Job]:
    """Claims up to `limit` due jobs for this worker, until their lease ends: those of the reactions `only`, or all but those of `but`."""
    chosen = jobs.c.reaction.not_in(but) if only is None else jobs.c.reaction.in_(only)
    due = (
        sa.select(jobs.c.id, jobs.c.reaction, jobs.c.kind, jobs.c.body, jobs.c.attempts)
        .where(jobs.c.failed_at.is_(None), jobs.c.run_at <= tx.now, _is_free, _is_first_of_key, chosen)
        .order_by(jobs.c.run_at, jobs.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=jobs)
    )
    rows, until = await tx.all(due, {"now": tx.now}), tx.now + lease
    if rows:
        await tx.run(sa.update(jobs).where(jobs.c.id.in_([row.id for row in rows])).values(claimed_until=until))
    return [Job(row.id, row.reaction, decode(row.kind, row.body), row.attempts, until) for row in rows]


async def finish(tx: Tx, job: Job) -> None:
    await tx.run(sa.delete(jobs).where(jobs.c.id == job.id))


async def release(tx: Tx, job: Job) -> None:
    """Returns a job that could not be attempted; it is due again after `RELEASE_DELAY`. Does nothing when its lease has ended."""
    claimed = sa.update(jobs).where(jobs.c.id == job.id, jobs.c.claimed_until == job.claimed_until)
    await tx.run(claimed.values(claimed_until=None, run_at=tx.now + RELEASE_DELAY))


async def retry_later(tx: Tx, job: Job, fault: str, *, for_good: bool = False) -> None:
    """Schedules the next attempt; after `MOST_ATTEMPTS`, or with `for_good`, sets the job aside for the operator to see."""
    attempts = job.attempts + 1
    values = {"attempts": attempts, "fault": fault, "claimed_until": None, "run_at": tx.now + retry_delay(attempts)}
    if for_good or attempts >= MOST_ATTEMPTS:
        values["failed_at"] = tx.now
    await tx.run(sa.update(jobs).where(jobs.c.id == job.id).values(values))


async def extend(tx: Tx, job: Job, lease: timedelta) -> Job:
    """The same job, whose lease ends that much later than now. Unchanged when another worker has claimed it meanwhile."""
    until = tx.now + lease
    ours = sa.update(jobs).where(jobs.c.id == job.id, jobs.c.claimed_until == job.claimed_until)
    return msgspec.structs.replace(job, claimed_until=until) if await tx.run(ours.values(claimed_until=until)) else job


async def next_run(reader: Reader, *, only: Collection[str] | None = None, but: Collection[str] = ()) -> float | None:
    """Seconds until the next unclaimed job is due; 0 when one is due now, None when there is none. `only`, `but`: as for `claim`."""
    reactions = list(but if only is None else only)
    run_at = await reader.value(_next_run_but if only is None else _next_run_of, {"now": reader.now, "reactions": reactions})
    return None if run_at is None else max(0.0, (run_at - reader.now).total_seconds())
