"""Contract of `Tx.put`: deferred rows are written together with others, and are as durable and consistent as any other."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
import sqlalchemy as sa

from gazouillis.accounts.tables import domains
from gazouillis.infra.basics.errors import Conflict, Unavailable
from gazouillis.infra.basics.events import Event
from gazouillis.infra.database.tables import events
from gazouillis.infra.database.transactions import insert_or_ignore

INSERT = sa.insert(domains)
RENAME = sa.update(domains).where(domains.c.name == sa.bindparam("named")).values(software=domains.c.software + sa.bindparam("more"))
NAMES = sa.select(domains.c.name).order_by(domains.c.name)
SOFTWARE = sa.select(domains.c.software)


class Sang(Event, frozen=True):
    """An event for these tests."""

    name: str


async def put(db, *given):
    async with db.write() as tx:
        await tx.put(INSERT, *({"name": name, "first_seen_at": tx.now} for name in given))
        await tx.emit(*map(Sang, given))


async def names(db):
    async with db.read() as reader:
        return await reader.values(NAMES)


async def songs(db):
    """In the order of the log."""
    async with db.read() as reader:
        return [body.decode() for body in await reader.values(sa.select(events.c.body).order_by(events.c.id))]


async def test_a_put_row_is_on_disk_when_it_is_acknowledged(db, other_process):
    await put(db, "a.test", "b.test")

    assert await names(other_process) == ["a.test", "b.test"]


async def test_a_transaction_sees_its_own_puts(db):
    async with db.write() as tx:
        await tx.put(INSERT, {"name": "a.test", "first_seen_at": tx.now})
        seen = await tx.values(NAMES)
        await tx.put(INSERT, {"name": "b.test", "first_seen_at": tx.now})

        assert (seen, await tx.values(NAMES)) == (["a.test"], ["a.test", "b.test"])


async def test_a_put_without_rows_does_nothing(db):
    async with db.write() as tx:
        await tx.put(INSERT)
        await tx.values(NAMES)
        await tx.put(INSERT)

    assert await names(db) == []


async def test_the_puts_of_a_failed_transaction_are_rolled_back(db):
    with suppress(ZeroDivisionError):
        async with db.write() as tx:
            await tx.put(INSERT, {"name": "a.test", "first_seen_at": tx.now})
            await tx.emit(Sang("a.test"))
            _ = 1 / 0
    await put(db, "b.test")

    assert await names(db) == ["b.test"]
    assert await songs(db) == ['{"name":"b.test"}']


async def test_concurrent_puts_are_all_written_and_their_events_keep_the_order(db):
    await asyncio.gather(*(put(db, f"{number:03}.test") for number in range(100)))

    assert len(await names(db)) == 100
    if db.dialect == "sqlite":
        assert await songs(db) == [f'{{"name":"{number:03}.test"}}' for number in range(100)]


async def test_concurrent_increments_all_count(db):
    await put(db, "a.test")

    async def grow(letter):
        async with db.write() as tx:
            await tx.put(RENAME, {"named": "a.test", "more": letter})

    await asyncio.gather(*map(grow, "abcdefgh"))

    async with db.read() as reader:
        assert sorted(await reader.value(SOFTWARE)) == [*"abcdefgh"]


async def test_rows_with_different_columns_are_written_whole(db):
    async def put_with(name, **more):
        async with db.write() as tx:
            await tx.put(INSERT, {"name": name, "first_seen_at": tx.now, **more})

    await asyncio.gather(put_with("a.test"), put_with("b.test", software="mastodon"), put_with("c.test"))

    async with db.read() as reader:
        found = await reader.all(sa.select(domains.c.name, domains.c.software).order_by(domains.c.name))
    assert [tuple(one) for one in found] == [("a.test", ""), ("b.test", "mastodon"), ("c.test", "")]


async def test_only_the_transaction_whose_row_is_refused_fails(db):
    """Every third transaction inserts a name that exists; its events must not be logged either."""
    await put(db, "taken.test")
    wanted = ["taken.test" if number % 3 == 0 else f"{number:02}.test" for number in range(30)]

    ended = await asyncio.gather(*(put(db, name) for name in wanted), return_exceptions=True)

    assert [isinstance(one, Conflict) for one in ended] == [number % 3 == 0 for number in range(30)]
    free = [name for name in wanted if name != "taken.test"]
    assert await names(db) == [*free, "taken.test"]
    assert sorted(await songs(db)) == sorted(f'{{"name":"{name}"}}' for name in ["taken.test", *free])


async def test_a_query_sees_earlier_puts_of_the_batch(db):
    """With one writer. Where there are several, they see only what others have committed."""
    seen = []

    async def look():
        async with db.write() as tx:
            seen.extend(await tx.values(NAMES))

    await asyncio.gather(put(db, "a.test"), put(db, "b.test"), look(), put(db, "c.test"))

    if db.dialect == "sqlite":
        assert seen == ["a.test", "b.test"]
    assert await names(db) == ["a.test", "b.test", "c.test"]


async def test_a_savepoint_rolls_back_only_its_own_puts(db):
    async with db.write() as tx:
        await tx.put(INSERT, {"name": "a.test", "first_seen_at": tx.now})
        with suppress(ZeroDivisionError):
            async with tx.savepoint():
                await tx.put(INSERT, {"name": "never.test", "first_seen_at": tx.now})
                await tx.emit(Sang("never"))
                _ = 1 / 0
        await tx.emit(Sang("a"))

    assert await names(db) == ["a.test"]
    assert await songs(db) == ['{"name":"a"}']


@pytest.mark.parametrize("again", [1, 3])
async def test_an_existing_row_may_be_put_again_with_on_conflict(db, again):
    for _ in range(again):
        async with db.write() as tx:
            await tx.put(insert_or_ignore(domains), {"name": "a.test", "first_seen_at": tx.now})

    assert await names(db) == ["a.test"]


async def test_a_cancelled_transaction_does_not_cancel_others(db):
    writing = [asyncio.create_task(put(db, f"{number}.test")) for number in range(8)]
    await asyncio.sleep(0)
    writing[3].cancel()

    ended = await asyncio.gather(*writing, return_exceptions=True)

    assert [one for one in ended if one is not None and not isinstance(one, asyncio.CancelledError)] == []
    assert {f"{number}.test" for number in range(8) if number != 3} <= set(await names(db))


async def test_on_a_full_disk_exactly_the_acknowledged_rows_are_stored(db):
    if db.dialect != "sqlite":
        pytest.skip("PostgreSQL has no such limit for one database")
    await put(db, "before.test")
    async with db.write() as tx:
        pages = await tx.value(sa.text("PRAGMA page_count"))
        await tx.all(sa.text(f"PRAGMA max_page_count = {pages + 12}"))
    ended = {}

    async def attempt(name):
        try:
            async with db.write() as tx:
                if name.endswith("9.test"):  # the first is ignored
                    with suppress(Exception):
                        await tx.run(INSERT, {"name": f"more-{name}", "software": "x" * 90_000, "first_seen_at": tx.now})
                        await tx.run(sa.delete(domains).where(domains.c.name == f"more-{name}"))
                    await tx.run(INSERT, {"name": name, "first_seen_at": tx.now})
                else:
                    await tx.put(INSERT, {"name": name, "software": "x" * 3000, "first_seen_at": tx.now})
                await tx.emit(Sang(name))
                if name.endswith("7.test"):
                    await tx.values(NAMES)
        except Exception as fault:
            ended[name] = fault
        else:
            ended[name] = None

    for _ in range(3):
        await asyncio.gather(*(attempt(f"{len(ended) + number}.test") for number in range(40)))
    async with db.write() as tx:
        await tx.all(sa.text("PRAGMA max_page_count = 1000000"))
    await put(db, "behind.test")

    kept = {name for name, fault in ended.items() if fault is None}
    assert set(await names(db)) == kept | {"before.test", "behind.test"}
    assert {type(fault) for fault in ended.values() if fault is not None} == {Unavailable}
    assert len(await songs(db)) == len(kept) + 2
