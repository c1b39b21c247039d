"""Looks into the database past the server: whether what it said is so."""

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
_BEHIND = """
    select count(*) from events e where (e.transaction_id, e.id) >
    (select coalesce(max(transaction_id), 0), coalesce(max(event_id), 0) from cursors where name = 'worker')
"""


def look(folder: Folder, sql: str) -> list[Sequence[Any]]:
    if folder.database:
        return asyncio.run(_look_on_postgres(folder.database, sql))
    with closing(sqlite3.connect(folder.location, timeout=30)) as connection:
        return connection.execute(sql).fetchall()


def events_behind(folder: Folder) -> int:
    """Of which the worker has not written the consequences yet."""
    count: int = look(folder, _BEHIND)[0][0]
    return count


def missing(folder: Folder, status_ids: list[int]) -> int:
    """How many of these are not there."""
    found = 0
    for first in range(0, len(status_ids), AT_ONCE):
        some = ", ".join(map(str, status_ids[first : first + AT_ONCE]))
        found += look(folder, f"select count(*) from statuses where id in ({some})")[0][0]
    return len(status_ids) - found


def bring_into_memory(folder: Folder) -> None:
    """The system's, which lets go of a file that was not read for some minutes."""
    if not folder.database:
        with open(folder.location, "rb", buffering=0) as file:
            while file.read(READ_AT_ONCE):
                pass


async def _look_on_postgres(url: str, sql: str) -> list[Sequence[Any]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()
