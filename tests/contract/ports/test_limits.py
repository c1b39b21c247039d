from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from gazouillis.infra.errors import TooMany
from gazouillis.infra.limits import MemoryLimits, require

HOUR = timedelta(hours=1)


@pytest.fixture(params=["memory"])
def limits(request, clock):
    return {"memory": lambda: MemoryLimits(clock)}[request.param]()


async def test_what_is_left_is_said(limits):
    assert [(await limits.spend("ann", 3, HOUR)).remaining for _ in range(4)] == [2, 1, 0, -1]


async def test_one_too_many_is_refused_with_the_time_to_wait(limits):
    await require(limits, "ann", 1, HOUR)

    with pytest.raises(TooMany) as refused:
        await require(limits, "ann", 1, HOUR)
    assert 0 < refused.value.retry_after <= 3600


async def test_keys_do_not_touch_each_other(limits):
    await limits.spend("ann", 1, HOUR)

    assert (await limits.spend("bob", 1, HOUR)).remaining == 0


async def test_a_window_ends(limits, clock):
    first = await limits.spend("ann", 1, HOUR)
    clock.now = first.resets_at

    assert (await limits.spend("ann", 1, HOUR)).remaining == 0


async def test_counting_at_once_misses_nobody(limits):
    spent = await asyncio.gather(*(limits.spend("ann", 100, HOUR) for _ in range(100)))

    assert min(one.remaining for one in spent) == 0


async def test_strangers_do_not_fill_the_memory(clock):
    limits = MemoryLimits(clock, largest=100)
    for number in range(1000):
        await limits.spend(str(number), 1, HOUR)

    assert len(limits._counts) <= 101
