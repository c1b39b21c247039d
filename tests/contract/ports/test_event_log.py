"""Contract of the event log: events come in order, and none appears behind a position that was read."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import sqlalchemy as sa

from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.log_tail import Position
from gazouillis.infra.database.tables import events
from gazouillis.infra.event_log import log
from tests.support.databases import database_at, fresh_database_url
from tests.support.query_plans import plans


class Stop(Exception):
    pass


class Called(Event, frozen=True):
    """An event for these tests."""

    name: str = ""


async def emit(db, *names):
    async with db.write() as tx:
        await tx.emit(*(Called(name) for name in names))


async def read(db, position=None, limit=200):
    async with db.read() as reader:
        return await log.after(reader, position or Position(), limit)


def names(logged):
    return [one.event.name for one in logged]


async def test_events_are_read_in_the_order_they_happened(db):
    await emit(db, "one", "two")
    await emit(db, "three")

    assert names(await read(db)) == ["one", "two", "three"]


async def test_reading_goes_on_from_a_position(db):
    for number in range(10):
        await emit(db, str(number))
    first = await read(db, limit=4)

    assert names(first) == ["0", "1", "2", "3"]
    assert names(await read(db, first[-1].position)) == ["4", "5", "6", "7", "8", "9"]


async def test_a_follower_that_starts_at_the_tip_reads_only_later_events(db):
    await emit(db, "before")
    async with db.read() as reader:
        position = await log.tip(reader)
    await emit(db, "after")

    assert names(await read(db, position)) == ["after"]


async def test_every_process_reads_the_same_events(db, other_process):
    await emit(db, "here")
    await emit(other_process, "there")

    assert names(await read(db)) == names(await read(other_process)) == ["here", "there"]


async def test_the_events_of_a_rolled_back_transaction_are_not_logged(db):
    with suppress(Stop):
        async with db.write() as tx:
            await tx.emit(Called("rolled back"))
            raise Stop
    await emit(db, "committed")

    assert names(await read(db)) == ["committed"]


async def test_a_transaction_that_commits_late_is_not_missed(db):
    """On PostgreSQL the first transaction to emit may be the last to commit: the cursor of a follower must not have passed it."""
    emitted, may_end = asyncio.Event(), asyncio.Event()

    async def slow():
        async with db.write() as tx:
            await tx.emit(Called("slow"))
            emitted.set()
            await may_end.wait()

    task = asyncio.create_task(slow())
    await emitted.wait()
    if db.dialect == "postgresql":
        await emit(db, "quick")
    early = await read(db)
    may_end.set()
    await task
    if db.dialect == "sqlite":
        await emit(db, "quick")
    position = early[-1].position if early else Position()

    assert sorted(names(early) + names(await read(db, position))) == ["quick", "slow"]


async def test_a_long_transaction_of_another_database_on_the_server_delays_no_events(db, database_kind):
    async with fresh_database_url(database_kind) as url:
        neighbour = database_at(url)
        await neighbour.open()
        async with neighbour.write() as tx:
            await tx.emit(Called("elsewhere"))
            await emit(db, "here")
            assert names(await read(db)) == ["here"]
        await neighbour.close()


async def test_a_follower_among_many_writers_reads_each_event_once(db, other_process):
    names_read: list[str] = []
    done = asyncio.Event()

    async def follow():
        position = Position()
        while True:
            was_done = done.is_set()
            events_read = await read(other_process, position, 7)
            names_read.extend(names(events_read))
            position = events_read[-1].position if events_read else position
            if was_done and not events_read:
                return
            await asyncio.sleep(0.001)

    async def emit_two(number):
        async with db.write() as tx:
            await tx.emit(Called(f"{number}a"))
            await asyncio.sleep(0.001 * (number % 5))
            await tx.emit(Called(f"{number}b"))

    follower = asyncio.create_task(follow())
    await asyncio.gather(*map(emit_two, range(60)))
    done.set()
    await follower

    assert sorted(names_read) == sorted(f"{number}{half}" for number in range(60) for half in "ab")
    assert all(names_read.index(f"{number}a") < names_read.index(f"{number}b") for number in range(60))


async def test_a_cursor_stays_where_it_was_moved(db):
    await emit(db, "one", "two")
    logged = await read(db)
    async with db.write() as tx:
        assert await log.lock_cursor(tx, "worker") == Position()
        await log.move_cursor(tx, "worker", logged[0].position)

    async with db.read() as reader:
        assert await log.read_cursor(reader, "worker") == logged[0].position


async def test_a_cursor_move_is_rolled_back_with_its_transaction(db):
    await emit(db, "one")
    logged = await read(db)
    with suppress(Stop):
        async with db.write() as tx:
            await log.move_cursor(tx, "worker", logged[0].position)
            raise Stop

    async with db.read() as reader:
        assert await log.read_cursor(reader, "worker") == Position()


async def test_old_events_that_the_worker_has_read_are_deleted(db, clock):
    await emit(db, "read")
    logged = await read(db)
    async with db.write() as tx:
        await log.move_cursor(tx, "worker", logged[-1].position)
    await emit(db, "unread")
    clock.now += log.RETENTION + timedelta(seconds=1)
    async with db.write() as tx:
        await log.delete_old(tx, "worker")

    assert names(await read(db)) == ["unread"]


async def test_event_ids_are_not_reused_even_when_the_log_is_emptied(db):
    await emit(db, "one")
    first = await read(db)
    async with db.write() as tx:
        await tx.run(sa.delete(events))
    await emit(db, "two")

    assert names(await read(db, first[-1].position)) == ["two"]


async def test_reading_begins_at_the_position_however_long_the_log_is(db, database_kind):
    if database_kind == "postgresql":
        return
    async with db.read() as reader:
        found = await plans(reader, lambda reader: log.after(reader, Position(0, 7)))

    assert found == ["SEARCH events USING INTEGER PRIMARY KEY (rowid>?)"]


async def test_a_long_log_is_deleted_in_batches(db, clock):
    await emit(db, *("old" for _ in range(log.DELETED_AT_ONCE + 1)))
    async with db.write() as tx:
        await log.move_cursor(tx, "worker", (await log.after(tx, Position(), log.DELETED_AT_ONCE + 1))[-1].position)
    clock.now += log.RETENTION + timedelta(seconds=1)

    left = []
    for _ in range(2):
        async with db.write() as tx:
            left.append((await log.delete_old(tx, "worker"), len(await log.after(tx, Position()))))

    assert left == [(True, 1), (False, 0)]


async def test_arrivals_return_each_event_once(db):
    arrivals = log.Arrivals()
    async with db.read() as reader:
        await arrivals.start(reader)
    await emit(db, "one", "two")

    async with db.read() as reader:
        assert [one.name for one in await arrivals.new(reader)] == ["one", "two"]
        assert await arrivals.new(reader) == []


async def test_arrivals_return_an_event_that_is_committed_late_under_a_skipped_id(db):
    arrivals = log.Arrivals()
    async with db.read() as reader:
        await arrivals.start(reader)
    await emit(db, "first", "late", "last")
    async with db.write() as tx:
        _first, late, _last = await tx.all(sa.select(events).order_by(events.c.id))
        await tx.run(sa.delete(events).where(events.c.id == late.id))
    async with db.read() as reader:
        assert [one.name for one in await arrivals.new(reader)] == ["first", "last"]

    async with db.write() as tx:
        await tx.run(sa.insert(events), dict(late._mapping))

    async with db.read() as reader:
        assert [one.name for one in await arrivals.new(reader)] == ["late"]


async def test_arrivals_do_not_watch_every_id_of_a_large_gap(db):
    arrivals = log.Arrivals()
    async with db.read() as reader:
        await arrivals.start(reader)
    await emit(db, "far")
    async with db.write() as tx:
        await tx.run(sa.update(events).values(id=events.c.id + 10_000_000))

    async with db.read() as reader:
        assert [one.name for one in await arrivals.new(reader)] == ["far"]
        assert await arrivals.new(reader) == []
