"""PostgreSQL through SQLAlchemy and asyncpg."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from gazouillis.infra import id_ranges
from gazouillis.infra.backends.postgres_connection import PostgresConnection
from gazouillis.infra.clock import Clock
from gazouillis.infra.database import Parameters, Reader, Row, Statement, Timed, inside_transaction, somebody_was_faster
from gazouillis.infra.errors import Unavailable
from gazouillis.infra.events import Event, record
from gazouillis.infra.grounds import recorded, recording
from gazouillis.infra.ids import IdSequence
from gazouillis.infra.memory import Memory
from gazouillis.infra.pools import Gate
from gazouillis.infra.prepared import Statements
from gazouillis.infra.recent import Recent
from gazouillis.infra.tables import INSERT_EVENTS

POOL = 20
"""Connections, kept once they were needed: a new one costs as much as twenty statements, and has to prepare them anew."""
CACHED_STATEMENTS = 1024
MOST_WAITING = 32
"""For their turn to ask what takes long."""


class PostgresReader(Timed):
    dialect = "postgresql"
    hears_in_order = False

    version: int | None = None
    recent: Recent | None = None

    def __init__(self, connection: PostgresConnection, clock: Clock, memory: Memory | None = None) -> None:
        super().__init__(clock, recording())
        self._connection = connection
        self.memory = memory

    async def all(self, statement: Statement, parameters: Parameters | None = None) -> Sequence[Row]:
        return await self._asked.all(statement, parameters)

    async def one(self, statement: Statement, parameters: Parameters | None = None) -> Row | None:
        return await self._asked.one(statement, parameters)

    async def value(self, statement: Statement, parameters: Parameters | None = None) -> Any:
        return await self._asked.value(statement, parameters)

    async def values(self, statement: Statement, parameters: Parameters | None = None) -> list[Any]:
        return await self._asked.values(statement, parameters)

    @property
    def _asked(self) -> PostgresConnection:
        if self.grounds is not None:
            self.grounds.ask(self.version)
        return self._connection


class PostgresTx(PostgresReader):
    def __init__(self, connection: PostgresConnection, clock: Clock, ids: IdSequence) -> None:
        super().__init__(connection, clock)
        if self.grounds is not None:
            self.grounds.spoil()
        self._ids = ids
        self.has_events = False

    def new_id(self) -> int:
        return self._ids.next(self.now)

    async def run(self, statement: Statement, parameters: Parameters | Sequence[Parameters] | None = None) -> int:
        return await self._connection.run(statement, parameters)

    async def put(self, statement: Statement, *rows: Parameters) -> None:
        if rows:
            await self._connection.run(statement, rows[0] if len(rows) == 1 else rows)

    async def emit(self, *happened: Event) -> None:
        await self._connection.run(INSERT_EVENTS, [record(event, self.now) for event in happened])
        self.has_events = True

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        return self._connection.transaction()


class PostgresDatabase:
    dialect = "postgresql"

    def __init__(self, url: str, clock: Clock) -> None:
        address = sa.make_url(url).set(drivername="postgresql+asyncpg")
        self.clock = clock
        self.ids = IdSequence(token_hex(8))
        self._reserving = asyncio.Lock()
        self.on_events: Callable[[], None] = lambda: None
        self.memory: Memory | None = None
        self.hear: Callable[[Reader], Awaitable[None]] | None = None
        # Transactions are begun by the driver itself, and SQLAlchemy begins none.
        self._engine = create_async_engine(
            address,
            pool_size=POOL,
            max_overflow=0,
            pool_pre_ping=False,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={"statement_cache_size": CACHED_STATEMENTS},
        )
        self._statements = Statements(self._engine.dialect)
        self._aside_gate = Gate(at_once=POOL // 3, waiting=MOST_WAITING)

    async def open(self) -> None:
        async with self.read() as reader:
            await reader.value(sa.text("select 1"))

    async def close(self) -> None:
        await self._release_ids()
        await self._engine.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[PostgresReader]:
        async with self._engine.connect() as alchemy:
            connection = PostgresConnection(alchemy, self._statements)
            if self.hear is not None:
                with recorded(None):
                    await self.hear(PostgresReader(connection, self.clock, self.memory))
            yield PostgresReader(connection, self.clock, self.memory)

    @asynccontextmanager
    async def read_aside(self) -> AsyncIterator[PostgresReader]:
        """With a part of the connections, so that the others are there for whoever reads and writes."""
        async with self._aside_gate.turn(), self.read() as reader:
            yield reader

    @asynccontextmanager
    async def write(self) -> AsyncIterator[PostgresTx]:
        if self.ids.is_running_out(self.clock()):
            await self._reserve_ids()
        async with self._transaction() as tx:
            yield tx
        if tx.has_events:
            self.on_events()

    async def _reserve_ids(self) -> None:
        async with self._reserving:
            if self.ids.is_running_out(now := self.clock()):
                async with self._transaction() as tx:
                    reserved = await id_ranges.reserve(tx, self.ids, now)
                self.ids.use(reserved)

    async def _release_ids(self) -> None:
        if self.ids.range.below:
            with suppress(Unavailable):  # then the reservation ends by itself
                async with self._transaction() as tx:
                    await id_ranges.release(tx, self.ids)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[PostgresTx]:
        mark = inside_transaction.set(True)
        try:
            async with self._engine.connect() as alchemy:
                connection = PostgresConnection(alchemy, self._statements)
                async with connection.transaction():
                    yield PostgresTx(connection, self.clock, self.ids)
        except sa.exc.IntegrityError as fault:
            raise somebody_was_faster() from fault
        finally:
            inside_transaction.reset(mark)

    async def run_sync(self, work: Callable[[sa.Connection], None]) -> None:
        async with self._engine.execution_options(isolation_level="READ COMMITTED").begin() as connection:
            await connection.run_sync(work)
