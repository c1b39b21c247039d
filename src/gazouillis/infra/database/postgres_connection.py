"""One connection to PostgreSQL. A prepared statement runs on asyncpg directly, any other one through SQLAlchemy (decision 0027).

Errors of the driver are translated: `Lost` when the connection ended, `RolledBack` when the server gave up one of several transactions that
hinder each other, `Unavailable` when it cannot do it now, `IntegrityError` of SQLAlchemy when the rows break a constraint. Anything else is
a fault of ours, and is raised unchanged.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar, cast

import asyncpg
import sqlalchemy as sa
from asyncpg.transaction import Transaction
from sqlalchemy.ext.asyncio import AsyncConnection

from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.database.statements import Prepared, Statements
from gazouillis.infra.database.transactions import Parameters, Row, Statement

Answer = TypeVar("Answer")

TIMEOUT = 4.0
"""Seconds that a statement may take. A server that is silent for longer is probably unreachable."""
LONG_TIMEOUT = 30.0
"""Seconds for statements of `long_read` and `long_write`."""

IDLE_TRANSACTION_TIMEOUT = 10_000
"""Milliseconds that a transaction may be idle: its process has probably gone, and others wait for its locks."""
KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 3, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 10_000}
"""TCP keep-alive, so that the operating system detects a dead connection: https://www.man7.org/linux/man-pages/man7/tcp.7.html"""

_SETUP = f"select set_config('idle_in_transaction_session_timeout', '{IDLE_TRANSACTION_TIMEOUT}', false), pg_postmaster_start_time()"

# After these the connection is useless. `OSError` includes `TimeoutError`. Read-only: the server has become a replica.
_ENDS = (
    OSError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
)
# The connection is good, but the server cannot do this now: full disk, no memory, cancelled, a lock that is held for too long.
_NOT_NOW = (
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresSystemError,
    asyncpg.LockNotAvailableError,
)


class Lost(Unavailable):
    """The connection ended, or the server stopped answering. A query may be run again on another connection."""

    def __init__(self, *, was_silent: bool) -> None:
        super().__init__()
        self.was_silent = was_silent


class RolledBack(Unavailable):
    """The server gave up the statement and its transaction for the sake of another one: a deadlock, or a serialization failure.

    It may be run again: https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html
    """


