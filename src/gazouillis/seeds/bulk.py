"""Rows by the million, past the rooms' commands: for benchmarks only. The caller answers for what the rows say."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from itertools import repeat
from typing import Any, Protocol

import asyncpg
import sqlalchemy as sa

Rows = Iterable[tuple[Any, ...]]


class Bulk(Protocol):
    """Where rows go. Between `begin` and `finish`, nothing verifies keys and empty tables have no secondary indexes."""

    dialect: str

    async def begin(self, tables: Collection[str]) -> None: ...

    async def put(self, table: str, columns: Sequence[str], rows: Rows) -> None: ...

    async def pause(self) -> None:
        """What was put so far may be kept: memory stays bounded."""
        ...

    async def finish(self) -> None: ...


def columns(table: sa.Table, length: int, **given: Iterable[Any]) -> tuple[list[str], Rows]:
    """Names and rows of a table; what is not given has its default in each of the `length` rows."""
    filled = [given[one.name] if one.name in given else repeat(_default(one), length) for one in table.columns]
    return [one.name for one in table.columns], zip(*filled, strict=True)


def _default(column: sa.Column[Any]) -> Any:
    return column.default.arg if isinstance(column.default, sa.ColumnDefault) else None


class SqliteBulk:
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

    async def put(self, table: str, columns: Sequence[str], rows: Rows) -> None:
        self._connection.executemany(f"insert into {table} ({', '.join(columns)}) values ({', '.join('?' * len(columns))})", rows)

    async def pause(self) -> None:
        self._connection.execute("commit")
        self._connection.execute("begin immediate")

    async def finish(self) -> None:
        for statement in self._indexes:
            self._connection.execute(statement)
            await self.pause()
        # Not analysed: neither is a place that grew, and the figures would make SQLite walk along all statuses once there are more.
        self._connection.execute("commit")
        self._connection.execute("pragma wal_checkpoint(truncate)")
        self._connection.close()

    def _drop_indexes(self, table: str) -> None:
        secondary = "select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name = ?"
        for name, statement in self._connection.execute(secondary, [table]).fetchall():
            self._indexes.append(statement)
            self._connection.execute(f"drop index {name}")


class PostgresBulk:
    """One transaction: an interrupted load leaves nothing behind."""

    dialect = "postgresql"

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._after: list[str] = []

    async def begin(self, tables: Collection[str]) -> None:
        await self._connection.execute("begin")
        await self._connection.execute("set local maintenance_work_mem = '512MB'")
        for table in tables:
            if not await self._connection.fetchval(f"select exists (select 1 from {table})"):
                await self._drop_indexes(table)

    async def put(self, table: str, columns: Sequence[str], rows: Rows) -> None:
        if "words" not in columns:
            await self._connection.copy_records_to_table(table, columns=columns, records=rows)
            return
        shape = ", ".join(f"{name} {'bigint' if name == 'rowid' else 'text'}" for name in columns)
        await self._connection.execute(f"create temporary table waiting ({shape}) on commit drop")
        await self._connection.copy_records_to_table("waiting", columns=columns, records=rows)
        cast = ", ".join(f"{name}::tsvector" if name == "words" else name for name in columns)
        await self._connection.execute(f"insert into {table} ({', '.join(columns)}) select {cast} from waiting")
        await self._connection.execute("drop table waiting")

    async def pause(self) -> None:
        pass

    async def finish(self) -> None:
        for statement in self._after:
            await self._connection.execute(statement)
        await self._connection.execute("commit")
        await self._connection.execute("analyze")
        await self._connection.close()

    async def _drop_indexes(self, table: str) -> None:
        """With the foreign keys, which would be verified row by row."""
        keys = "select conname, pg_get_constraintdef(oid) as definition from pg_constraint where conrelid = $1::regclass and contype = 'f'"
        for name, definition in await self._connection.fetch(keys, table):
            self._after.append(f"alter table {table} add constraint {name} {definition}")
            await self._connection.execute(f"alter table {table} drop constraint {name}")
        secondary = """
            select indexname, indexdef from pg_indexes where schemaname = current_schema() and tablename = $1
            and indexname not in (select conname from pg_constraint where conrelid = $1::regclass)
        """
        for name, definition in await self._connection.fetch(secondary, table):
            self._after.append(definition)
            await self._connection.execute(f"drop index {name}")
