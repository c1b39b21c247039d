"""`log.next_events` returns a process's own events from memory, exactly as they are in the log."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress

import pytest
import sqlalchemy as sa

from gazouillis.accounts.tables import domains
from gazouillis.infra.basics.errors import Conflict
from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.log_tail import Position
from gazouillis.infra.database.tables import events
from gazouillis.infra.event_log import log


class Whistled(Event, frozen=True):
    """An event for these tests."""

    times: int


@pytest.mark.parametrize("seed", range(20))
async def test_events_from_memory_equal_those_in_the_log(db, other_process, seed):
    """Also when another process writes in between, when transactions are rolled back or refused, and however the events were emitted."""
    randomness = random.Random(seed)
    events_read, position = [], Position()
    for number in range(40):
        where, how = (
            randomness.choices([db, other_process], [4, 1])[0],
            randomness.choice([_emit, _emit, _emit_and_query, _emit_and_roll_back_a_part, _break_a_constraint]),
        )
        await asyncio.gather(*(how(where, number * 10 + one) for one in range(randomness.randint(1, 4))))
        if randomness.random() < 0.6:
            events_read += await _all_next_events(db, events_read[-1].position if events_read else position, randomness.choice([1, 3, 200]))
    events_read += await _all_next_events(db, events_read[-1].position if events_read else position, 200)

    assert len(events_read) > 20
    async with other_process.read() as reader:
        assert events_read == await log.after(reader, Position(), 1000)


async def _all_next_events(db, position, limit):
    """Reads until there are no more."""
    events_read = []
    while True:
        async with db.read() as reader:
            found = await log.next_events(reader, events_read[-1].position if events_read else position, limit)
        if not found:
            return events_read
        events_read += found


async def _emit(db, number):
    async with db.write() as tx:
        await tx.emit(Whistled(number), Whistled(-number))


async def _emit_and_query(db, number):
    async with db.write() as tx:
        await tx.emit(Whistled(number))
        await tx.value(sa.select(sa.func.count()).select_from(events))
        await tx.emit(Whistled(-number))


async def _emit_and_roll_back_a_part(db, number):
    async with db.write() as tx:
        await tx.emit(Whistled(number))
        with suppress(ZeroDivisionError):
            async with tx.savepoint():
                await tx.emit(Whistled(-number))
                _ = 1 / 0


async def _break_a_constraint(db, number):
    """The first call succeeds, later ones are refused; other transactions of the same batch must not be."""
    with suppress(Conflict):
        async with db.write() as tx:
            await tx.emit(Whistled(number))
            await tx.put(sa.insert(domains), {"name": "once.test", "first_seen_at": tx.now})
