"""The limit of `cold`: one SQL statement that reads the twenty newest statuses of the accounts that somebody follows.

It scans from the newest status down until there are twenty, the shortest way for a reader who follows many.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from collections.abc import Callable

import asyncpg
import msgspec

# The plus keeps SQLite from using an index author by author.
_NEWEST = """
    select * from statuses
    where {column} in (select followed_id from follows where follower_id = {reader}) and visibility < 3 and deleted_at is null
    order by id desc limit 20
"""


class Waits(msgspec.Struct, frozen=True):
    waits_ms: list[float]


def main(where: str, account_ids: list[int]) -> Waits:
    if not where.startswith("postgres"):
        connection = sqlite3.connect(where)
        return _timed(account_ids, lambda one: len(connection.execute(_NEWEST.format(column="+account_id", reader="?"), [one]).fetchall()))
    with asyncio.Runner() as runner:
        remote = runner.run(asyncpg.connect(where))
        return _timed(account_ids, lambda one: len(runner.run(remote.fetch(_NEWEST.format(column="account_id", reader="$1"), one))))


def _timed(account_ids: list[int], query: Callable[[int], int]) -> Waits:
    query(account_ids[0])
    waits = []
    for one in account_ids:
        begun = time.perf_counter()
        query(one)
        waits.append((time.perf_counter() - begun) * 1000)
    return Waits(waits)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(main(sys.argv[1], [int(one) for one in sys.argv[2:]])))
