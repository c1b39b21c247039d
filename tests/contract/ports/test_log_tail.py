"""What a process wrote itself it is told without reading it back (`log.next_events`): the same as stands in the log."""

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
    """A tune, for these tests."""

    times: int


@pytest.mark.parametrize("seed", range(20))
async def test_what_this_process_wrote_is_told_as_it_stands_in_the_log(db, other_process, seed):
    """Whoever else writes in between, whatever is undone or refused, and however it was written."""
    chosen = random.Random(seed)
    told, position = [], Position()
    for number in range(40):
        where, how = (
            chosen.choices([db, other_process], [4, 1])[0],
            chosen.choice([_tell, _tell, _look_and_tell, _tell_and_be_undone, _be_refused]),
        )
        await asyncio.gather(*(how(where, number * 10 + one) for one in range(chosen.randint(1, 4))))
        if chosen.random() < 0.6:
            told += await _news(db, told[-1].position if told else position, chosen.choice([1, 3, 200]))
    told += await _news(db, told[-1].position if told else position, 200)

    assert len(told) > 20
    async with other_process.read() as reader:
        assert told == await log.after(reader, Position(), 1000)


async def _news(db, position, limit):
    """Until there are no more."""
    told = []
    while True:
        async with db.read() as reader:
            found = await log.next_events(reader, told[-1].position if told else position, limit)
        if not found:
            return told
        told += found


async def _tell(db, number):
    async with db.write() as tx:
        await tx.emit(Whistled(number), Whistled(-number))


async def _look_and_tell(db, number):
    async with db.write() as tx:
        await tx.emit(Whistled(number))
        await tx.value(sa.select(sa.func.count()).select_from(events))
        await tx.emit(Whistled(-number))


async def _tell_and_be_undone(db, number):
    async with db.write() as tx:
        await tx.emit(Whistled(number))
        with suppress(ZeroDivisionError):
            async with tx.savepoint():
                await tx.emit(Whistled(-number))
                _ = 1 / 0


async def _be_refused(db, number):
    """The first is not, and those of the same batch are not."""
    with suppress(Conflict):
        async with db.write() as tx:
            await tx.emit(Whistled(number))
            await tx.put(sa.insert(domains), {"name": "once.test", "first_seen_at": tx.now})
