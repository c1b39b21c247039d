"""One way to look (`Reader`) and one way to change (`Tx`), whatever the database.

Statements are SQLAlchemy Core. On SQLite they run inline (a thread hop costs ten times the query); on PostgreSQL through asyncpg.
A `Tx` holds rows and events together; leaving it by an exception rolls both back.
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
"""True while this task holds a `Tx`: outbound clients refuse to work then."""


class Reader(Protocol):
    """May look."""

    dialect: str
    cache: ProcessCache | None
    """What was read before and still holds; None for a `Tx`, which looks at the rows."""
    dependencies: Dependencies | None
    """Where is noted what an answer stands on; None when nobody wants to keep it."""
    version: int | None
    """Of the whole database: another one whenever anything was committed. None where nobody can tell."""
    log_tail: LogTail | None
    """What this process committed last; None where the log must always be read."""
    has_followed_log: bool
    """Whether a process that hears before it reads has then followed the log to its end: where there is only one writer."""

    @property
    def now(self) -> datetime:
        """What is made of it cannot be kept: who only asks whether something is over asks `has_come`."""
        ...

    def has_come(self, moment: datetime) -> bool: ...

    async def all(self, statement: Statement, parameters: Parameters | None = None) -> Sequence[Row]: ...

    async def one(self, statement: Statement, parameters: Parameters | None = None) -> Row | None: ...

    async def value(self, statement: Statement, parameters: Parameters | None = None) -> Any:
        """The first column of the first row, or None."""
        ...

    async def values(self, statement: Statement, parameters: Parameters | None = None) -> list[Any]:
        """The first column of every row."""
        ...


class Tx(Reader, Protocol):
    """May change, and emit what happened."""

    @property
    def has_events(self) -> bool:
        """Whether something was emitted."""
        ...

    def new_id(self) -> int: ...

    async def run(self, statement: Statement, parameters: Parameters | Sequence[Parameters] | None = None) -> int:
        """How many rows were touched; several parameter sets are one batch."""
        ...

    async def put(self, statement: Statement, *rows: Parameters) -> None:
        """Rows for which it does not matter when, and in which order, they are written before this transaction ends: under ids that
        nobody else knows, or numbers that grow. Nobody asks how many were touched.
        """
        ...

    async def emit(self, *happened: Event) -> None: ...

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """What is done inside is undone alone if an exception leaves it."""
        ...


class Timed:
    """The part of a reader that knows the time, and notes what depended on it."""

    __slots__ = ("_clock", "_moment", "dependencies")

    def __init__(self, clock: Clock, dependencies: Dependencies | None) -> None:
        self._clock = clock
        self._moment: datetime | None = None
        self.dependencies = dependencies

    @property
    def now(self) -> datetime:
        if self.dependencies is not None:
            self.dependencies.mark_uncacheable()
        return self._looked_up()

    def has_come(self, moment: datetime) -> bool:
        has_come = self._looked_up() >= moment
        if self.dependencies is not None and not has_come:
            self.dependencies.expire_at(moment)
        return has_come

    def _looked_up(self) -> datetime:
        """Once: most who read never ask what time it is."""
        if self._moment is None:
            self._moment = self._clock()
        return self._moment


class Database(Protocol):
    """`on_events` is called after each commit that recorded events, in the process that made it.

    Whoever follows the log sets `memory` and `hear`: what was committed before a `read` is then heard of before it begins.
    """

    clock: Clock
    ids: IdSequence
    on_events: Callable[[], None]
    cache: ProcessCache | None
    before_read: Callable[[Reader], Awaitable[None]] | None
    dialect: str

    @property
    def history(self) -> int:
        """Another one once the database was away, or another server answers for it: what was committed last may not be there any more,
        and nobody says so. Whoever remembers begins afresh.
        """
        ...

    def read(self) -> AbstractAsyncContextManager[Reader]: ...

    def long_read(self) -> AbstractAsyncContextManager[Reader]:
        """For long queries: they do not hold back the others."""
        ...

    def write(self) -> AbstractAsyncContextManager[Tx]: ...

    def long_write(self) -> AbstractAsyncContextManager[Tx]:
        """For what nobody waits for: its statements may take their time."""
        ...

    async def run_sync(self, work: Callable[[sa.Connection], None]) -> None:
        """For changes of the schema: one transaction of its own, which nothing else shares."""
        ...

    async def open(self) -> None: ...

    async def close(self) -> None: ...


async def lock(tx: Tx, name: str) -> None:
    """Until the transaction ends, no other one holds this name. On SQLite there is one writer at a time anyway."""
    if tx.dialect == "postgresql":
        await tx.value(_LOCK, {"name": name})


_LOCK = sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(sa.bindparam("name", type_=sa.Text), 0)))


def unique_conflict() -> Conflict:
    """Two transactions wanted the same unique thing, and the other one has it."""
    return Conflict(_("Somebody else was faster; try again"))


def insert_or_ignore(table: sa.Table) -> postgresql.Insert:
    """Inserts rows unless their natural key is already there; both databases spell it alike."""
    return postgresql.insert(table).on_conflict_do_nothing()


def insert_or_replace(table: sa.Table, key: Sequence[str], columns: Sequence[str]) -> postgresql.Insert:
    insert = postgresql.insert(table)
    return insert.on_conflict_do_update(index_elements=list(key), set_={name: insert.excluded[name] for name in columns})
