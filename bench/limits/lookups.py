"""The twenty newest statuses of those whom somebody follows, by one statement of nothing but the database.

From the newest down until there are twenty: for who follows many this is the shortest way.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from collections.abc import Callable

import asyncpg
import msgspec

# The plus keeps SQLite from going through an index author by author.
_NEWEST = """
    select * from statuses
    where {column} in (select followed_id from follows where follower_id = {reader}) and visibility < 3 and deleted_at is null
    order by id desc limit 20
"""


class Looked(msgspec.Struct, frozen=True):
    waits_ms: list[float]


def main(where: str, account_ids: list[int]) -> Looked:
    if not where.startswith("postgres"):
        connection = sqlite3.connect(where)
        return _timed(account_ids, lambda one: len(connection.execute(_NEWEST.format(column="+account_id", reader="?"), [one]).fetchall()))
    with asyncio.Runner() as runner:
        remote = runner.run(asyncpg.connect(where))
        return _timed(account_ids, lambda one: len(runner.run(remote.fetch(_NEWEST.format(column="account_id", reader="$1"), one))))


def _timed(account_ids: list[int], look: Callable[[int], int]) -> Looked:
    look(account_ids[0])
    waits = []
    for one in account_ids:
        begun = time.perf_counter()
        look(one)
        waits.append((time.perf_counter() - begun) * 1000)
    return Looked(waits)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(main(sys.argv[1], [int(one) for one in sys.argv[2:]])))
