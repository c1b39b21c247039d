"""What every database promises to whoever looks (`Reader`) and to whoever changes (`Tx`)."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
import sqlalchemy as sa

from gazouillis.accounts.tables import domains
from gazouillis.infra.basics.events import Event
from gazouillis.infra.database.tables import events
from gazouillis.infra.database.transactions import insert_or_ignore, insert_or_replace, inside_transaction

NAMES = sa.select(domains.c.name).order_by(domains.c.name)


class Rang(Event, frozen=True):
    """A bell, for these tests."""

    times: int = 1


class Stop(Exception):
    pass


def domain(name, now, **values):
    return {"name": name, "first_seen_at": now, **values}


async def names(db):
    async with db.read() as reader:
        return await reader.values(NAMES)


async def write(db, *given):
    async with db.write() as tx:
        await tx.run(sa.insert(domains), [domain(name, tx.now) for name in given])


async def test_what_is_written_is_read(db):
    await write(db, "a.test", "b.test")

    assert await names(db) == ["a.test", "b.test"]


async def test_the_four_ways_to_look(db):
    await write(db, "a.test", "b.test")

    async with db.read() as reader:
        assert [row.name for row in await reader.all(NAMES)] == ["a.test", "b.test"]
        assert (await reader.one(NAMES)).name == "a.test"
        assert await reader.value(NAMES) == "a.test"
        assert await reader.one(NAMES.where(domains.c.name == "c.test")) is None


async def test_a_moment_comes_back_to_the_microsecond(db):
    await write(db, "a.test")

    async with db.read() as reader:
        assert await reader.value(sa.select(domains.c.first_seen_at)) <= reader.now
        assert (await reader.value(sa.select(domains.c.first_seen_at))).utcoffset().total_seconds() == 0


async def test_a_text_comes_back_as_it_was(db):
    async with db.write() as tx:
        await tx.run(sa.insert(domains), domain("a.test", tx.now, software="Twitts à Budapest 🙂 œ’"))

    async with db.read() as reader:
        assert await reader.value(sa.select(domains.c.software)) == "Twitts à Budapest 🙂 œ’"


async def test_an_exception_undoes_all(db):
    with suppress(Stop):
        async with db.write() as tx:
            await tx.run(sa.insert(domains), domain("a.test", tx.now))
            await tx.emit(Rang())
            raise Stop

    async with db.read() as reader:
        assert await reader.values(NAMES) == []
        assert await reader.value(sa.select(sa.func.count()).select_from(events)) == 0


async def test_a_savepoint_is_undone_alone(db):
    async with db.write() as tx:
        await tx.run(sa.insert(domains), domain("kept.test", tx.now))
        with suppress(Stop):
            async with tx.savepoint():
                await tx.run(sa.insert(domains), domain("undone.test", tx.now))
                await tx.emit(Rang())
                raise Stop
        await tx.run(sa.insert(domains), domain("later.test", tx.now))

    assert await names(db) == ["kept.test", "later.test"]


async def test_savepoints_stand_inside_each_other(db):
    async with db.write() as tx, tx.savepoint():
        with suppress(Stop):
            async with tx.savepoint():
                await tx.run(sa.insert(domains), domain("undone.test", tx.now))
                raise Stop
        await tx.run(sa.insert(domains), domain("kept.test", tx.now))

    assert await names(db) == ["kept.test"]


async def test_a_broken_rule_of_the_database_leaves_the_rest_of_the_savepoint_usable(db):
    await write(db, "a.test")
    async with db.write() as tx:
        with suppress(sa.exc.IntegrityError):
            async with tx.savepoint():
                await tx.run(sa.insert(domains), domain("a.test", tx.now))
        await tx.run(sa.insert(domains), domain("b.test", tx.now))

    assert await names(db) == ["a.test", "b.test"]


async def test_inserting_again_is_ignored_and_counted_as_nothing(db):
    async with db.write() as tx:
        assert await tx.run(insert_or_ignore(domains), domain("a.test", tx.now)) == 1
        assert await tx.run(insert_or_ignore(domains), domain("a.test", tx.now)) == 0


async def test_inserting_or_replacing_keeps_one_row(db):
    async with db.write() as tx:
        for software in ("mastodon", "gazouillis"):
            await tx.run(insert_or_replace(domains, ["name"], ["software"]), domain("a.test", tx.now, software=software))

    async with db.read() as reader:
        assert await reader.values(sa.select(domains.c.software)) == ["gazouillis"]


async def test_run_says_how_many_rows_it_touched(db):
    await write(db, "a.test", "b.test", "c.test")

    async with db.write() as tx:
        assert await tx.run(sa.update(domains).where(domains.c.name > "a.test").values(software="x")) == 2
        assert await tx.run(sa.delete(domains).where(domains.c.name == "z.test")) == 0


async def test_nobody_sees_what_is_not_committed(db, other_process):
    async with db.write() as tx:
        await tx.run(sa.insert(domains), domain("a.test", tx.now))
        assert await tx.values(NAMES) == ["a.test"]
        assert await names(db) == []
        assert await names(other_process) == []


async def test_what_was_acknowledged_is_seen_by_another_process(db, other_process):
    for number in range(20):
        await write(db, f"{number:02}.test")
        assert len(await names(other_process)) == number + 1


async def test_writers_at_once_are_all_kept(db):
    await asyncio.gather(*(write(db, f"{number:03}.test") for number in range(200)))

    assert len(await names(db)) == 200


async def test_a_writer_that_fails_does_not_take_its_neighbours_along(db):
    async def attempt(number):
        async with db.write() as tx:
            await tx.run(sa.insert(domains), domain(f"{number:02}.test", tx.now))
            await asyncio.sleep(0)
            if number % 3 == 0:
                raise Stop

    ended = await asyncio.gather(*map(attempt, range(30)), return_exceptions=True)

    assert [isinstance(one, Stop) for one in ended] == [number % 3 == 0 for number in range(30)]
    assert await names(db) == [f"{number:02}.test" for number in range(30) if number % 3]


async def test_a_writer_that_is_cancelled_leaves_nothing(db):
    entered = asyncio.Event()

    async def endless():
        async with db.write() as tx:
            await tx.run(sa.insert(domains), domain("cancelled.test", tx.now))
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(endless())
    await entered.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await write(db, "next.test")

    assert await names(db) == ["next.test"]


async def test_ids_grow(db):
    async with db.write() as tx:
        first, second = tx.new_id(), tx.new_id()
    async with db.write() as tx:
        third = tx.new_id()

    assert first < second < third


async def test_events_wake_this_process_after_the_commit_and_only_then(db):
    seen = []

    async def look():
        async with db.read() as reader:
            seen.append(await reader.value(sa.select(sa.func.count()).select_from(events)))

    woken = asyncio.Event()
    db.on_events = woken.set
    async with db.write() as tx:
        await tx.emit(Rang())
        await asyncio.sleep(0.01)
        assert not woken.is_set()
    await asyncio.wait_for(woken.wait(), 1)
    await look()

    assert seen == [1]


async def test_a_write_without_events_wakes_nobody(db):
    woken = []
    db.on_events = lambda: woken.append(True)
    await write(db, "a.test")

    assert woken == []


async def test_a_task_knows_that_it_is_inside_a_transaction(db):
    assert not inside_transaction.get()
    async with db.write():
        assert inside_transaction.get()
    async with db.read():
        assert not inside_transaction.get()


async def test_a_long_look_sees_what_is_committed(db):
    await write(db, "a.test")

    async with db.long_read() as reader:
        assert await reader.values(NAMES) == ["a.test"]
        assert await reader.value(sa.select(sa.func.count()).select_from(domains)) == 1


async def test_a_change_of_the_schema_is_undone_whole(db):
    def change(connection):
        connection.exec_driver_sql("create table passing (id integer)")
        raise Stop

    with pytest.raises(Stop):
        await db.run_sync(change)
    async with db.write() as tx:
        await tx.run(sa.text("create table passing (id integer)"))
        await tx.run(sa.text("drop table passing"))


@pytest.mark.parametrize("turns", range(8))
async def test_who_is_interrupted_even_while_undoing_leaves_nothing_open(db, other_process, turns):
    """What is written next, perhaps on the same connection, is on the disk and not in somebody's forgotten transaction."""
    begun = asyncio.Event()

    async def begin():
        async with db.write() as tx:
            await tx.run(sa.insert(domains), [domain("never.example", tx.now)])
            begun.set()
            await asyncio.sleep(10)

    writing = asyncio.create_task(begin())
    await begun.wait()
    await interrupted(writing, turns)
    await write(db, "said.example")

    assert await names(other_process) == ["said.example"]


