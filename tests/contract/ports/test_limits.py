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


async def test_each_request_lowers_what_remains(limits):
    assert [(await limits.count("ann", 3, HOUR)).remaining for _ in range(4)] == [2, 1, 0, -1]


async def test_a_request_beyond_the_limit_is_refused_with_the_time_to_wait(limits):
    await require(limits, "ann", 1, HOUR)

    with pytest.raises(TooMany) as refused:
        await require(limits, "ann", 1, HOUR)
    assert 0 < refused.value.retry_after <= 3600


async def test_keys_are_counted_separately(limits):
    await limits.count("ann", 1, HOUR)

    assert (await limits.count("bob", 1, HOUR)).remaining == 0


async def test_the_count_restarts_with_the_next_window(limits, clock):
    first = await limits.count("ann", 1, HOUR)
    clock.now = first.resets_at

    assert (await limits.count("ann", 1, HOUR)).remaining == 0


async def test_concurrent_requests_are_all_counted(limits):
    spent = await asyncio.gather(*(limits.count("ann", 100, HOUR) for _ in range(100)))

    assert min(one.remaining for one in spent) == 0


async def test_many_keys_do_not_exceed_the_capacity(clock):
    limits = MemoryLimits(clock, capacity=100)
    for number in range(1000):
        await limits.count(str(number), 1, HOUR)

    assert len(limits) <= 101


async def test_many_keys_do_not_erase_the_count_of_a_frequent_one(clock):
    limits = MemoryLimits(clock, capacity=100)
    for _ in range(5):
        await limits.count("mallory", 5, HOUR)
    for number in range(1000):
        await limits.count(str(number), 1, HOUR)

    assert (await limits.count("mallory", 5, HOUR)).is_exceeded


async def test_ended_windows_are_dropped(clock):
    limits = MemoryLimits(clock)
    for _ in range(5):
        await limits.count("ann", 5, HOUR)
        clock.advance(hours=2)

    assert len(limits) == 1


async def test_a_long_key_takes_little_memory_and_is_counted_separately(limits):
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
def test_the_addresses_of_one_household_count_as_one_client(address, other, is_one):
    assert (client_network(address) == client_network(other)) is is_one
