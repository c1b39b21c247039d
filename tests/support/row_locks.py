"""Locks that a test takes in PostgreSQL, so that a request stops in the middle of its transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from tests.support.outages import OTHER_CONNECTIONS

UPDATE_ACCOUNT = "update accounts set id = id where id = $1"
LOCK_WAITS = f"select 1 from pg_stat_activity where {OTHER_CONNECTIONS} and wait_event_type = 'Lock'"


@asynccontextmanager
async def locked_account(url: str, account_id: int) -> AsyncIterator[None]:
    """Until the end of the block, a transaction that changes the counts of this account waits."""
    connection = await asyncpg.connect(url)
    await connection.execute("begin")
    await connection.execute(UPDATE_ACCOUNT, account_id)
    try:
        yield
    finally:
        await connection.close()
