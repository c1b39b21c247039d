"""A flood of one kind of heavy work is refused in part, and holds back nobody who wants something else."""

import asyncio
import threading

import pytest

from gazouillis.accounts import hashing
from gazouillis.infra import thread_pools
from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.database import postgres, sqlite
from gazouillis.infra.files import images
from gazouillis.infra.thread_pools import Gate, Pool
from gazouillis.web.drawings import Drawings
from tests.support.browser import Browser


@pytest.fixture
def stuck():
    """Work that does not end before the test does."""
    end = threading.Event()
    yield end.wait
    end.set()


async def test_what_finds_a_pool_full_is_refused_at_once(stuck):
    pool = Pool("test", threads=1, waiting=2)
    waiting = [asyncio.ensure_future(pool.run(stuck)) for _ in range(3)]
    await asyncio.sleep(0)

    with pytest.raises(Unavailable):
        await pool.run(stuck)
    for one in waiting:
        one.cancel()


async def test_who_gives_up_makes_room_only_once_the_work_is_done(stuck):
    pool = Pool("test", threads=1, waiting=0)
    begun = asyncio.ensure_future(pool.run(stuck))
    await asyncio.sleep(0.01)
    begun.cancel()

    with pytest.raises(Unavailable):
        await pool.run(stuck)


async def test_a_gate_lets_in_so_many_and_refuses_the_rest():
    gate, inside = Gate(at_once=1, waiting=1), asyncio.Event()

    async def enter():
        async with gate.turn():
            await inside.wait()

    waiting = [asyncio.ensure_future(enter()) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        async with gate.turn():
            pass
    inside.set()
    await asyncio.gather(*waiting)

    async with gate.turn():
        pass


async def test_a_full_pool_says_so_with_when_to_ask_again(town, alice, stuck):
    town.site.the(Drawings).pool = pool = Pool("test", threads=1, waiting=0)
    begun = asyncio.ensure_future(pool.run(stuck))
    await asyncio.sleep(0)

    answer = await Browser(town).reads("/avatars/alice.png")

    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True)
    begun.cancel()


async def test_searches_wait_for_their_turn_in_a_line_that_ends(town, alice):
    """And reading goes on."""
    module = sqlite if town.site.db.dialect == "sqlite" else postgres
    town.site.db._long_read_gate = Gate(at_once=1, waiting=0)
    assert module.MOST_WAITING < 100
    async with town.site.db.long_read():
        searches = [await alice.client.get(f"/api/v2/search?q=a&type={kind}") for kind in ("accounts", "statuses")]
        page, reading = await Browser(town).reads("/search?q=a"), await alice.client.get("/api/v1/timelines/public")

    assert [one.status_code for one in (*searches, page, reading)] == [503, 503, 503, 200]
    assert (await alice.client.get("/api/v2/search?q=a")).status_code == 200


def test_each_kind_has_a_pool_of_its_own():
    kinds = [hashing._pool, images._pool, sqlite.ThreadedReader.pool, Drawings().pool]

    assert len({id(one) for one in kinds}) == len({one._threads._thread_name_prefix for one in kinds}) == 4
    assert all(isinstance(one, thread_pools.Pool) for one in kinds)


async def test_drawing_and_searching_leave_signing_in_alone(town, alice, stuck):
    for pool in (Pool("drawings", 1, 0), sqlite.ThreadedReader.pool):
        waiting = [asyncio.ensure_future(pool.run(stuck)) for _ in range(pool._most)]
    await asyncio.sleep(0)

    answer = await Browser(town).signs_in("alice")

    assert answer.status_code == 303
    for one in waiting:
        one.cancel()
