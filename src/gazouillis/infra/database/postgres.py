"""The PostgreSQL backend of `Database`, `Reader` and `Tx`, on SQLAlchemy and asyncpg (decisions 0027 and 0030)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import datetime
from secrets import token_hex
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from gazouillis.infra.basics.clock import Clock
from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.basics.events import Event, record
from gazouillis.infra.basics.ids import IdSequence
from gazouillis.infra.basics.log_tail import LogTail
from gazouillis.infra.cache.dependencies import current_dependencies, tracking
from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.infra.database import id_ranges
from gazouillis.infra.database.postgres_connection import LONG_TIMEOUT, TIMEOUT, Lost, PostgresConnection, RolledBack
from gazouillis.infra.database.postgres_pool import CONNECT_TIMEOUT, LARGEST, Lease, Pool
from gazouillis.infra.database.statements import statements_of
from gazouillis.infra.database.tables import INSERT_EVENTS
from gazouillis.infra.database.transactions import Parameters, Reader, Row, Statement, Timed, inside_transaction, unique_conflict
from gazouillis.infra.thread_pools import Gate

CACHED_STATEMENTS = 1024
MOST_WAITING = 32
"""Long reads that may wait for a connection; more are refused."""

Answer = TypeVar("Answer")


class PostgresReader(Timed):
    """A query whose connection ends is run once more, on another connection, and likewise one that the server rolled back.

    Each query sees what is committed when it starts.
    """

    dialect = "postgresql"
    has_followed_log = False

    version: int | None = None
    log_tail: LogTail | None = None

    def __init__(self, lease: Lease, clock: Clock, cache: ProcessCache | None = None) -> None:
        super().__init__(clock, current_dependencies())
        self._lease = lease
        self.cache = cache

    async def all(self, statement: Statement, parameters: Parameters | None = None) -> Sequence[Row]:
        return await self._query(PostgresConnection.all, statement, parameters)

    async def one(self, statement: Statement, parameters: Parameters | None = None) -> Row | None:
        return await self._query(PostgresConnection.one, statement, parameters)

    async def value(self, statement: Statement, parameters: Parameters | None = None) -> Any:
        return await self._query(PostgresConnection.value, statement, parameters)

    async def values(self, statement: Statement, parameters: Parameters | None = None) -> list[Any]:
        return await self._query(PostgresConnection.values, statement, parameters)

    async def _query(self, run: Callable[..., Awaitable[Answer]], statement: Statement, parameters: Parameters | None) -> Answer:
        if self.dependencies is not None:
            self.dependencies.add_query(self.version)
        try:
            return await run(self._lease.connection, statement, parameters)
        except (Lost, RolledBack) as fault:
            return await run(await self._connection_after(fault), statement, parameters)

    async def _connection_after(self, fault: Lost | RolledBack) -> PostgresConnection:
        """The connection on which the query is run once more."""
        return await self._lease.renew(fault) if isinstance(fault, Lost) else self._lease.connection


class PostgresTx(PostgresReader):
    """A write transaction, bound to one connection: when the connection ends, the server rolls it back. Nothing of it is run again."""

    def __init__(self, lease: Lease, clock: Clock, ids: IdSequence) -> None:
        super().__init__(lease, clock)
        if self.dependencies is not None:
            self.dependencies.mark_uncacheable()
        self._connection = lease.connection
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
        if not happened:
            return
        await self._connection.run(INSERT_EVENTS, [record(event, self.now) for event in happened])
        self.has_events = True

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        return self._connection.transaction()

    async def _connection_after(self, fault: Lost | RolledBack) -> PostgresConnection:
        raise fault


class PostgresDatabase:
    dialect = "postgresql"

    def __init__(self, url: str, clock: Clock) -> None:
        self._address = sa.make_url(url).set(drivername="postgresql+asyncpg")
        self.clock = clock
        self.ids = IdSequence(token_hex(8))
        self._reserving = asyncio.Lock()
        self.on_events: Callable[[], None] = lambda: None
        self.cache: ProcessCache | None = None
        self.before_read: Callable[[Reader], Awaitable[None]] | None = None
        # The driver begins the transactions itself: SQLAlchemy must begin none.
        self._engine = create_async_engine(
            self._address,
            poolclass=sa.pool.NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={"statement_cache_size": CACHED_STATEMENTS, "timeout": CONNECT_TIMEOUT, "command_timeout": LONG_TIMEOUT},
        )
        self._statements = statements_of(self._engine.dialect)
        self._pool = Pool(self._connected)
        self._reserved_in = self.history
        self._long_read_gate = Gate(at_once=LARGEST // 3, waiting=MOST_WAITING)

    @property
    def history(self) -> int:
        return self._pool.history

    async def open(self) -> None:
        await self._pool.open()

    async def close(self) -> None:
        await self._release_ids()
        await self._pool.close()
        await self._engine.dispose()

    @asynccontextmanager
    async def read(self, statement_timeout: float = TIMEOUT) -> AsyncIterator[PostgresReader]:
        async with self._leased() as lease:
            if self.before_read is not None:
                with tracking(None):
                    await self.before_read(PostgresReader(lease, self.clock, self.cache))
            lease.set_timeout(statement_timeout)
            yield PostgresReader(lease, self.clock, self.cache)

    @asynccontextmanager
    async def long_read(self) -> AsyncIterator[PostgresReader]:
        """Uses a third of the connections at most, so that the others remain for ordinary reads and writes."""
        async with self._long_read_gate.turn(), self.read(LONG_TIMEOUT) as reader:
            yield reader

    @asynccontextmanager
    async def write(self, statement_timeout: float = TIMEOUT) -> AsyncIterator[PostgresTx]:
        if self._needs_ids(self.clock()):
            await self._reserve_ids()
        async with self._transaction(statement_timeout) as tx:
            yield tx
        if tx.has_events:
            self.on_events()

    def long_write(self) -> AbstractAsyncContextManager[PostgresTx]:
        return self.write(LONG_TIMEOUT)

    async def _reserve_ids(self) -> None:
        async with self._reserving:
            if self._needs_ids(now := self.clock()):
                history = self.history
                async with self._transaction() as tx:
                    reserved = await id_ranges.reserve(tx, self.ids, now)
                self.ids.use(reserved)
                self._reserved_in = history

    def _needs_ids(self, moment: datetime) -> bool:
        """Also when an outage of the server may have lost the reservation."""
        return self.ids.is_running_out(moment) or self._reserved_in != self.history

    async def _release_ids(self) -> None:
        if self.ids.range.below:
            with suppress(Unavailable):  # the reservation expires by itself
                async with self._transaction() as tx:
                    await id_ranges.release(tx, self.ids)

    @asynccontextmanager
    async def _transaction(self, statement_timeout: float = TIMEOUT) -> AsyncIterator[PostgresTx]:
        token = inside_transaction.set(True)
        try:
            async with self._leased() as lease:
                try:
                    transaction = await lease.connection.begin()
                except Lost as lost:  # no statement was run on it yet
                    transaction = await (await lease.renew(lost)).begin()
                lease.set_timeout(statement_timeout)
                async with lease.connection.ending(transaction):
                    yield PostgresTx(lease, self.clock, self.ids)
        except sa.exc.IntegrityError as fault:
            raise unique_conflict() from fault
        finally:
            inside_transaction.reset(token)

    async def run_sync(self, work: Callable[[sa.Connection], None]) -> None:
        """On a connection of its own, without a timeout for its statements."""
        engine = create_async_engine(
            self._address, poolclass=sa.pool.NullPool, hide_parameters=True, connect_args={"timeout": CONNECT_TIMEOUT}
        )
        try:
            async with engine.begin() as connection:
                await connection.run_sync(work)
        finally:
            await engine.dispose()

    @asynccontextmanager
    async def _leased(self) -> AsyncIterator[Lease]:
        lease = await self._pool.lease()
        try:
            yield lease
        except Exception:
            lease.end()
            raise
        except BaseException:
            # Cancelled: an answer of the server may still arrive.
            lease.abandon()
            raise
        lease.end()

    async def _connected(self) -> PostgresConnection:
        """A connection ready for use, within `CONNECT_TIMEOUT` seconds."""
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                connection = PostgresConnection(await self._engine.connect(), self._statements, self._pool.log.trouble)
                await connection.set_up()
        except TimeoutError:
            raise TimeoutError(f"the server did not accept a connection within {CONNECT_TIMEOUT:g} s") from None
        return connection
