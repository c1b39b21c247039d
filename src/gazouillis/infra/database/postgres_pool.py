"""The connection pool for PostgreSQL: leases connections, replaces those that ended, and reconnects after an outage.

While the server is away no request waits for it: `take` raises `Unavailable` at once, and one task tries to reconnect until the server is
back (decision 0030).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import Context

import asyncpg
import sqlalchemy as sa

from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.database.postgres_connection import TIMEOUT, Lost, PostgresConnection

logger = logging.getLogger(__name__)

LARGEST = 20
"""Connections at most. They are kept once made: a new one costs as much as twenty statements, and must prepare its statements again."""
CONNECT_TIMEOUT = 3.0
"""Seconds."""
RECONNECT_EVERY = 0.5
"""Seconds between two attempts to reach a server that is away."""
LONGEST_WAIT = 10.0
"""Seconds to wait for a connection when all are leased; then `Unavailable`."""
GROW_AGAIN_AFTER = 1.0
"""Seconds without an attempt to grow, after the server refused one more connection."""
LOG_EVERY = 60.0
"""Seconds between two log lines about the same trouble."""

UNREACHABLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, sa.exc.SQLAlchemyError)


class PoolLog:
    """Writes about the pool to the log: of each kind of trouble one line a minute at most, however often it occurs."""

    def __init__(self) -> None:
        self._quiet_until: dict[str, float] = {}
        self._ended = 0
        self._away_since: float | None = None
        self._has_logged_away = False

    def ended(self) -> None:
        self._ended += 1

    def replaced(self) -> None:
        if self._ended and self._may_log("ended"):
            logger.warning("connections to PostgreSQL ended (%d) and were replaced", self._ended)
            self._ended = 0

    def trouble(self, fault: BaseException) -> None:
        if self._may_log("trouble"):
            logger.warning("PostgreSQL cannot run a statement now: %s", _first_line(fault))

    def away(self, fault: BaseException) -> None:
        now = time.monotonic()
        if self._away_since is None:
            self._away_since, self._ended = now, 0
        if self._may_log("away"):
            self._has_logged_away = True
            logger.warning("PostgreSQL is away, for %d s now, reconnecting: %s", now - self._away_since, _first_line(fault))

    def back(self) -> None:
        if self._away_since is not None and self._has_logged_away:
            logger.warning("PostgreSQL is back, after %.1f s", time.monotonic() - self._away_since)
        self._away_since, self._has_logged_away = None, False

    def _may_log(self, kind: str) -> bool:
        now = time.monotonic()
        if now < self._quiet_until.get(kind, 0.0):
            return False
        self._quiet_until[kind] = now + LOG_EVERY
        return True


class Lease:
    """A connection taken from the pool for one reader or transaction."""

    __slots__ = ("_pool", "connection")

    def __init__(self, pool: Pool, connection: PostgresConnection) -> None:
        self._pool = pool
        self.connection = connection
        self.set_timeout(TIMEOUT)

    def set_timeout(self, seconds: float) -> None:
        """For each statement from now on."""
        self.connection.timeout = seconds

    async def renew(self, lost: Lost) -> PostgresConnection:
        """Replaces a connection that ended. After a long timeout there is no second attempt: raises `lost`."""
        self._pool.discard(self.connection)
        if lost.was_silent:
            self._pool.discard_idle()
            if self.connection.timeout > TIMEOUT:
                raise lost
        timeout, self.connection = self.connection.timeout, await self._pool.take()
        self.set_timeout(timeout)
        return self.connection

    def end(self) -> None:
        """Returns the connection to the pool."""
        self._pool.give_back(self.connection)

    def abandon(self) -> None:
        """Closes the connection: its state is unknown."""
        self._pool.discard(self.connection, is_lost=False)


class Pool:
    """`history` is a number that changes when the last commits may be lost without notice: the server was away, was restarted, or was
    replaced by another one.
    """

    def __init__(self, connect: Callable[[], Awaitable[PostgresConnection]]) -> None:
        self._connect = connect
        self.log = PoolLog()
        self.history = 0
        self._server: object = None
        self._alive: set[PostgresConnection] = set()
        self._idle: list[PostgresConnection] = []
        self._making = 0
        self._waiting: deque[asyncio.Future[PostgresConnection | None]] = deque()
        self._last_answer_at = self._may_grow_at = 0.0
        self._reconnecting: asyncio.Task[None] | None = None
        """The task that runs while the server is away."""

    async def open(self) -> None:
        """Makes the first connection. Raises the driver's exception when the server cannot be reached."""
        self.give_back(self._admit(await self._connect()))

    async def close(self) -> None:
        if self._reconnecting is not None:
            self._reconnecting.cancel()
            with suppress(asyncio.CancelledError):
                await self._reconnecting
        alive, self._alive, self._idle = self._alive, set(), []
        await asyncio.gather(*(one.close() for one in alive))

    async def lease(self) -> Lease:
        return Lease(self, await self.take())

    async def take(self) -> PostgresConnection:
        """Raises `Unavailable` while the server is away, or when all connections stay leased for `LONGEST_WAIT`."""
        while True:
            if self._reconnecting is not None:
                raise Unavailable
            connection = self._idle_connection() or await (self._new_connection() if self._has_room() else self._returned_connection())
            if connection is not None:
                return connection

    def give_back(self, connection: PostgresConnection) -> None:
        if not connection.is_free or connection not in self._alive:
            self.discard(connection)
            return
        self._last_answer_at = time.monotonic()
        if self._reconnecting is not None:
            self._stop_reconnecting()
        waiting = self._next_waiting()
        if waiting is None:
            self._idle.append(connection)
        else:
            waiting.set_result(connection)

    def discard(self, connection: PostgresConnection, *, is_lost: bool = True) -> None:
        """Closes a connection and removes it. May be called more than once. Its place goes to a waiting caller."""
        connection.abandon()
        if connection not in self._alive:
            return
        self._alive.remove(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        if is_lost:
            self.log.ended()
        self._let_next_try()

    def discard_idle(self) -> None:
        """A server that stopped answering on one connection has probably done so on the idle ones."""
        for connection in [*self._idle]:
            self.discard(connection)

    def _idle_connection(self) -> PostgresConnection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
            self.discard(connection)
        return None

    def _has_room(self) -> bool:
        return not self._alive or (len(self._alive) + self._making < LARGEST and time.monotonic() >= self._may_grow_at)

    async def _new_connection(self) -> PostgresConnection | None:
        """None: the server refuses one more, so an existing one must be waited for."""
        started_at = time.monotonic()
        self._making += 1
        try:
            connection = await self._connect()
        except UNREACHABLE as fault:
            is_silent = isinstance(fault, TimeoutError) and self._last_answer_at < started_at
            if not self._alive or is_silent:
                self._start_reconnecting(fault)
                raise Unavailable from fault
            self._may_grow_at = time.monotonic() + GROW_AGAIN_AFTER
            return None
        except BaseException:
            self._let_next_try()
            raise
        finally:
            self._making -= 1
        return self._admit(connection)

    async def _returned_connection(self) -> PostgresConnection | None:
        """Waits until another lease ends. None: a connection was discarded, and there is room for a new one."""
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                returned: PostgresConnection | None = await waiting
                return returned
        except BaseException as fault:
            if waiting.done() and not waiting.cancelled() and waiting.exception() is None:
                self._pass_on(waiting.result())
            if isinstance(fault, TimeoutError):
                raise Unavailable from fault
            raise

    def _pass_on(self, returned: PostgresConnection | None) -> None:
        """Hands on what a caller received after it had stopped waiting."""
        if returned is None:
            self._let_next_try()
        else:
            self.give_back(returned)

    def _admit(self, connection: PostgresConnection) -> PostgresConnection:
        if connection.server != self._server:
            self.history += self._server is not None
            self._server = connection.server
        self._alive.add(connection)
        connection.driver.add_termination_listener(lambda _driver: self.discard(connection))
        self.log.replaced()
        return connection

    def _next_waiting(self) -> asyncio.Future[PostgresConnection | None] | None:
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                return waiting
        return None

    def _let_next_try(self) -> None:
        if waiting := self._next_waiting():
            waiting.set_result(None)

    def _start_reconnecting(self, fault: BaseException) -> None:
        self.log.away(fault)
        if self._reconnecting is None:
            self._reconnecting = asyncio.create_task(self._reconnect(), context=Context())
        self.discard_idle()
        while waiting := self._next_waiting():
            waiting.set_exception(Unavailable())

    def _stop_reconnecting(self) -> None:
        if self._reconnecting is not None:
            if self._reconnecting is not asyncio.current_task():
                self._reconnecting.cancel()
            self._reconnecting = None
            self.history += 1
            self.log.back()

    async def _reconnect(self) -> None:
        """An attempt that hangs does not delay the next ones: several may run at once."""
        attempts: set[asyncio.Task[None]] = set()
        try:
            while self._reconnecting is not None:
                attempt = asyncio.create_task(self._attempt())
                attempts.add(attempt)
                attempt.add_done_callback(attempts.discard)
                await asyncio.wait([attempt], timeout=RECONNECT_EVERY)
                if self._reconnecting is not None and attempt.done():
                    await asyncio.sleep(RECONNECT_EVERY)
        finally:
            for one in [*attempts]:
                one.cancel()

    async def _attempt(self) -> None:
        try:
            connection = await self._connect()
        except UNREACHABLE as fault:
            if self._reconnecting is not None:
                self.log.away(fault)
        else:
            self.give_back(self._admit(connection))


def _first_line(fault: BaseException) -> str:
    origin = fault.orig if isinstance(fault, sa.exc.DBAPIError) and fault.orig else fault
    return (str(origin) or type(origin).__name__).splitlines()[0]
