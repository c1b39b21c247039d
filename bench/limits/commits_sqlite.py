"""Group commits on SQLite and nothing else: the rows of sixteen posts in each, on the same file and with the pragmas of the server."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from typing import Any

import msgspec

from bench.limits import rows
from bench.limits.rows import Ids, Post, Written
from gazouillis.infra.database.sqlite_connection import PRAGMAS

BATCH = 16


def main(path: str, seconds: float, status_ids: list[int]) -> Written:
    connection = connected(path)
    known = posts(connection, status_ids)
    ids, written = Ids(), 0
    begun, cpu = time.perf_counter(), time.process_time()
    while time.perf_counter() - begun < seconds:
        put(connection, [rows.with_new_ids(one, ids) for one in islice(known, BATCH)])
        connection.execute("commit")
        written += BATCH
    return Written(written, time.perf_counter() - begun, time.process_time() - cpu)


def connected(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    return connection


def posts(connection: sqlite3.Connection, status_ids: list[int]) -> Iterator[Post]:
    """The posts with these ids, repeated without end."""

    def query(sql: str) -> Iterator[dict[str, Any]]:
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, row, strict=True)) for row in cursor)

    return cycle(rows.read(query, status_ids))


def put(connection: sqlite3.Connection, some: list[Post]) -> None:
    """Writes the rows of these posts. The caller commits."""
    connection.execute("begin immediate")
    for table in some[0].rows:
        _insert(connection, table, [row for post in some for row in post.rows[table]])
    counts = [(post.rows["statuses"][0]["created_at"], post.account_id) for post in some]
    connection.executemany("update accounts set statuses_count = statuses_count + 1, last_status_at = ? where id = ?", counts)
    connection.executemany("update searched_tags set uses = uses + 1 where tag = ?", [(tag,) for post in some for tag in post.tags])
    connection.execute("update cursors set event_id = (select max(id) from events) where name = 'worker'")


def _insert(connection: sqlite3.Connection, table: str, some: Iterable[dict[str, Any]]) -> None:
    for_all = list(some)
    if for_all:
        names = list(for_all[0])
        sql = f"insert into {table} ({', '.join(names)}) values ({', '.join('?' * len(names))})"
        connection.executemany(sql, [tuple(row.values()) for row in for_all])


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(main(sys.argv[1], float(sys.argv[2]), [int(one) for one in sys.argv[3:]])))
