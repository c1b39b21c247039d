"""The interface of both databases: read transactions (`Reader`), write transactions (`Tx`), and the `Database` that opens them.

Statements are SQLAlchemy Core. On SQLite they run inline (a thread hop costs ten times the query); on PostgreSQL through asyncpg.
A `Tx` writes rows and emits events together; leaving it by an exception rolls both back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Protocol, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from gazouillis.infra.basics.clock import Clock
from gazouillis.infra.basics.errors import Conflict
from gazouillis.infra.basics.events import Event
from gazouillis.infra.basics.ids import IdSequence
from gazouillis.infra.basics.log_tail import LogTail
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.dependencies import Dependencies
from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.infra.database.statements import Row as PreparedRow

Parameters = Mapping[str, Any]
Row: TypeAlias = sa.Row[Any] | PreparedRow
Statement = sa.Executable

inside_transaction: ContextVar[bool] = ContextVar("inside_transaction", default=False)
"""True while this task has an open `Tx`: outbound clients refuse to work then, since they would keep it open for long."""


class Reader(Protocol):
    """May read."""

    dialect: str
    cache: ProcessCache | None
    """The cache of the process; None for a `Tx`, which reads the rows themselves."""
    dependencies: Dependencies | None
    """Where queries are recorded as dependencies of the response being made; None when it is not cacheable."""
    version: int | None
    """Version of the whole database: it changes with every commit. None where commits cannot be detected (PostgreSQL)."""
    log_tail: LogTail | None
    """The events that this process committed last; None where the log must always be read from the database."""
    has_followed_log: bool
    """Whether `Database.before_read` has followed the log to its end, in order: True on SQLite, which has one writer."""

    @property
    def now(self) -> datetime:
        """The time of this transaction. Using it makes the response uncacheable: to compare with a moment, use `has_come`."""
        ...

    def has_come(self, moment: datetime) -> bool:
        """Whether this moment is past or present. A cached response that used it expires at the moment."""
        ...

    def now_until(self, changes_at: Callable[[datetime], datetime]) -> datetime:
        """The time of this transaction, for what stays the same until the moment that the function returns for it. A cached response
        that used it expires at that moment.
        """
        ...

    async def all(self, statement: Statement, parameters: Parameters | None = None) -> Sequence[Row]: ...

    async def one(self, statement: Statement, parameters: Parameters | None = None) -> Row | None: ...

    async def value(self, statement: Statement, parameters: Parameters | None = None) -> Any:
        """The first column of the first row, or None."""
        ...

    async def values(self, statement: Statement, parameters: Parameters | None = None) -> list[Any]:
        """The first column of every row."""
        ...


class Tx(Reader, Protocol):
    """May read, write and emit events."""

    @property
    def has_events(self) -> bool:
        """Whether events were emitted."""
        ...

    def new_id(self) -> int: ...

    async def run(self, statement: Statement, parameters: Parameters | Sequence[Parameters] | None = None) -> int:
        """Returns how many rows were changed. A sequence of parameters is run as one batch."""
        ...

    async def put(self, statement: Statement, *rows: Parameters) -> None:
        """Writes rows at any time, and in any order, before the transaction ends, so that they can be written together with others.
        For rows under ids that nobody else knows yet, and for counters. It returns no number of changed rows.
        """
        ...

    async def emit(self, *happened: Event) -> None:
        """Appends events to the log, with the commit of this transaction."""
        ...

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """An exception that leaves it rolls back only what was done inside."""
        ...


class Timed:
    """The part of a reader that knows the time, and records what a response depends on in it."""

    __slots__ = ("_clock", "_moment", "dependencies")

    def __init__(self, clock: Clock, dependencies: Dependencies | None) -> None:
        self._clock = clock
        self._moment: datetime | None = None
        self.dependencies = dependencies

    @property
    def now(self) -> datetime:
        if self.dependencies is not None:
            self.dependencies.mark_uncacheable()
        return self._read_clock()

    def has_come(self, moment: datetime) -> bool:
        has_come = self._read_clock() >= moment
        if self.dependencies is not None and not has_come:
            self.dependencies.expire_at(moment)
        return has_come

    def now_until(self, changes_at: Callable[[datetime], datetime]) -> datetime:
        now = self._read_clock()
        self.has_come(changes_at(now))
        return now

    def _read_clock(self) -> datetime:
        """Reads the clock once, at the first use: most transactions never need the time."""
        if self._moment is None:
            self._moment = self._clock()
        return self._moment


class Database(Protocol):
    """`on_events` is called after each commit that emitted events, in the process that made it.

    The follower of the log (`tail.Tail`) sets `cache` and `before_read`. `before_read` runs before each `read` begins, and invalidates the
    cache entries that events committed until then have changed.
    """

    clock: Clock
    ids: IdSequence
    on_events: Callable[[], None]
    cache: ProcessCache | None
    before_read: Callable[[Reader], Awaitable[None]] | None
    dialect: str

    @property
    def history(self) -> int:
        """A number that changes when the database was unavailable, or when another server has replaced it: then the last commits may be
        lost without notice. Whoever caches what was read must start anew.
        """
        ...

    def read(self) -> AbstractAsyncContextManager[Reader]: ...

    def long_read(self) -> AbstractAsyncContextManager[Reader]:
        """For long queries. They have connections of their own, and cannot delay ordinary reads."""
        ...

    def write(self) -> AbstractAsyncContextManager[Tx]: ...

    def long_write(self) -> AbstractAsyncContextManager[Tx]:
        """For work that no request waits for: its statements have a longer timeout."""
        ...

    async def run_sync(self, work: Callable[[sa.Connection], None]) -> None:
        """Runs changes of the schema in one transaction of their own, on a synchronous connection."""
        ...

    async def open(self) -> None: ...

    async def close(self) -> None: ...


async def lock(tx: Tx, name: str) -> None:
    """Takes an advisory lock on this name until the transaction ends. SQLite needs none: it has one writer at a time."""
    if tx.dialect == "postgresql":
        await tx.value(_LOCK, {"name": name})


_LOCK = sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(sa.bindparam("name", type_=sa.Text), 0)))


def unique_conflict() -> Conflict:
    """The error for a write that breaks a unique constraint because another transaction was faster."""
    return Conflict(_("Somebody else was faster; try again"))


def insert_or_ignore(table: sa.Table) -> postgresql.Insert:
    """`INSERT … ON CONFLICT DO NOTHING`: skips rows whose key exists. Both databases use the same syntax."""
    return postgresql.insert(table).on_conflict_do_nothing()


def insert_or_replace(table: sa.Table, key: Sequence[str], columns: Sequence[str]) -> postgresql.Insert:
    """An upsert: a row whose `key` exists gets the new values of `columns`."""
    insert = postgresql.insert(table)
    return insert.on_conflict_do_update(index_elements=list(key), set_={name: insert.excluded[name] for name in columns})
