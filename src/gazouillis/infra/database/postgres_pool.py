"""Connections to PostgreSQL: kept for whoever asks next, gone as soon as they end, made anew; and what is done while there are none.

While the server is away nobody waits for it: who asks hears at once that it is `Unavailable`, and one task looks for it until it is back
(decision 0030).
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
from gazouillis.infra.database.postgres_connection import PATIENCE, Lost, PostgresConnection

logger = logging.getLogger(__name__)

LARGEST = 20
"""Connections, kept once they were needed: a new one costs as much as twenty statements, and has to prepare them anew."""
CONNECT = 3.0
"""Seconds in which a server that is there has let somebody in."""
LOOK_AGAIN = 0.5
"""Seconds between two looks for a server that is away."""
LONGEST_WAIT = 10.0
"""Seconds for which one waits until somebody else needs a connection no more."""
GROW_AGAIN = 1.0
"""Seconds after a server had no room for one more connection."""
SELDOM = 60.0
"""Seconds between two lines in the log about the same trouble."""

UNREACHABLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, sa.exc.SQLAlchemyError)


class Report:
    """What the log is told: of each trouble a line a minute at most, however often it is met."""

    def __init__(self) -> None:
        self._quiet_until: dict[str, float] = {}
        self._ended = 0
        self._away_since: float | None = None
        self._is_said = False

    def ended(self) -> None:
        self._ended += 1

    def replaced(self) -> None:
        if self._ended and self._may_speak("ended"):
            logger.warning("connections to PostgreSQL ended (%d) and are made again", self._ended)
            self._ended = 0

    def cannot(self, fault: BaseException) -> None:
        if self._may_speak("cannot"):
            logger.warning("PostgreSQL cannot do what it is asked: %s", _line(fault))

    def away(self, fault: BaseException) -> None:
        now = time.monotonic()
        if self._away_since is None:
            self._away_since, self._ended = now, 0
        if self._may_speak("away"):
            self._is_said = True
            logger.warning("PostgreSQL is away, for %d s now, and looked for: %s", now - self._away_since, _line(fault))

    def back(self) -> None:
        if self._away_since is not None and self._is_said:
            logger.warning("PostgreSQL is back, after %.1f s", time.monotonic() - self._away_since)
        self._away_since, self._is_said = None, False

    def _may_speak(self, kind: str) -> bool:
        now = time.monotonic()
        if now < self._quiet_until.get(kind, 0.0):
            return False
        self._quiet_until[kind] = now + SELDOM
        return True


class Lease:
    """A connection while somebody uses it."""

    __slots__ = ("_pool", "connection")

    def __init__(self, pool: Pool, connection: PostgresConnection) -> None:
        self._pool = pool
        self.connection = connection
        self.be_patient(PATIENCE)

    def be_patient(self, seconds: float) -> None:
        """For each statement from now on."""
        self.connection.patience = seconds

    async def renew(self, lost: Lost) -> PostgresConnection:
        """Another one, instead of one that ended. Who was ready to wait for long has waited long enough."""
        self._pool.discard(self.connection)
        if lost.was_silent:
            self._pool.distrust()
            if self.connection.patience > PATIENCE:
                raise lost
        patience, self.connection = self.connection.patience, await self._pool.take()
        self.be_patient(patience)
        return self.connection

    def end(self) -> None:
        self._pool.give_back(self.connection)

    def abandon(self) -> None:
        self._pool.discard(self.connection, is_lost=False)


class Pool:
    """`history` is another one when what was read before may no longer be so, though nobody said it: a server was away, or another one
    answers now, or the same since another start.
    """

    def __init__(self, connect: Callable[[], Awaitable[PostgresConnection]]) -> None:
        self._connect = connect
        self.report = Report()
        self.history = 0
        self._server: object = None
        self._alive: set[PostgresConnection] = set()
        self._idle: list[PostgresConnection] = []
        self._making = 0
        self._line: deque[asyncio.Future[PostgresConnection | None]] = deque()
        self._heard_at = self._may_grow_at = 0.0
        self._looking: asyncio.Task[None] | None = None
        """As long as the server is away."""

    async def open(self) -> None:
        """With what the driver says when it cannot be reached."""
        self.give_back(self._admit(await self._connect()))

    async def close(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking
        alive, self._alive, self._idle = self._alive, set(), []
        await asyncio.gather(*(one.close() for one in alive))

    async def lease(self) -> Lease:
        return Lease(self, await self.take())

    async def take(self) -> PostgresConnection:
        while True:
            if self._looking is not None:
                raise Unavailable
            connection = self._kept() or await (self._made() if self._has_room() else self._given_by_another())
            if connection is not None:
                return connection

    def give_back(self, connection: PostgresConnection) -> None:
        if not connection.is_free or connection not in self._alive:
            self.discard(connection)
            return
        self._heard_at = time.monotonic()
        if self._looking is not None:
            self._be_back()
        waiting = self._next_in_line()
        if waiting is None:
            self._idle.append(connection)
        else:
            waiting.set_result(connection)

    def discard(self, connection: PostgresConnection, *, is_lost: bool = True) -> None:
        """Once, whoever notices first that it ended; its place is for who waits."""
        connection.abandon()
        if connection not in self._alive:
            return
        self._alive.remove(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        if is_lost:
            self.report.ended()
        self._let_next_try()

    def distrust(self) -> None:
        """A server that fell silent on one connection may have on those that nobody uses."""
        for connection in [*self._idle]:
            self.discard(connection)

    def _kept(self) -> PostgresConnection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
            self.discard(connection)
        return None

    def _has_room(self) -> bool:
        return not self._alive or (len(self._alive) + self._making < LARGEST and time.monotonic() >= self._may_grow_at)

    async def _made(self) -> PostgresConnection | None:
        """None: there is room for no more, and those that there are must be waited for."""
        began = time.monotonic()
        self._making += 1
        try:
            connection = await self._connect()
        except UNREACHABLE as fault:
            is_silent = isinstance(fault, TimeoutError) and self._heard_at < began
            if not self._alive or is_silent:
                self._be_away(fault)
                raise Unavailable from fault
            self._may_grow_at = time.monotonic() + GROW_AGAIN
            return None
        except BaseException:
            self._let_next_try()
            raise
        finally:
            self._making -= 1
        return self._admit(connection)

    async def _given_by_another(self) -> PostgresConnection | None:
        """None: somebody's has ended, and there is room for a new one."""
        waiting = asyncio.get_running_loop().create_future()
        self._line.append(waiting)
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                given: PostgresConnection | None = await waiting
                return given
        except BaseException as fault:
            if waiting.done() and not waiting.cancelled() and waiting.exception() is None:
                self._pass_on(waiting.result())
            if isinstance(fault, TimeoutError):
                raise Unavailable from fault
            raise

    def _pass_on(self, given: PostgresConnection | None) -> None:
        """What somebody was given who has gone."""
        if given is None:
            self._let_next_try()
        else:
            self.give_back(given)

    def _admit(self, connection: PostgresConnection) -> PostgresConnection:
        if connection.server != self._server:
            self.history += self._server is not None
            self._server = connection.server
        self._alive.add(connection)
        connection.driver.add_termination_listener(lambda _driver: self.discard(connection))
        self.report.replaced()
        return connection

    def _next_in_line(self) -> asyncio.Future[PostgresConnection | None] | None:
        while self._line:
            waiting = self._line.popleft()
            if not waiting.done():
                return waiting
        return None

    def _let_next_try(self) -> None:
        if waiting := self._next_in_line():
            waiting.set_result(None)

    def _be_away(self, fault: BaseException) -> None:
        self.report.away(fault)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_for_it(), context=Context())
        self.distrust()
        while waiting := self._next_in_line():
            waiting.set_exception(Unavailable())

    def _be_back(self) -> None:
        if self._looking is not None:
            if self._looking is not asyncio.current_task():
                self._looking.cancel()
            self._looking = None
            self.history += 1
            self.report.back()

    async def _look_for_it(self) -> None:
        """An attempt may hang as long as it likes: others are begun meanwhile."""
        attempts: set[asyncio.Task[None]] = set()
        try:
            while self._looking is not None:
                attempt = asyncio.create_task(self._attempt())
                attempts.add(attempt)
                attempt.add_done_callback(attempts.discard)
                await asyncio.wait([attempt], timeout=LOOK_AGAIN)
                if self._looking is not None and attempt.done():
                    await asyncio.sleep(LOOK_AGAIN)
        finally:
            for one in [*attempts]:
                one.cancel()

    async def _attempt(self) -> None:
        try:
            connection = await self._connect()
        except UNREACHABLE as fault:
            if self._looking is not None:
                self.report.away(fault)
        else:
            self.give_back(self._admit(connection))


def _line(fault: BaseException) -> str:
    origin = fault.orig if isinstance(fault, sa.exc.DBAPIError) and fault.orig else fault
    return (str(origin) or type(origin).__name__).splitlines()[0]
