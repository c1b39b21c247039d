"""A connection to PostgreSQL, and how a statement is run on it: by asyncpg when it comes again, through SQLAlchemy when it is new.

SQLAlchemy writes the SQL and says how types are bound and read (decision 0027). What the driver raises is told in our words: whoever
asks hears whether the connection ended (`Lost`), whether the server cannot do it now (`Unavailable`), or what is wrong with the rows.
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

PATIENCE = 4.0
"""Seconds that a statement may take: who hears nothing for so long may be speaking to nobody."""
LONG_PATIENCE = 30.0
"""For those of which one knows that they take their time."""

LONGEST_PAUSE = 10_000
"""Milliseconds that a transaction may be open while nothing is asked in it: behind it there is nobody any more, and others wait."""
KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 3, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 10_000}
"""So that the system itself notices that nobody is there: https://www.man7.org/linux/man-pages/man7/tcp.7.html"""

_GREETING = f"select set_config('idle_in_transaction_session_timeout', '{LONGEST_PAUSE}', false), pg_postmaster_start_time()"

# The connection is of no use any more. `OSError`: with `TimeoutError`. Read-only: the server was made somebody's replica.
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
# It is good, but the server cannot do this now: full disk, no memory, cancelled, a lock that somebody holds for too long.
_NOT_NOW = (
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresSystemError,
    asyncpg.LockNotAvailableError,
)


class Lost(Unavailable):
    """The connection ended, or its server fell silent: what was only asked may be asked again on another one."""

    def __init__(self, *, was_silent: bool) -> None:
        super().__init__()
        self.was_silent = was_silent


class PostgresConnection:
    """Each statement is a transaction of its own, unless `transaction` holds it. `complain`: told of what the server cannot do."""

    def __init__(self, alchemy: AsyncConnection, statements: Statements, complain: Callable[[BaseException], None]) -> None:
        self._alchemy = alchemy
        self._statements = statements
        self._complain = complain
        self._pooled = cast("sa.Connection", alchemy.sync_connection).connection
        self._driver = cast("asyncpg.Connection", self._pooled.driver_connection)
        self.patience = PATIENCE
        self.server: object = None
        """Which server it leads to, and since when that runs."""

    @property
    def driver(self) -> asyncpg.Connection:
        return self._driver

    @property
    def is_open(self) -> bool:
        return not self._driver.is_closed()

    @property
    def is_free(self) -> bool:
        """For the next who asks."""
        return self.is_open and not self._driver.is_in_transaction()

    async def greet(self) -> None:
        """What both sides do when the other falls silent; and which server it is."""
        try:
            _keep_alive(self._driver)
            self.server = (await self._driver.fetchrow(_GREETING))[1]
        except BaseException:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Cuts the line without waiting: the server undoes what was open on it."""
        self._driver.terminate()
        if self._pooled.is_valid:
            self._pooled.invalidate()

    async def close(self) -> None:
        """With a word to the server, if it listens."""
        with suppress(Exception):
            await self._driver.close(timeout=1)
        self.abandon()

    async def begin(self) -> Transaction:
        """Inside another one, a savepoint."""
        transaction = self._driver.transaction()
        await self._said(transaction.start())
        return transaction

    @asynccontextmanager
    async def ending(self, transaction: Transaction) -> AsyncIterator[None]:
        """Keeps or undoes what was done since it began. Where the answer to a commit is not heard, nobody can say which."""
        try:
            yield
        except asyncio.CancelledError:
            # What was asked last may still be on its way: nobody can say what is open.
            self.abandon()
            raise
        except BaseException:
            await self._undo(transaction)
            raise
        await self._said(transaction.commit())

    async def _undo(self, transaction: Transaction) -> None:
        """The server does it by itself when the connection ends."""
        if self.is_open:
            try:
                await self._said(transaction.rollback())
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
        """How many rows were touched; of a batch, nobody asks."""
        several = parameters if isinstance(parameters, list | tuple) else None
        alike = several[0] if several else cast("Parameters | None", parameters)
        prepared = self._statements.prepared(statement, alike)
        if prepared is None or several == []:
            return (await self._executed(statement, parameters)).rowcount
        try:
            if several:
                await self._driver.executemany(prepared.sql, [prepared.bind(one) for one in several], timeout=self.patience)
                return len(several)
            done: str = await self._driver.execute(prepared.sql, *prepared.bind(alike), timeout=self.patience)
        except Exception as fault:
            raise self._told(fault, prepared) from fault
        return int(done.rpartition(" ")[2])

    async def _fetched(self, prepared: Prepared, parameters: Parameters | None) -> list[tuple[Any, ...]]:
        """Records of asyncpg, which are read like tuples."""
        try:
            found: list[tuple[Any, ...]] = await self._driver.fetch(prepared.sql, *prepared.bind(parameters), timeout=self.patience)
        except Exception as fault:
            raise self._told(fault, prepared) from fault
        return found

    async def _executed(self, statement: Statement, parameters: Any) -> sa.CursorResult[Any]:
        return cast("sa.CursorResult[Any]", await self._said(self._alchemy.execute(statement, parameters)))

    async def _said(self, asked: Awaitable[Answer]) -> Answer:
        """What is asked without words of our own about how long it may take."""
        try:
            async with asyncio.timeout(self.patience):
                return await asked
        except asyncio.CancelledError:
            self.abandon()
            raise
        except Exception as fault:
            raise self._told(fault) from fault

    def _told(self, fault: Exception, prepared: Prepared | None = None) -> Exception:
        """In our words; what is our own fault, as it is."""
        origin = _origin(fault)
        if isinstance(origin, asyncpg.IntegrityConstraintViolationError):
            return sa.exc.IntegrityError(prepared.sql, None, origin) if prepared else fault
        if not self.is_open or isinstance(origin, _ENDS):
            self.abandon()
            return Lost(was_silent=isinstance(origin, TimeoutError))
        if isinstance(origin, _NOT_NOW):
            self._complain(origin)
            return Unavailable()
        return fault


def _origin(fault: BaseException) -> BaseException:
    """What the driver said, however SQLAlchemy has wrapped it."""
    said = fault.orig if isinstance(fault, sa.exc.DBAPIError) else None
    return fault if said is None else said.__cause__ or said


def _keep_alive(driver: asyncpg.Connection) -> None:
    line = driver._transport.get_extra_info("socket")
    if line is None or line.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):
            line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
