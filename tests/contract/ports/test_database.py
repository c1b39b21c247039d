"""Contract of `Database`, `Reader` and `Tx`, on SQLite and on PostgreSQL."""

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
    """An event for these tests."""

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


async def test_the_ways_to_query(db):
    await write(db, "a.test", "b.test")

    async with db.read() as reader:
        assert [row.name for row in await reader.all(NAMES)] == ["a.test", "b.test"]
        assert (await reader.one(NAMES)).name == "a.test"
        assert await reader.value(NAMES) == "a.test"
        assert await reader.one(NAMES.where(domains.c.name == "c.test")) is None


async def test_a_moment_is_read_back_to_the_microsecond(db):
    await write(db, "a.test")

    async with db.read() as reader:
        assert await reader.value(sa.select(domains.c.first_seen_at)) <= reader.now
        assert (await reader.value(sa.select(domains.c.first_seen_at))).utcoffset().total_seconds() == 0


async def test_a_text_is_read_back_unchanged(db):
    async with db.write() as tx:
        await tx.run(sa.insert(domains), domain("a.test", tx.now, software="Twitts à Budapest 🙂 œ’"))

    async with db.read() as reader:
        assert await reader.value(sa.select(domains.c.software)) == "Twitts à Budapest 🙂 œ’"


async def test_an_exception_rolls_everything_back(db):
    with suppress(Stop):
        async with db.write() as tx:
            await tx.run(sa.insert(domains), domain("a.test", tx.now))
            await tx.emit(Rang())
            raise Stop

    async with db.read() as reader:
        assert await reader.values(NAMES) == []
        assert await reader.value(sa.select(sa.func.count()).select_from(events)) == 0


async def test_emitting_no_event_writes_none(db):
    async with db.write() as tx:
        await tx.emit()

    async with db.read() as reader:
        assert await reader.value(sa.select(sa.func.count()).select_from(events)) == 0


async def test_a_savepoint_is_rolled_back_alone(db):
    async with db.write() as tx:
        await tx.run(sa.insert(domains), domain("kept.test", tx.now))
        with suppress(Stop):
            async with tx.savepoint():
                await tx.run(sa.insert(domains), domain("undone.test", tx.now))
                await tx.emit(Rang())
                raise Stop
        await tx.run(sa.insert(domains), domain("later.test", tx.now))

    assert await names(db) == ["kept.test", "later.test"]


async def test_savepoints_can_be_nested(db):
    async with db.write() as tx, tx.savepoint():
        with suppress(Stop):
            async with tx.savepoint():
                await tx.run(sa.insert(domains), domain("undone.test", tx.now))
                raise Stop
        await tx.run(sa.insert(domains), domain("kept.test", tx.now))

    assert await names(db) == ["kept.test"]


async def test_a_broken_constraint_in_a_savepoint_leaves_the_transaction_usable(db):
    await write(db, "a.test")
    async with db.write() as tx:
        with suppress(sa.exc.IntegrityError):
            async with tx.savepoint():
                await tx.run(sa.insert(domains), domain("a.test", tx.now))
        await tx.run(sa.insert(domains), domain("b.test", tx.now))

    assert await names(db) == ["a.test", "b.test"]


async def test_insert_or_ignore_skips_an_existing_row_and_counts_zero(db):
    async with db.write() as tx:
        assert await tx.run(insert_or_ignore(domains), domain("a.test", tx.now)) == 1
        assert await tx.run(insert_or_ignore(domains), domain("a.test", tx.now)) == 0


async def test_insert_or_replace_updates_an_existing_row(db):
    async with db.write() as tx:
        for software in ("mastodon", "gazouillis"):
            await tx.run(insert_or_replace(domains, ["name"], ["software"]), domain("a.test", tx.now, software=software))

    async with db.read() as reader:
        assert await reader.values(sa.select(domains.c.software)) == ["gazouillis"]


async def test_run_returns_how_many_rows_it_changed(db):
    await write(db, "a.test", "b.test", "c.test")

    async with db.write() as tx:
        assert await tx.run(sa.update(domains).where(domains.c.name > "a.test").values(software="x")) == 2
        assert await tx.run(sa.delete(domains).where(domains.c.name == "z.test")) == 0


async def test_uncommitted_rows_are_invisible_to_others(db, other_process):
    async with db.write() as tx:
        await tx.run(sa.insert(domains), domain("a.test", tx.now))
        assert await tx.values(NAMES) == ["a.test"]
        assert await names(db) == []
        assert await names(other_process) == []


async def test_another_process_sees_every_acknowledged_write(db, other_process):
    for number in range(20):
        await write(db, f"{number:02}.test")
        assert len(await names(other_process)) == number + 1


async def test_concurrent_writes_are_all_stored(db):
    await asyncio.gather(*(write(db, f"{number:03}.test") for number in range(200)))

    assert len(await names(db)) == 200