class PostgresConnection:
    """Each statement is a transaction of its own, except inside `transaction`. `on_trouble` receives the errors behind `Unavailable`."""

    def __init__(self, alchemy: AsyncConnection, statements: Statements, on_trouble: Callable[[BaseException], None]) -> None:
        self._alchemy = alchemy
        self._statements = statements
        self._on_trouble = on_trouble
        self._pooled = cast("sa.Connection", alchemy.sync_connection).connection
        self._driver = cast("asyncpg.Connection", self._pooled.driver_connection)
        self.timeout = TIMEOUT
        """Seconds for each statement."""
        self.server: object = None
        """The start time of the server: it identifies the server, and changes at a restart."""

    @property
    def driver(self) -> asyncpg.Connection:
        return self._driver

    @property
    def is_open(self) -> bool:
        return not self._driver.is_closed()

    @property
    def is_free(self) -> bool:
        """Whether the pool may lease it again."""
        return self.is_open and not self._driver.is_in_transaction()

    async def set_up(self) -> None:
        """Sets the timeouts of both sides, and identifies the server."""
        try:
            _keep_alive(self._driver)
            self.server = (await self._driver.fetchrow(_SETUP))[1]
        except BaseException:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Closes the connection without waiting: the server rolls back what was open on it."""
        self._driver.terminate()
        if self._pooled.is_valid:
            self._pooled.invalidate()

    async def close(self) -> None:
        """Closes the connection in agreement with the server; waits a second for it at most."""
        with suppress(Exception):
            await self._driver.close(timeout=1)
        self.abandon()

    async def begin(self) -> Transaction:
        """Begins a transaction; inside another one, a savepoint."""
        transaction = self._driver.transaction()
        await self._within_timeout(transaction.start())
        return transaction

    @asynccontextmanager
    async def ending(self, transaction: Transaction) -> AsyncIterator[None]:
        """Commits at the end, rolls back after an exception. When the answer to a commit is lost, its outcome is unknown."""
        try:
            yield
        except asyncio.CancelledError:
            # The last statement may still be running: the state of the connection is unknown.
            self.abandon()
            raise
        except BaseException:
            await self._roll_back(transaction)
            raise
        await self._within_timeout(transaction.commit())

    async def _roll_back(self, transaction: Transaction) -> None:
        """On a closed connection the server has done it by itself."""
        if self.is_open:
            try:
                await self._within_timeout(transaction.rollback())
            except Unavailable:
                self.abandon()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        async with self.ending(await self.begin()):
            yield

    async def all(self, statement: Statement, parameters: Parameters | None = None) -> Sequence[Row]:
        prepared = self._statements.prepared(statement, parameters)
        if prepared is None:
            return (await self._executed(statement, parameters)).all()
        return prepared.rows(await self._fetched(prepared, parameters))

    async def one(self, statement: Statement, parameters: Parameters | None = None) -> Row | None:
        prepared = self._statements.prepared(statement, parameters)
        if prepared is None:
            return (await self._executed(statement, parameters)).first()
        return next(iter(prepared.rows((await self._fetched(prepared, parameters))[:1])), None)

    async def value(self, statement: Statement, parameters: Parameters | None = None) -> Any:
        prepared = self._statements.prepared(statement, parameters)
        if prepared is None:
            return (await self._executed(statement, parameters)).scalar()
        return next(iter(prepared.firsts((await self._fetched(prepared, parameters))[:1])), None)

    async def values(self, statement: Statement, parameters: Parameters | None = None) -> list[Any]:
        prepared = self._statements.prepared(statement, parameters)
        if prepared is None:
            return list((await self._executed(statement, parameters)).scalars())
        return prepared.firsts(await self._fetched(prepared, parameters))

    async def run(self, statement: Statement, parameters: Parameters | Sequence[Parameters] | None = None) -> int:
        """Returns how many rows were changed; for a batch, the number of parameter sets."""
        several = parameters if isinstance(parameters, list | tuple) else None
        sample = several[0] if several else cast("Parameters | None", parameters)
        prepared = self._statements.prepared(statement, sample)
        if prepared is None or several == []:
            return (await self._executed(statement, parameters)).rowcount
        try:
            if several:
                await self._driver.executemany(prepared.sql, [prepared.bind(one) for one in several], timeout=self.timeout)
                return len(several)
            tag: str = await self._driver.execute(prepared.sql, *prepared.bind(sample), timeout=self.timeout)
        except Exception as fault:
            raise self._translated(fault, prepared) from fault
        return int(tag.rpartition(" ")[2])

    async def _fetched(self, prepared: Prepared, parameters: Parameters | None) -> list[tuple[Any, ...]]:
        """Records of asyncpg, which behave like tuples."""
        try:
            found: list[tuple[Any, ...]] = await self._driver.fetch(prepared.sql, *prepared.bind(parameters), timeout=self.timeout)
        except Exception as fault:
            raise self._translated(fault, prepared) from fault
        return found

    async def _executed(self, statement: Statement, parameters: Any) -> sa.CursorResult[Any]:
        return cast("sa.CursorResult[Any]", await self._within_timeout(self._alchemy.execute(statement, parameters)))

    async def _within_timeout(self, operation: Awaitable[Answer]) -> Answer:
        """For operations of the driver that take no timeout themselves."""
        try:
            async with asyncio.timeout(self.timeout):
                return await operation
        except asyncio.CancelledError:
            self.abandon()
            raise
        except Exception as fault:
            raise self._translated(fault) from fault

    def _translated(self, fault: Exception, prepared: Prepared | None = None) -> Exception:
        """The exception to raise instead (see the module); a fault of ours is returned unchanged."""
        origin = _origin(fault)
        if isinstance(origin, asyncpg.IntegrityConstraintViolationError):
            return sa.exc.IntegrityError(prepared.sql, None, origin) if prepared else fault
        if not self.is_open or isinstance(origin, _ENDS):
            self.abandon()
            return Lost(was_silent=isinstance(origin, TimeoutError))
        if isinstance(origin, asyncpg.TransactionRollbackError):
            self._on_trouble(origin)
            return RolledBack()
        if isinstance(origin, _NOT_NOW):
            self._on_trouble(origin)
            return Unavailable()
        return fault


def _origin(fault: BaseException) -> BaseException:
    """The exception of the driver, unwrapped from SQLAlchemy's."""
    wrapped = fault.orig if isinstance(fault, sa.exc.DBAPIError) else None
    return fault if wrapped is None else wrapped.__cause__ or wrapped


def _keep_alive(driver: asyncpg.Connection) -> None:
    tcp = driver._transport.get_extra_info("socket")
    if tcp is None or tcp.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    tcp.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):
            tcp.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
