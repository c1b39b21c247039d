"""Thread pools and gates: too much of one kind of heavy work is refused with 503, and does not delay other requests."""

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
def blocking_work():
    """Work that lasts until the end of the test."""
    end = threading.Event()
    yield end.wait
    end.set()


async def test_a_full_pool_refuses_more_work_at_once(blocking_work):
    pool = Pool("test", threads=1, waiting=2)
    waiting = [asyncio.ensure_future(pool.run(blocking_work)) for _ in range(3)]
    await asyncio.sleep(0)

    with pytest.raises(Unavailable):
        await pool.run(blocking_work)
    for one in waiting:
        one.cancel()


async def test_cancelled_work_holds_its_place_until_its_thread_is_done(blocking_work):
    pool = Pool("test", threads=1, waiting=0)
    begun = asyncio.ensure_future(pool.run(blocking_work))
    await asyncio.sleep(0.01)
    begun.cancel()

    with pytest.raises(Unavailable):
        await pool.run(blocking_work)


async def test_a_gate_admits_a_number_and_refuses_the_rest():
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


async def test_a_full_pool_is_answered_with_retry_after(running_site, alice, blocking_work):
    running_site.site.the(Drawings).pool = pool = Pool("test", threads=1, waiting=0)
    begun = asyncio.ensure_future(pool.run(blocking_work))
    await asyncio.sleep(0)

    response = await Browser(running_site).reads("/avatars/alice.png")

    assert (response.status_code, int(response.headers["retry-after"]) > 0) == (503, True)
    begun.cancel()


async def test_searches_beyond_the_limit_are_refused_while_reads_go_on(running_site, alice):
    module = sqlite if running_site.site.db.dialect == "sqlite" else postgres
    running_site.site.db._long_read_gate = Gate(at_once=1, waiting=0)
    assert module.MOST_WAITING < 100
    async with running_site.site.db.long_read():
        searches = [await alice.client.get(f"/api/v2/search?q=a&type={kind}") for kind in ("accounts", "statuses")]
        page, reading = await Browser(running_site).reads("/search?q=a"), await alice.client.get("/api/v1/timelines/public")

    assert [one.status_code for one in (*searches, page, reading)] == [503, 503, 503, 200]
    assert (await alice.client.get("/api/v2/search?q=a")).status_code == 200


def test_each_kind_has_a_pool_of_its_own():
    kinds = [hashing._pool, images._pool, sqlite.ThreadedReader.pool, Drawings().pool]

    assert len({id(one) for one in kinds}) == len({one._threads._thread_name_prefix for one in kinds}) == 4
    assert all(isinstance(one, thread_pools.Pool) for one in kinds)


async def test_full_pools_of_drawing_and_searching_do_not_affect_log_in(running_site, alice, blocking_work):
    for pool in (Pool("drawings", 1, 0), sqlite.ThreadedReader.pool):
        waiting = [asyncio.ensure_future(pool.run(blocking_work)) for _ in range(pool._most)]
    await asyncio.sleep(0)

    response = await Browser(running_site).signs_in("alice")

    assert response.status_code == 303
    for one in waiting:
        one.cancel()
