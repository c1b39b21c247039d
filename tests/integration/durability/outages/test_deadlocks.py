"""Transactions that PostgreSQL gives up for the sake of others: deadlocks and serialization failures."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
import sqlalchemy as sa

from gazouillis.infra.basics.errors import Unavailable
from tests.support.outages import until
from tests.support.proxy import query_directly
from tests.support.row_locks import LOCK_WAITS, UPDATE_ACCOUNT

IS_WAITING = f"select exists ({LOCK_WAITS})"
LOCK_FOLLOWS = "lock table follows in access exclusive mode"
FAIL_ONCE = """
create function fail_once() returns integer language plpgsql as $$
begin
    if nextval('attempts') = 1 then
        raise exception 'could not serialize access' using errcode = '40001';
    end if;
    return 7;
end $$
"""


async def test_a_write_that_ends_in_a_deadlock_is_a_503_and_can_be_sent_again(url, alice, bob):
    other = await asyncpg.connect(url)
    await other.execute("begin")
    await other.execute(UPDATE_ACCOUNT, alice.account_id)
    following = asyncio.create_task(alice.client.post(f"/api/v1/accounts/{bob.id}/follow"))  # writes the follow, then waits for the account
    await until(lambda: query_directly(url, IS_WAITING))

    await other.execute(LOCK_FOLLOWS)  # waits for the follow: one of both must give up
    await other.close()
    refused, accepted = await following, await alice.client.post(f"/api/v1/accounts/{bob.id}/follow")

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
    assert accepted.json()["following"]
    assert await query_directly(url, "select followers_count from accounts where id = $1", bob.account_id) == 1


async def test_a_write_that_cannot_be_serialized_is_unavailable(url, running_site, alice):
    async def write_what_changed_since():
        async with running_site.site.db.write() as tx:
            await tx.run(sa.text("set transaction isolation level repeatable read"))
            await tx.value(sa.text("select 1 from accounts limit 1"))
            await query_directly(url, UPDATE_ACCOUNT, alice.account_id)
            await tx.run(sa.text("update accounts set id = id"))

    with pytest.raises(Unavailable):
        await write_what_changed_since()


async def test_a_query_that_was_rolled_back_is_run_once_more(url, running_site):
    await query_directly(url, "create sequence attempts")
    await query_directly(url, FAIL_ONCE)
    try:
        async with running_site.site.db.read() as reader:
            assert await reader.value(sa.text("select fail_once()")) == 7
    finally:
        await query_directly(url, "drop function fail_once")
        await query_directly(url, "drop sequence attempts")
