"""Read transactions on SQLite: inline for ordinary queries, in a thread for long ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gazouillis.infra.basics.clock import Clock
from gazouillis.infra.basics.log_tail import LogTail
from gazouillis.infra.cache.dependencies import current_dependencies
from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.infra.database.sqlite_connection import SqliteConnection
from gazouillis.infra.database.transactions import Parameters, Row, Statement, Timed
from gazouillis.infra.thread_pools import Pool


class SqliteReader(Timed):
    dialect = "sqlite"
    has_followed_log = True

    def __init__(
        self,
        connection: SqliteConnection,
        clock: Clock,
        log_tail: LogTail | None,
        cache: ProcessCache | None = None,
        version: int | None = None,
    ) -> None:
        super().__init__(clock, current_dependencies())
        self._connection = connection
        self.log_tail = log_tail
        self.cache = cache
        self.version = version

    async def all(self, statement: Statement, parameters: Parameters | None = None) -> Sequence[Row]:
        return self._recorded_connection.all(statement, parameters)

    async def one(self, statement: Statement, parameters: Parameters | None = None) -> Row | None:
        return self._recorded_connection.one(statement, parameters)

    async def value(self, statement: Statement, parameters: Parameters | None = None) -> Any:
        return self._recorded_connection.value(statement, parameters)

    async def values(self, statement: Statement, parameters: Parameters | None = None) -> list[Any]:
        return self._recorded_connection.values(statement, parameters)

    @property
    def _recorded_connection(self) -> SqliteConnection:
        if self.dependencies is not None:
            self.dependencies.add_query(self.version)
        return self._connection


class ThreadedReader(SqliteReader):
    """Runs its queries in a thread, one at a time, on a connection of its own."""

    pool = Pool("search", threads=1, waiting=32)

    async def all(self, statement: Statement, parameters: Parameters | None = None) -> Sequence[Row]:
        return await self.pool.run(self._recorded_connection.all, statement, parameters)

    async def one(self, statement: Statement, parameters: Parameters | None = None) -> Row | None:
        return await self.pool.run(self._recorded_connection.one, statement, parameters)

    async def value(self, statement: Statement, parameters: Parameters | None = None) -> Any:
        return await self.pool.run(self._recorded_connection.value, statement, parameters)

    async def values(self, statement: Statement, parameters: Parameters | None = None) -> list[Any]:
        return await self.pool.run(self._recorded_connection.values, statement, parameters)
