"""Ids of several processes on one database: no id is generated twice, and later ids are greater, whatever the clocks say."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gazouillis.accounts.tables import apps
from gazouillis.infra.basics.ids import STEP, moment_of
from gazouillis.infra.database import id_ranges
from gazouillis.infra.database.tables import id_ranges as ranges
from tests.support.clock import START, MovingClock
from tests.support.databases import database_at

NUMBERS = sa.select(ranges.c.number).order_by(ranges.c.number)


class Stop(Exception):
    pass


class FixedClock:
    def __init__(self, now=START):
        self.now = now

    def __call__(self):
        return self.now


@asynccontextmanager
async def process(url, clock, *, is_killed=False):
    db = database_at(url, clock)
    await db.open()
    yield db
    if is_killed:
        db.ids.range = id_ranges.Range(0, 0, 0)  # a killed process releases nothing
    await db.close()


async def new_ids(db, count=1):
    async with db.write() as tx:
        return [tx.new_id() for _ in range(count)]


async def new_app(db):
    """A row with an id."""
    async with db.write() as tx:
        given = tx.new_id()
        app = {"id": given, "name": "", "redirect_uris": "", "scopes": "", "client_id": "", "secret_hash": b"", "created_at": tx.now}
        await tx.run(sa.insert(apps), app)
        return given


async def numbers(db):
    async with db.read() as reader:
        return await reader.values(NUMBERS)


async def test_concurrent_processes_never_generate_the_same_id(url):
    clock = FixedClock()
    async with process(url, clock) as one, process(url, clock) as another, process(url, clock) as third:
        given = [identifier for db in (one, another, third) * 5 for identifier in await new_ids(db, 100)]

    assert len(set(given)) == len(given) == 1500


async def test_processes_that_start_together_get_different_numbers(url, database_kind):
    if database_kind == "sqlite":
        pytest.skip("one file waits for its only writer, here in the same thread; real processes are in test_several_processes.py")
    clock = FixedClock()
    async with AsyncExitStack() as stack:
        begun = [await stack.enter_async_context(process(url, clock)) for _ in range(8)]
        await asyncio.gather(*map(new_ids, begun))

        assert sorted(db.ids.range.number for db in begun) == list(range(8))


async def test_an_id_contains_its_time(db, clock):
    before = clock()
    (given,) = await new_ids(db)

    assert before <= moment_of(given) <= clock()


async def test_more_ids_than_fit_in_a_millisecond_use_the_next_ones(url):
    async with process(url, FixedClock()) as db:
        given = await new_ids(db, 1000)

    assert given == sorted(set(given))
    assert moment_of(given[-1]) - START < timedelta(milliseconds=20)


async def test_ids_grow_after_a_stop_though_the_clock_is_behind(url):
    async with process(url, MovingClock()) as db:
        before = await new_ids(db, 300)
    async with process(url, MovingClock(START - timedelta(hours=3))) as db:
        after = await new_ids(db, 300)

    assert after[0] > before[-1]
    assert after == sorted(set(after))


async def test_ids_grow_after_a_kill_though_the_clock_is_behind(url):
    async with process(url, MovingClock(), is_killed=True) as db:
        before = await new_app(db)
    async with process(url, MovingClock(START - timedelta(hours=3))) as db:
        (after,) = await new_ids(db)

    assert after > before


async def test_a_second_process_starts_at_the_present_time(url):
    clock = MovingClock()
    async with process(url, clock) as one, process(url, clock) as another:
        (first,), (second,), (third,) = await new_ids(one), await new_ids(another), await new_ids(one)

    assert first < second < third


async def test_the_number_of_a_stopped_process_is_reused(url, clock):
    for _ in range(3):
        async with process(url, clock) as db:
            await new_ids(db)
            assert await numbers(db) == [0]


async def test_a_number_of_a_killed_process_is_free_after_a_minute(url, clock):
    async with process(url, clock, is_killed=True) as db:
        await new_ids(db)
    async with process(url, clock) as db:
        await new_ids(db)
        assert db.ids.range.number == 1
    clock.advance(minutes=2)
    async with process(url, clock) as db, process(url, clock) as another:
        await new_ids(db)
        await new_ids(another)
        assert await numbers(db) == [0, 1]


async def test_a_suspended_process_whose_number_was_taken_claims_another(url):
    clock = MovingClock()
    async with process(url, clock) as sleeper, process(url, clock) as another:
        before = await new_ids(sleeper)
        clock.advance(hours=8)
        meanwhile = await new_ids(another, 200)
        after = await new_ids(sleeper, 200)

        assert another.ids.range.number == 0
        assert sleeper.ids.range.number == 1
    assert len({*before, *meanwhile, *after}) == 401


async def test_a_process_suspended_inside_a_transaction_generates_no_id_of_another(url):
    clock = MovingClock()
    async with process(url, clock) as sleeper, process(url, clock) as another:
        await new_ids(sleeper)
        held = sleeper.ids.range
        clock.advance(hours=8)
        await new_ids(another)
        assert another.ids.range.number == held.number

        given = [sleeper.ids.next(clock()) for _ in range(1000)]

        assert given[-1] < held.below <= another.ids.range.after + 1


async def test_ids_stay_unique_when_every_number_has_an_owner(url, clock, monkeypatch):
    monkeypatch.setattr(id_ranges, "MOST_NUMBERS", 2)
    async with process(url, clock) as one, process(url, clock) as another, process(url, clock) as third:
        given = [identifier for _ in range(4) for db in (one, another, third) for identifier in await new_ids(db, 50)]

        assert await numbers(one) == [0, 1]
    assert len(set(given)) == len(given) == 600


async def test_a_clock_that_jumps_during_a_transaction_leads_to_no_unreserved_id(url):
    clock = FixedClock()
    async with process(url, clock) as db:
        async with db.write() as tx:
            clock.now += timedelta(days=1)
            given = tx.new_id()
        assert given < db.ids.range.below

        (after,) = await new_ids(db)
        assert moment_of(after) >= clock.now


async def test_a_reservation_that_was_rolled_back_is_made_again(url, clock):
    undone = []

    async def attempt():
        async with db.write() as tx:
            undone.append(tx.new_id())
            raise Stop

    async with process(url, clock) as db:
        with pytest.raises(Stop):
            await attempt()
        (given,) = await new_ids(db)
        async with db.read() as reader:
            reserved = await reader.value(sa.select(ranges.c.below).where(ranges.c.number == given % STEP))

    assert undone[0] < given < reserved
