"""Queries the database directly, to check what the server answered."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import asyncpg

from bench.folders import Folder

AT_ONCE = 10_000
READ_AT_ONCE = 1 << 24
_EVENTS_BEHIND = """
    select count(*) from events e where (e.transaction_id, e.id) >
    (select coalesce(max(transaction_id), 0), coalesce(max(event_id), 0) from cursors where name = 'worker')
"""


def query(folder: Folder, sql: str) -> list[Sequence[Any]]:
    if folder.database:
        return asyncio.run(_query_postgres(folder.database, sql))
    with closing(sqlite3.connect(folder.location, timeout=30)) as connection:
        return connection.execute(sql).fetchall()


def change(folder: Folder, *statements: str) -> None:
    """Writes to the database directly, before the server starts."""
    if folder.database:
        asyncio.run(_change_postgres(folder.database, statements))
        return
    with closing(sqlite3.connect(folder.location, timeout=30)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def events_behind(folder: Folder) -> int:
    """How many events the worker has not handled yet."""
    count: int = query(folder, _EVENTS_BEHIND)[0][0]
    return count


def missing(folder: Folder, status_ids: list[int]) -> int:
    """How many of these statuses are not in the database."""
    found = 0
    for first in range(0, len(status_ids), AT_ONCE):
        some = ", ".join(map(str, status_ids[first : first + AT_ONCE]))
        found += query(folder, f"select count(*) from statuses where id in ({some})")[0][0]
    return len(status_ids) - found


def bring_into_memory(folder: Folder) -> None:
    """Reads the file once, so that it is in the page cache of the system."""
    if not folder.database:
        with open(folder.location, "rb", buffering=0) as file:
            while file.read(READ_AT_ONCE):
                pass


async def _change_postgres(url: str, statements: Sequence[str]) -> None:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            for statement in statements:
                await connection.execute(statement)
        await connection.execute("analyze follows, accounts")
    finally:
        await connection.close()


async def _query_postgres(url: str, sql: str) -> list[Sequence[Any]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()
