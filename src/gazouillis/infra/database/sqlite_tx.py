"""Write transactions on SQLite, and group commit: the transactions of a batch reach the disk in one commit.

A transaction that only calls `put` and `emit` is written together with others, in one call per statement. A transaction that queries, or
calls `run`, first writes everything that was put before it; it is a savepoint of its batch. https://www.sqlite.org/lang_savepoint.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime

from gazouillis.infra.basics.clock import Clock
from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.basics.events import Event, record
from gazouillis.infra.basics.ids import IdSequence, Range
from gazouillis.infra.basics.log_tail import LogTail
from gazouillis.infra.database.sqlite_connection import SqliteConnection
from gazouillis.infra.database.sqlite_reader import SqliteReader
from gazouillis.infra.database.tables import INSERT_EVENTS
from gazouillis.infra.database.transactions import Parameters, Statement

Put = tuple[Statement, list[Parameters]]
EmittedEvent = tuple[Event, datetime]


class SqliteTx(SqliteReader):
    """One write transaction inside a batch."""

    def __init__(self, batch: Batch, clock: Clock, ids: IdSequence, log_tail: LogTail) -> None:
        super().__init__(batch.connection, clock, log_tail)
        if self.dependencies is not None:
            self.dependencies.mark_uncacheable()
        self._batch, self._ids = batch, ids
        self._savepoint: Savepoint | None = None
        """Set by the first query or `run`: from then on everything is written at once."""
        self.puts: list[Put] = []
        self.events: list[EmittedEvent] = []
        """`puts` and `events` wait until then, or until the batch is written."""

    @property
    def has_events(self) -> bool:
        return bool(self.events) or (self._savepoint is not None and self._savepoint.has_events)

    def new_id(self) -> int:
        return self._ids.next(self.now)

    async def run(self, statement: Statement, parameters: Parameters | Sequence[Parameters] | None = None) -> int:
        return self._recorded_connection.run(statement, parameters)

    async def put(self, statement: Statement, *rows: Parameters) -> None:
        if rows:
            self.puts.append((statement, [*rows]))
        if self._savepoint is not None:
            self._write()

    async def emit(self, *happened: Event) -> None:
        self.events += [(event, self.now) for event in happened]
        if self._savepoint is not None:
            self._write()

    def savepoint(self) -> Savepoint:
        self._start_savepoint()
        return Savepoint(self._batch)

    def end(self, fault: BaseException | None) -> None:
        """Ends its savepoint: released, or rolled back when there is a fault."""
        if self._savepoint is not None:
            self._savepoint.end(fault)

    @property
    def _recorded_connection(self) -> SqliteConnection:
        self._start_savepoint()
        return self._connection

    def _start_savepoint(self) -> None:
        if self._savepoint is None:
            self._batch.catch_up()
            savepoint = Savepoint(self._batch)
            savepoint.begin()
            self._savepoint = savepoint
            self._write()
        self._batch.check()

    def _write(self) -> None:
        puts, events, self.puts, self.events = self.puts, self.events, [], []
        self._batch.write(puts, events)


class Savepoint:
    """All have the same name: SQLite then means the innermost. A class costs half of what a generator-based context manager would."""

    __slots__ = ("_batch", "_events_before")

    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    @property
    def has_events(self) -> bool:
        return len(self._batch.events) > self._events_before

    def begin(self) -> None:
        self._batch.check()
        self._batch.connection.execute("SAVEPOINT inner")
        self._events_before = len(self._batch.events)

    def end(self, fault: BaseException | None) -> None:
        self._batch.check()
        try:
            if fault is not None:
                self._batch.connection.execute("ROLLBACK TO inner")
                del self._batch.events[self._events_before :]
        finally:
            self._batch.connection.execute("RELEASE inner")

    async def __aenter__(self) -> None:
        self.begin()

    async def __aexit__(self, _kind: object, fault: BaseException | None, _trace: object) -> None:
        self.end(fault)


class Batch:
    """Transactions that reach the disk in one commit."""

    def __init__(self, connection: SqliteConnection) -> None:
        self.connection = connection
        self.size = 0
        self.events: list[EmittedEvent] = []
        """In the order of the log."""
        self.previous_range: Range | None = None
        """The reservation of ids before this batch, if the batch reserves others."""
        self._waiting: list[asyncio.Future[None]] = []
        self._deferred: list[tuple[SqliteTx, asyncio.Future[None]]] = []

    def check(self) -> None:
        """Raises `Unavailable` when SQLite has rolled the batch back because the disk is full or fails. A statement run after that would
        be committed at once, by itself: https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
        """
        if not self.connection.in_transaction:
            raise Unavailable

    def take(self, tx: SqliteTx) -> asyncio.Future[None]:
        """Adds an ended transaction. The future is done when it is on disk; each transaction has its own, since a task may be cancelled."""
        waiting = asyncio.get_running_loop().create_future()
        self.size += 1
        self._waiting.append(waiting)
        if tx.puts or tx.events:
            self._deferred.append((tx, waiting))
        return waiting

    def catch_up(self) -> None:
        """Writes the deferred rows and events together. When one row is refused, writes one transaction after the other, and fails only the
        one at fault.
        """
        deferred, self._deferred = self._deferred, []
        if not deferred:
            return
        try:
            if self._refusal(_merged(tx.puts for tx, _ in deferred), [one for tx, _ in deferred for one in tx.events]) is not None:
                for tx, waiting in deferred:
                    _fail(waiting, self._refusal(tx.puts, tx.events))
        except Exception as fault:  # not the rows: the file itself
            for _, waiting in deferred:
                _fail(waiting, fault)
            raise

    def write(self, puts: Iterable[Put], events: Sequence[EmittedEvent]) -> None:
        for statement, rows in puts:
            self.connection.run(statement, rows)
        if events:
            self.connection.run(INSERT_EVENTS, [record(*one) for one in events])
            self.events += events

    def acknowledge(self, fault: Exception | None = None) -> None:
        """Tells the waiting transactions that they are on disk, or why they are not."""
        for one in self._waiting:
            if fault is not None:
                _fail(one, fault)
            elif not one.done():
                one.set_result(None)

    def _refusal(self, puts: Iterable[Put], events: Sequence[EmittedEvent]) -> Exception | None:
        """Writes everything and returns None; or writes nothing and returns the error."""
        savepoint = Savepoint(self)
        savepoint.begin()
        try:
            self.write(puts, events)
        except Exception as fault:
            savepoint.end(fault)
            return fault
        savepoint.end(None)
        return None


def _merged(all_puts: Iterable[list[Put]]) -> Iterable[Put]:
    """Merges the puts of one statement whose rows have the same columns."""
    merged: dict[tuple[object, ...], Put] = {}
    for puts in all_puts:
        for statement, rows in puts:
            merged.setdefault((statement, *rows[0]), (statement, []))[1].extend(rows)
    return merged.values()


def _fail(waiting: asyncio.Future[None], fault: Exception | None) -> None:
    """Does nothing without a fault, or when the task was cancelled."""
    if fault is not None and not waiting.done():
        waiting.set_exception(fault)
