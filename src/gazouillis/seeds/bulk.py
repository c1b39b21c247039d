"""Bulk loading: inserts millions of rows directly into the tables, for benchmarks only.

It bypasses the commands of the rooms, so the caller is responsible for rows that are consistent.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from itertools import repeat
from typing import Any, Protocol

import asyncpg
import sqlalchemy as sa

Rows = Iterable[tuple[Any, ...]]


class BulkLoader(Protocol):
    """Between `begin` and `finish`, foreign keys are not checked, and tables that were empty have no secondary indexes.

    `finish` builds them at once, which is faster.
    """

    dialect: str

    async def begin(self, tables: Collection[str]) -> None: ...

    async def insert(self, table: str, columns: Sequence[str], rows: Rows) -> None: ...

    async def flush(self) -> None:
        """Called between batches: may commit what was inserted so far, so that memory stays bounded."""
        ...

    async def finish(self) -> None: ...


def columns(table: sa.Table, length: int, **given: Iterable[Any]) -> tuple[list[str], Rows]:
    """Column names and rows of a table. A column that is not given has its default in each of the `length` rows."""
    filled = [given[one.name] if one.name in given else repeat(_default(one), length) for one in table.columns]
    return [one.name for one in table.columns], zip(*filled, strict=True)


def _default(column: sa.Column[Any]) -> Any:
    return column.default.arg if isinstance(column.default, sa.ColumnDefault) else None


class SqliteLoader:
    dialect = "sqlite"

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._indexes: list[str] = []

    async def begin(self, tables: Collection[str]) -> None:
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "wal_autocheckpoint=20000", "cache_size=-131072", "temp_store=FILE"):
            self._connection.execute(f"pragma {pragma}")
        self._connection.execute("begin immediate")
        for table in tables:
            if not self._connection.execute(f"select exists (select 1 from {table})").fetchone()[0]:
                self._drop_indexes(table)

    async def insert(self, table: str, columns: Sequence[str], rows: Rows) -> None:
        self._connection.executemany(f"insert into {table} ({', '.join(columns)}) values ({', '.join('?' * len(columns))})", rows)

    async def flush(self) -> None:
        self._connection.execute("commit")
        self._connection.execute("begin immediate")

    async def finish(self) -> None:
        for statement in self._indexes:
            self._connection.execute(statement)
            await self.flush()
        # Without ANALYZE, as on a real server: its statistics would make SQLite scan all statuses once there are more of them.
        self._connection.execute("commit")
        self._connection.execute("pragma wal_checkpoint(truncate)")
        self._connection.close()

    def _drop_indexes(self, table: str) -> None:
        secondary = "select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name = ?"
        for name, statement in self._connection.execute(secondary, [table]).fetchall():
            self._indexes.append(statement)
            self._connection.execute(f"drop index {name}")


class PostgresLoader:
    """Loads in one transaction: an interrupted load leaves nothing behind."""

    dialect = "postgresql"

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._dropped: list[str] = []
        """Statements that create again what was dropped."""

    async def begin(self, tables: Collection[str]) -> None:
        await self._connection.execute("begin")
        await self._connection.execute("set local maintenance_work_mem = '512MB'")
        for table in tables:
            if not await self._connection.fetchval(f"select exists (select 1 from {table})"):
                await self._drop_indexes(table)

    async def insert(self, table: str, columns: Sequence[str], rows: Rows) -> None:
        if "words" not in columns:
            await self._connection.copy_records_to_table(table, columns=columns, records=rows)
            return
        shape = ", ".join(f"{name} {'bigint' if name == 'rowid' else 'text'}" for name in columns)
        await self._connection.execute(f"create temporary table staging ({shape}) on commit drop")
        await self._connection.copy_records_to_table("staging", columns=columns, records=rows)
        cast = ", ".join(f"{name}::tsvector" if name == "words" else name for name in columns)
        await self._connection.execute(f"insert into {table} ({', '.join(columns)}) select {cast} from staging")
        await self._connection.execute("drop table staging")

    async def flush(self) -> None:
        pass

    async def finish(self) -> None:
        for statement in self._dropped:
            await self._connection.execute(statement)
        await self._connection.execute("commit")
        await self._connection.execute("analyze")
        await self._connection.close()

    async def _drop_indexes(self, table: str) -> None:
        """Drops the foreign keys too, which would be checked row by row."""
        keys = "select conname, pg_get_constraintdef(oid) as definition from pg_constraint where conrelid = $1::regclass and contype = 'f'"
        for name, definition in await self._connection.fetch(keys, table):
            self._dropped.append(f"alter table {table} add constraint {name} {definition}")
            await self._connection.execute(f"alter table {table} drop constraint {name}")
        secondary = """
            select indexname, indexdef from pg_indexes where schemaname = current_schema() and tablename = $1
            and indexname not in (select conname from pg_constraint where conrelid = $1::regclass)
        """
        for name, definition in await self._connection.fetch(secondary, table):
            self._dropped.append(definition)
            await self._connection.execute(f"drop index {name}")
