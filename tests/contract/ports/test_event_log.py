"""The log promises order, and that nothing slips in behind whoever has read it."""

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
from tests.support.plans import plans


class Stop(Exception):
    pass


class Called(Event, frozen=True):
    name: str = ""


async def call(db, *given):
    async with db.write() as tx:
        await tx.emit(*(Called(name) for name in given))


async def heard(db, position=None, limit=200):
    async with db.read() as reader:
        return await log.after(reader, position or Position(), limit)


def names(recorded):
    return [one.event.name for one in recorded]


async def test_events_are_read_in_the_order_they_happened(db):
    await call(db, "one", "two")
    await call(db, "three")

    assert names(await heard(db)) == ["one", "two", "three"]


async def test_reading_goes_on_from_a_position(db):
    for number in range(10):
        await call(db, str(number))
    first = await heard(db, limit=4)

    assert names(first) == ["0", "1", "2", "3"]
    assert names(await heard(db, first[-1].position)) == ["4", "5", "6", "7", "8", "9"]


async def test_who_begins_at_the_tip_hears_only_what_follows(db):
    await call(db, "before")
    async with db.read() as reader:
        position = await log.tip(reader)
    await call(db, "after")

    assert names(await heard(db, position)) == ["after"]


async def test_another_process_hears_the_same(db, other_process):
    await call(db, "here")
    await call(other_process, "there")

    assert names(await heard(db)) == names(await heard(other_process)) == ["here", "there"]


async def test_what_was_undone_was_never_said(db):
    with suppress(Stop):
        async with db.write() as tx:
            await tx.emit(Called("undone"))
            raise Stop
    await call(db, "said")

    assert names(await heard(db)) == ["said"]


async def test_a_transaction_that_commits_late_is_not_missed(db):
    """On PostgreSQL the first to speak may be the last to commit: a follower must not have passed its place."""
    spoke, may_end = asyncio.Event(), asyncio.Event()

    async def slow():
        async with db.write() as tx:
            await tx.emit(Called("slow"))
            spoke.set()
            await may_end.wait()

    task = asyncio.create_task(slow())
    await spoke.wait()
    if db.dialect == "postgresql":
        await call(db, "quick")
    early = await heard(db)
    may_end.set()
    await task
    if db.dialect == "sqlite":
        await call(db, "quick")
    position = early[-1].position if early else Position()

    assert sorted(names(early) + names(await heard(db, position))) == ["quick", "slow"]


async def test_a_long_transaction_of_a_neighbouring_database_holds_nothing_back(db, database_kind):
    async with fresh_database_url(database_kind) as url:
        neighbour = database_at(url)
        await neighbour.open()
        async with neighbour.write() as tx:
            await tx.emit(Called("elsewhere"))
            await call(db, "here")
            assert names(await heard(db)) == ["here"]
        await neighbour.close()


async def test_followers_among_many_writers_hear_everything_once(db, other_process):
    heard_names: list[str] = []
    done = asyncio.Event()

    async def follow():
        position = Position()
        while True:
            was_done = done.is_set()
            news = await heard(other_process, position, 7)
            heard_names.extend(names(news))
            position = news[-1].position if news else position
            if was_done and not news:
                return
            await asyncio.sleep(0.001)

    async def speak(number):
        async with db.write() as tx:
            await tx.emit(Called(f"{number}a"))
            await asyncio.sleep(0.001 * (number % 5))
            await tx.emit(Called(f"{number}b"))

    follower = asyncio.create_task(follow())
    await asyncio.gather(*map(speak, range(60)))
    done.set()
    await follower

    assert sorted(heard_names) == sorted(f"{number}{half}" for number in range(60) for half in "ab")
    assert all(heard_names.index(f"{number}a") < heard_names.index(f"{number}b") for number in range(60))


async def test_a_cursor_stays_where_it_was_moved(db):
    await call(db, "one", "two")
    read = await heard(db)
    async with db.write() as tx:
        assert await log.lock_cursor(tx, "worker") == Position()
        await log.move_cursor(tx, "worker", read[0].position)

    async with db.read() as reader:
        assert await log.read_cursor(reader, "worker") == read[0].position


async def test_a_cursor_moves_with_its_transaction_or_not_at_all(db):
    await call(db, "one")
    read = await heard(db)
    with suppress(Stop):
        async with db.write() as tx:
            await log.move_cursor(tx, "worker", read[0].position)
            raise Stop

    async with db.read() as reader:
        assert await log.read_cursor(reader, "worker") == Position()


async def test_what_is_old_and_read_is_forgotten(db, clock):
    await call(db, "read")
    read = await heard(db)
    async with db.write() as tx:
        await log.move_cursor(tx, "worker", read[-1].position)
    await call(db, "unread")
    clock.now += log.RETENTION + timedelta(seconds=1)
    async with db.write() as tx:
        await log.delete_old(tx, "worker")

    assert names(await heard(db)) == ["unread"]


async def test_numbers_are_not_given_twice_even_when_the_log_is_empty(db):
    await call(db, "one")
    first = await heard(db)
    async with db.write() as tx:
        await tx.run(sa.delete(events))
    await call(db, "two")

    assert names(await heard(db, first[-1].position)) == ["two"]


async def test_reading_begins_at_the_position_however_long_the_log_is(db, database_kind):
    if database_kind == "postgresql":
        return
    async with db.read() as reader:
        found = await plans(reader, lambda asked: log.after(asked, Position(0, 7)))

    assert found == ["SEARCH events USING INTEGER PRIMARY KEY (rowid>?)"]


async def test_a_long_log_is_forgotten_piece_by_piece(db, clock):
    await call(db, *("old" for _ in range(log.DELETED_AT_ONCE + 1)))
    async with db.write() as tx:
        await log.move_cursor(tx, "worker", (await log.after(tx, Position(), log.DELETED_AT_ONCE + 1))[-1].position)
    clock.now += log.RETENTION + timedelta(seconds=1)

    left = []
    for _ in range(2):
        async with db.write() as tx:
            left.append((await log.delete_old(tx, "worker"), len(await log.after(tx, Position()))))

    assert left == [(True, 1), (False, 0)]


async def test_what_arrives_is_heard_once_in_whatever_order(db):
    arrivals = log.Arrivals()
    async with db.read() as reader:
        await arrivals.start(reader)
    await call(db, "one", "two")

    async with db.read() as reader:
        assert [one.name for one in await arrivals.new(reader)] == ["one", "two"]
        assert await arrivals.new(reader) == []


async def test_what_was_written_under_a_number_passed_over_is_heard_when_it_comes(db):
    arrivals = log.Arrivals()
    async with db.read() as reader:
        await arrivals.start(reader)
    await call(db, "first", "late", "last")
    async with db.write() as tx:
        _first, late, _last = await tx.all(sa.select(events).order_by(events.c.id))
        await tx.run(sa.delete(events).where(events.c.id == late.id))
    async with db.read() as reader:
        assert [one.name for one in await arrivals.new(reader)] == ["first", "last"]

    async with db.write() as tx:
        await tx.run(sa.insert(events), dict(late._mapping))

    async with db.read() as reader:
        assert [one.name for one in await arrivals.new(reader)] == ["late"]


async def test_a_great_leap_of_numbers_is_not_waited_for_one_by_one(db):
    arrivals = log.Arrivals()
    async with db.read() as reader:
        await arrivals.start(reader)
    await call(db, "far")
    async with db.write() as tx:
        await tx.run(sa.update(events).values(id=events.c.id + 10_000_000))

    async with db.read() as reader:
        assert [one.name for one in await arrivals.new(reader)] == ["far"]
        assert await arrivals.new(reader) == []
