from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from gazouillis.infra.basics.errors import TooMany
from gazouillis.infra.cache.weight import weight
from gazouillis.infra.limits import MemoryLimits, client_network, require

HOUR = timedelta(hours=1)


@pytest.fixture(params=["memory"])
def limits(request, clock):
    return {"memory": lambda: MemoryLimits(clock)}[request.param]()


async def test_what_is_left_is_said(limits):
    assert [(await limits.count("ann", 3, HOUR)).remaining for _ in range(4)] == [2, 1, 0, -1]


async def test_one_too_many_is_refused_with_the_time_to_wait(limits):
    await require(limits, "ann", 1, HOUR)

    with pytest.raises(TooMany) as refused:
        await require(limits, "ann", 1, HOUR)
    assert 0 < refused.value.retry_after <= 3600


async def test_keys_do_not_touch_each_other(limits):
    await limits.count("ann", 1, HOUR)

    assert (await limits.count("bob", 1, HOUR)).remaining == 0


async def test_a_window_ends(limits, clock):
    first = await limits.count("ann", 1, HOUR)
    clock.now = first.resets_at

    assert (await limits.count("ann", 1, HOUR)).remaining == 0


async def test_counting_at_once_misses_nobody(limits):
    spent = await asyncio.gather(*(limits.count("ann", 100, HOUR) for _ in range(100)))

    assert min(one.remaining for one in spent) == 0


async def test_strangers_do_not_fill_the_memory(clock):
    limits = MemoryLimits(clock, largest=100)
    for number in range(1000):
        await limits.count(str(number), 1, HOUR)

    assert len(limits) <= 101


async def test_strangers_do_not_wipe_out_the_count_of_who_asks_often(clock):
    limits = MemoryLimits(clock, largest=100)
    for _ in range(5):
        await limits.count("mallory", 5, HOUR)
    for number in range(1000):
        await limits.count(str(number), 1, HOUR)

    assert (await limits.count("mallory", 5, HOUR)).is_exceeded


async def test_windows_that_ended_leave_nothing_behind(clock):
    limits = MemoryLimits(clock)
    for _ in range(5):
        await limits.count("ann", 5, HOUR)
        clock.advance(hours=2)

    assert len(limits) == 1


async def test_a_long_key_takes_no_room_and_is_counted_apart(limits):
    for _ in range(3):
        await limits.count("a" * 1_000_000, 3, HOUR)

    assert (await limits.count("a" * 1_000_000, 3, HOUR)).is_exceeded
    assert (await limits.count("a" * 999_999, 3, HOUR)).remaining == 2
    assert weight(limits._windows) < 2_000


@pytest.mark.parametrize(
    ("address", "other", "is_one"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("64:ff9b::192.0.2.1", "64:ff9b::192.0.2.2", False),
        ("2002:c000:201::1", "2002:c000:201:7::1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
    ],
)
def test_one_home_is_counted_as_one(address, other, is_one):
    assert (client_network(address) == client_network(other)) is is_one
