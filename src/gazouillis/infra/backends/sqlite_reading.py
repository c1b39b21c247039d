"""Looking into SQLite: inline, or in a thread for what takes long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gazouillis.infra.backends.sqlite_connection import SqliteConnection
from gazouillis.infra.clock import Clock
from gazouillis.infra.database import Parameters, Row, Statement, Timed
from gazouillis.infra.grounds import recording
from gazouillis.infra.memory import Memory
from gazouillis.infra.pools import Pool
from gazouillis.infra.recent import Recent


class SqliteReader(Timed):
    dialect = "sqlite"
    hears_in_order = True

    def __init__(
        self, connection: SqliteConnection, clock: Clock, recent: Recent | None, memory: Memory | None = None, version: int | None = None
    ) -> None:
        super().__init__(clock, recording())
        self._connection = connection
        self.recent = recent
        self.memory = memory
        self.version = version

    async def all(self, statement: Statement, parameters: Parameters | None = None) -> Sequence[Row]:
        return self._asked.all(statement, parameters)

    async def one(self, statement: Statement, parameters: Parameters | None = None) -> Row | None:
        return self._asked.one(statement, parameters)

    async def value(self, statement: Statement, parameters: Parameters | None = None) -> Any:
        return self._asked.value(statement, parameters)

    async def values(self, statement: Statement, parameters: Parameters | None = None) -> list[Any]:
        return self._asked.values(statement, parameters)

    @property
    def _asked(self) -> SqliteConnection:
        if self.grounds is not None:
            self.grounds.ask(self.version)
        return self._connection


class AsideReader(SqliteReader):
    """Runs its queries in a thread, on a connection of its own: one of them at a time."""

    pool = Pool("search", threads=1, waiting=32)

    async def all(self, statement: Statement, parameters: Parameters | None = None) -> Sequence[Row]:
        return await self.pool.run(self._asked.all, statement, parameters)

    async def one(self, statement: Statement, parameters: Parameters | None = None) -> Row | None:
        return await self.pool.run(self._asked.one, statement, parameters)

    async def value(self, statement: Statement, parameters: Parameters | None = None) -> Any:
        return await self.pool.run(self._asked.value, statement, parameters)

    async def values(self, statement: Statement, parameters: Parameters | None = None) -> list[Any]:
        return await self.pool.run(self._asked.values, statement, parameters)
