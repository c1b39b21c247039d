"""Follows and blocks of the same two people whose transactions overlap: afterwards nobody follows across a block."""

from __future__ import annotations

import asyncio

import pytest

from gazouillis.infra.settings import Settings
from tests.support.databases import fresh_database_url
from tests.support.outages import until
from tests.support.proxy import query_directly
from tests.support.row_locks import LOCK_WAITS, locked_account

ENOUGH_TO_COMMIT = 1.0
"""Seconds in which a request that does not wait for a lock is done."""


@pytest.fixture
async def url():
    async with fresh_database_url("postgresql") as url:
        yield url


@pytest.fixture
async def settings(tmp_path, url):
    return Settings(data=tmp_path / "data", database=url, rate_limits="off", homes=500)


async def overlapping(url, locked, first, second):
    """Results of two actions: the second begins while the first waits in its transaction for the account `locked`."""
    async with locked_account(url, locked.account_id):
        tasks = [asyncio.create_task(first)]
        await until(lambda: query_directly(url, f"select exists ({LOCK_WAITS})"))
        tasks.append(asyncio.create_task(second))
        await asyncio.wait(tasks[1:], timeout=ENOUGH_TO_COMMIT)
    return await asyncio.gather(*tasks, return_exceptions=True)


async def relation(person, other):
    (found,) = await person.get("/api/v1/accounts/relationships", id=[other.id])
    return {name for name in ("following", "followed_by", "requested", "requested_by", "blocking", "blocked_by") if found[name]}


async def counts(url):
    return await query_directly(url, "select sum(followers_count) + sum(following_count) from accounts")


async def test_a_block_ends_a_follow_that_is_just_being_written(url, alice, bob):
    await overlapping(url, alice, alice.follows(bob), bob.blocks(alice))

    assert await relation(bob, alice) == {"blocking"}
    assert await counts(url) == 0


async def test_a_follow_is_refused_while_a_block_is_just_being_written(url, alice, bob):
    await bob.follows(alice)

    _blocked, followed = await overlapping(url, alice, bob.blocks(alice), alice.client.post(f"/api/v1/accounts/{bob.id}/follow"))

    assert followed.status_code == 403
    assert await relation(bob, alice) == {"blocking"}
    assert await counts(url) == 0


async def test_a_block_ends_a_follow_request_that_is_just_being_accepted(url, alice, bob):
    await bob.locks()
    await alice.follows(bob)

    await overlapping(url, alice, bob.post(f"/api/v1/follow_requests/{alice.id}/authorize"), alice.blocks(bob))

    assert await relation(alice, bob) == {"blocking"}
    assert await counts(url) == 0


async def test_a_block_ends_one_of_the_requests_that_an_unlocked_account_just_accepts(url, running_site, alice, bob, carol):
    await bob.locks()
    await alice.follows(bob)
    await carol.follows(bob)
    await running_site.run_until_idle()
    (await bob.client.patch("/api/v1/accounts/update_credentials", json={"locked": False})).raise_for_status()

    await overlapping(url, alice, running_site.run_until_idle(), carol.blocks(bob))

    assert await relation(carol, bob) == {"blocking"}
    assert await relation(alice, bob) == {"following"}
    assert await counts(url) == 2


async def test_two_people_who_follow_each_other_at_once_do(url, alice, bob):
    await overlapping(url, alice, alice.follows(bob), bob.follows(alice))

    assert await relation(alice, bob) == {"following", "followed_by"}