async def test_a_transaction_that_fails_does_not_fail_others_of_its_batch(db):
    async def attempt(number):
        async with db.write() as tx:
            await tx.run(sa.insert(domains), domain(f"{number:02}.test", tx.now))
            await asyncio.sleep(0)
            if number % 3 == 0:
                raise Stop

    ended = await asyncio.gather(*map(attempt, range(30)), return_exceptions=True)

    assert [isinstance(one, Stop) for one in ended] == [number % 3 == 0 for number in range(30)]
    assert await names(db) == [f"{number:02}.test" for number in range(30) if number % 3]


async def test_a_cancelled_transaction_is_rolled_back(db):
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


async def test_on_events_is_called_after_the_commit(db):
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


async def test_on_events_is_not_called_without_events(db):
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


async def test_a_long_read_sees_committed_rows(db):
    await write(db, "a.test")

    async with db.long_read() as reader:
        assert await reader.values(NAMES) == ["a.test"]
        assert await reader.value(sa.select(sa.func.count()).select_from(domains)) == 1


async def test_a_failed_schema_change_is_rolled_back(db):
    def change(connection):
        connection.exec_driver_sql("create table passing (id integer)")
        raise Stop

    with pytest.raises(Stop):
        await db.run_sync(change)
    async with db.write() as tx:
        await tx.run(sa.text("create table passing (id integer)"))
        await tx.run(sa.text("drop table passing"))


@pytest.mark.parametrize("iterations", range(8))
async def test_a_task_cancelled_even_during_its_rollback_leaves_no_open_transaction(db, other_process, iterations):
    """A later write, perhaps on the same connection, is committed, and not part of a transaction that was left open."""
    begun = asyncio.Event()

    async def begin():
        async with db.write() as tx:
            await tx.run(sa.insert(domains), [domain("never.example", tx.now)])
            begun.set()
            await asyncio.sleep(10)

    writing = asyncio.create_task(begin())
    await begun.wait()
    await cancelled_twice(writing, iterations)
    await write(db, "said.example")

    assert await names(other_process) == ["said.example"]


@pytest.mark.parametrize("iterations", range(12))
async def test_a_task_cancelled_while_writing_leaves_no_open_transaction(db, other_process, iterations):
    await write(db, "a.example")

    writing = asyncio.create_task(write(db, "perhaps.example"))
    for _ in range(iterations):
        await asyncio.sleep(0)
    await cancelled_twice(writing, iterations)
    await write(db, "said.example")

    assert {"a.example", "said.example"} <= set(await names(other_process))


@pytest.mark.parametrize("iterations", range(8))
@pytest.mark.parametrize("order", [("gone", "stays"), ("stays", "gone")], ids="-".join)
async def test_a_cancelled_task_does_not_prevent_the_acknowledgement_of_others(db, other_process, order, iterations):
    first, *others = (asyncio.create_task(write(db, f"{name}.example")) for name in ("first", *order))
    await first  # the others form the next batch meanwhile
    await others_succeed_after_one_is_cancelled(others, order, iterations)

    assert "stays.example" in await names(other_process)


@pytest.mark.parametrize("iterations", range(8))
async def test_a_write_on_disk_is_acknowledged_though_the_next_one_is_cancelled(db, other_process, iterations):
    writing = [asyncio.create_task(write(db, f"{name}.example")) for name in ("stays", "gone")]
    while "stays.example" not in await names(other_process):  # noqa: ASYNC110 (neither task is acknowledged yet)
        await asyncio.sleep(0)
    await others_succeed_after_one_is_cancelled(writing, ("stays", "gone"), iterations)


async def test_a_batch_does_not_wait_for_a_cancelled_task(db, other_process):
    async def stay():
        async with db.write() as tx:
            await tx.run(sa.insert(domains), [domain("stays.example", tx.now)])
            await asyncio.sleep(0)  # the other starts to wait
            giving_up.cancel()

    staying, giving_up = asyncio.create_task(stay()), asyncio.create_task(write(db, "gone.example"))

    async with asyncio.timeout(10):
        await staying
    with suppress(asyncio.CancelledError):  # it may be done already, where two transactions write at the same time
        await giving_up
    assert "stays.example" in await names(other_process)


async def others_succeed_after_one_is_cancelled(writing, order, iterations):
    """Cancels one of them after so many iterations of the event loop; the other must succeed."""
    tasks = dict(zip(order, writing, strict=True))
    for _ in range(iterations):
        await asyncio.sleep(0)
    tasks["gone"].cancel()
    async with asyncio.timeout(10):
        await tasks["stays"]
    with suppress(asyncio.CancelledError):
        await tasks["gone"]


async def cancelled_twice(task, iterations):
    task.cancel()
    for _ in range(iterations):
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
