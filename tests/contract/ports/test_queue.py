"""Contract of the job queue: each job runs at least once, jobs of one key keep their order, and a job that always fails is set aside."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from gazouillis.infra.basics.events import Event
from gazouillis.infra.database.tables import jobs
from gazouillis.infra.event_log import job_queue


class Posted(Event, frozen=True):
    """An event for these tests."""

    text: str = ""
    to: str = ""

    @property
    def key(self) -> str:
        return self.to


async def put(db, *events, **options):
    async with db.write() as tx:
        for event in events:
            await job_queue.put(tx, "deliver", event, **options)


async def claim(db, limit=20):
    async with db.write() as tx:
        return await job_queue.claim(tx, limit)


async def finish(db, job):
    async with db.write() as tx:
        await job_queue.finish(tx, job)


async def retry_later(db, job, **options):
    async with db.write() as tx:
        await job_queue.retry_later(tx, job, "no answer", **options)


def texts(claimed):
    return [job.event.text for job in claimed]


async def test_a_job_is_claimed_with_its_event(db):
    await put(db, Posted("hello", "ann"))

    assert [(job.reaction, job.event) for job in await claim(db)] == [("deliver", Posted("hello", "ann"))]


async def test_a_claimed_job_is_not_claimed_by_another(db, other_process):
    await put(db, Posted("hello"))

    assert texts(await claim(db)) == ["hello"]
    assert texts(await claim(other_process)) == []


async def test_concurrent_workers_never_claim_the_same_job(db, other_process):
    await put(db, *(Posted(str(number)) for number in range(40)))
    taken = texts(await claim(db, 25)) + texts(await claim(other_process, 25))

    assert sorted(taken, key=int) == [str(number) for number in range(40)]


async def test_a_finished_job_does_not_come_back(db, clock):
    await put(db, Posted("hello"))
    for job in await claim(db):
        await finish(db, job)
    clock.now += timedelta(days=1)

    assert await claim(db) == []


async def test_a_job_whose_worker_died_is_claimed_again_after_the_lease(db, clock):
    await put(db, Posted("hello"))
    await claim(db)
    clock.now += job_queue.LEASE + timedelta(seconds=1)

    assert texts(await claim(db)) == ["hello"]


async def test_a_delayed_job_waits(db, clock):
    await put(db, Posted("later"), delay=timedelta(minutes=5))

    assert await claim(db) == []
    clock.now += timedelta(minutes=5)
    assert texts(await claim(db)) == ["later"]


async def test_jobs_of_one_key_keep_their_order(db):
    await put(db, Posted("first", "ann"), Posted("second", "ann"), Posted("other", "bob"))
    claimed = await claim(db)

    assert texts(claimed) == ["first", "other"]
    await finish(db, claimed[0])
    assert texts(await claim(db)) == ["second"]


async def test_a_failed_job_delays_only_jobs_of_its_own_key(db, clock):
    await put(db, Posted("first", "ann"), Posted("second", "ann"))
    [job] = await claim(db)
    await retry_later(db, job)
    await put(db, Posted("other", "bob"))

    assert texts(await claim(db)) == ["other"]
    clock.now += job_queue.retry_delay(1)
    assert texts(await claim(db)) == ["first"]


async def test_the_back_off_doubles_up_to_a_limit(db):
    assert job_queue.retry_delay(1) == 2 * job_queue.FIRST_RETRY
    assert job_queue.retry_delay(30) == job_queue.LAST_RETRY


async def test_a_job_that_always_fails_is_set_aside_and_the_next_of_its_key_runs(db, clock):
    await put(db, Posted("poison", "ann"), Posted("next", "ann"))
    for _ in range(job_queue.MOST_ATTEMPTS):
        [job] = await claim(db)
        assert job.event.text == "poison"
        await retry_later(db, job)
        clock.now += job_queue.LAST_RETRY + timedelta(seconds=1)

    assert texts(await claim(db)) == ["next"]
    async with db.read() as reader:
        set_aside = await reader.one(sa.select(jobs.c.fault, jobs.c.attempts).where(jobs.c.failed_at.is_not(None)))
    assert (set_aside.fault, set_aside.attempts) == ("no answer", job_queue.MOST_ATTEMPTS)


async def test_a_permanent_failure_is_not_retried(db, clock):
    await put(db, Posted("gone"))
    [job] = await claim(db)
    await retry_later(db, job, for_good=True)
    clock.now += timedelta(days=30)

    assert await claim(db) == []


async def test_the_queue_tells_when_the_next_job_is_due(db):
    async with db.read() as reader:
        assert await job_queue.next_run(reader) is None
    await put(db, Posted("later"), delay=timedelta(seconds=30))
    async with db.read() as reader:
        assert 29 < await job_queue.next_run(reader) <= 30
    await put(db, Posted("now"))
    async with db.read() as reader:
        assert await job_queue.next_run(reader) == 0


async def test_a_claimed_job_is_not_due(db):
    """Otherwise an idle worker would poll without a pause while another one works."""
    await put(db, Posted("hello"))
    await claim(db)

    async with db.read() as reader:
        assert await job_queue.next_run(reader) != 0


async def test_unfinished_jobs_are_known_by_reaction_and_key(db):
    await put(db, Posted("hello", "ann"))

    async with db.read() as reader:
        assert await job_queue.waiting(reader, ["deliver"]) == {("deliver", "ann")}
        assert await job_queue.waiting(reader, ["other"]) == set()
