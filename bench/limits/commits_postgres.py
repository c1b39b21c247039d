"""Commits on PostgreSQL and nothing else: the rows of one post in each, by sixteen connections at once."""

from __future__ import annotations

import asyncio
import sys
import time
from itertools import cycle
from typing import Any

import asyncpg
import msgspec

from bench.limits import rows
from bench.limits.rows import Ids, Post, Written

CONNECTIONS = 16
EXPRESSIONS = {"transaction_id": "pg_current_xact_id()::text::bigint", "words": "${}::text::tsvector"}
_MOVE_CURSOR = """
    update cursors set (transaction_id, event_id) = (select transaction_id, id from events order by transaction_id desc, id desc limit 1)
    where name = 'worker'
"""


def main(url: str, seconds: float, status_ids: list[int]) -> Written:
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(url))
        known = rows.read(lambda sql: [dict(row) for row in runner.run(connection.fetch(sql))], status_ids)
        written = runner.run(_write_all(url, known, seconds))
        runner.run(connection.execute(_MOVE_CURSOR))
        runner.run(connection.close())
    return written


async def _write_all(url: str, known: list[Post], seconds: float) -> Written:
    """Each connection writes for other authors, so that none waits for a row lock of another."""
    connections = [await asyncpg.connect(url) for _ in range(CONNECTIONS)]
    of_author = sorted(known, key=lambda post: post.account_id)
    shares = [of_author[len(known) * one // CONNECTIONS : len(known) * (one + 1) // CONNECTIONS] or known for one in range(CONNECTIONS)]
    ids, begun, cpu = Ids(), time.perf_counter(), time.process_time()
    done = await asyncio.gather(*(_write(one, share, ids, begun + seconds) for one, share in zip(connections, shares, strict=True)))
    written = Written(sum(done), time.perf_counter() - begun, time.process_time() - cpu)
    for one in connections:
        await one.close()
    return written


async def _write(connection: asyncpg.Connection, known: list[Post], ids: Ids, ends_at: float) -> int:
    for posts, post in enumerate(cycle(known)):
        if time.perf_counter() > ends_at:
            return posts
        async with connection.transaction():
            await _put(connection, rows.with_new_ids(post, ids))
    return 0


async def _put(connection: asyncpg.Connection, post: Post) -> None:
    for table, some in post.rows.items():
        if some:
            await connection.executemany(_insert(table, list(some[0])), [_values(row) for row in some])
    posted_at = post.rows["statuses"][0]["created_at"]
    update_counts = "update accounts set statuses_count = statuses_count + 1, last_status_at = $1 where id = $2"
    await connection.execute(update_counts, posted_at, post.account_id)
    for tag in sorted(post.tags):
        await connection.execute("update searched_tags set uses = uses + 1 where tag = $1", tag)


def _insert(table: str, names: list[str]) -> str:
    given = iter(range(1, len(names) + 1))
    values = [EXPRESSIONS.get(name, "${}") for name in names]
    shown = [value.format(next(given)) if "$" in value else value for value in values]
    return f"insert into {table} ({', '.join(names)}) values ({', '.join(shown)})"


def _values(row: dict[str, Any]) -> list[Any]:
    return [value for name, value in row.items() if "$" in EXPRESSIONS.get(name, "$")]


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(main(sys.argv[1], float(sys.argv[2]), [int(one) for one in sys.argv[3:]])))