@pytest.mark.parametrize("turns", range(12))
async def test_who_is_interrupted_while_writing_leaves_nothing_open(db, other_process, turns):
    await write(db, "a.example")

    writing = asyncio.create_task(write(db, "perhaps.example"))
    for _ in range(turns):
        await asyncio.sleep(0)
    await interrupted(writing, turns)
    await write(db, "said.example")

    assert {"a.example", "said.example"} <= set(await names(other_process))


@pytest.mark.parametrize("turns", range(8))
@pytest.mark.parametrize("order", [("gone", "stays"), ("stays", "gone")], ids="-".join)
async def test_who_gives_up_does_not_keep_others_from_hearing_that_theirs_is_on_disk(db, other_process, order, turns):
    first, *others = (asyncio.create_task(write(db, f"{name}.example")) for name in ("first", *order))
    await first  # the others gather meanwhile
    await others_after_one_gave_up(others, order, turns)

    assert "stays.example" in await names(other_process)


@pytest.mark.parametrize("turns", range(8))
async def test_who_is_on_disk_hears_of_it_though_who_was_next_gives_up(db, other_process, turns):
    writing = [asyncio.create_task(write(db, f"{name}.example")) for name in ("stays", "gone")]
    while "stays.example" not in await names(other_process):  # noqa: ASYNC110 (nobody here is told yet)
        await asyncio.sleep(0)
    await others_after_one_gave_up(writing, ("stays", "gone"), turns)


async def test_who_writes_is_not_left_waiting_for_somebody_who_gave_up(db, other_process):
    async def stay():
        async with db.write() as tx:
            await tx.run(sa.insert(domains), [domain("stays.example", tx.now)])
            await asyncio.sleep(0)  # the other comes to wait
            giving_up.cancel()

    staying, giving_up = asyncio.create_task(stay()), asyncio.create_task(write(db, "gone.example"))

    async with asyncio.timeout(10):
        await staying
    with suppress(asyncio.CancelledError):  # unless it was done already, where two may write at once
        await giving_up
    assert "stays.example" in await names(other_process)


async def others_after_one_gave_up(writing, order, turns):
    """After so many turns of the loop."""
    tasks = dict(zip(order, writing, strict=True))
    for _ in range(turns):
        await asyncio.sleep(0)
    tasks["gone"].cancel()
    async with asyncio.timeout(10):
        await tasks["stays"]
    with suppress(asyncio.CancelledError):
        await tasks["gone"]


async def interrupted(task, turns):
    task.cancel()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
