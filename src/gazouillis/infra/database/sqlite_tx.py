"""Writing into SQLite: a transaction, and the batch with which it reaches the disk.

What a transaction only puts is written with what others put, a call for each statement. One that looks, or writes at once, comes after
all that was put before, and is a savepoint of its batch. https://www.sqlite.org/lang_savepoint.html
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
Happened = tuple[Event, datetime]


class SqliteTx(SqliteReader):
    def __init__(self, batch: Batch, clock: Clock, ids: IdSequence, log_tail: LogTail) -> None:
        super().__init__(batch.connection, clock, log_tail)
        if self.dependencies is not None:
            self.dependencies.mark_uncacheable()
        self._batch, self._ids = batch, ids
        self._savepoint: Savepoint | None = None
        """From when on it looks, and writes at once."""
        self.puts: list[Put] = []
        self.happened: list[Happened] = []
        """What is put off until then, or until the batch is written."""

    @property
    def has_events(self) -> bool:
        return bool(self.happened) or (self._savepoint is not None and self._savepoint.has_events)

    def new_id(self) -> int:
        return self._ids.next(self.now)

    async def run(self, statement: Statement, parameters: Parameters | Sequence[Parameters] | None = None) -> int:
        return self._asked.run(statement, parameters)

    async def put(self, statement: Statement, *rows: Parameters) -> None:
        if rows:
            self.puts.append((statement, [*rows]))
        if self._savepoint is not None:
            self._write()

    async def emit(self, *happened: Event) -> None:
        self.happened += [(event, self.now) for event in happened]
        if self._savepoint is not None:
            self._write()

    def savepoint(self) -> Savepoint:
        self._look()
        return Savepoint(self._batch)

    def end(self, fault: BaseException | None) -> None:
        """Its part of the batch, kept or undone."""
        if self._savepoint is not None:
            self._savepoint.end(fault)

    @property
    def _asked(self) -> SqliteConnection:
        self._look()
        return self._connection

    def _look(self) -> None:
        if self._savepoint is None:
            self._batch.catch_up()
            savepoint = Savepoint(self._batch)
            savepoint.begin()
            self._savepoint = savepoint
            self._write()
        self._batch.check()

    def _write(self) -> None:
        puts, happened, self.puts, self.happened = self.puts, self.happened, [], []
        self._batch.write(puts, happened)


class Savepoint:
    """Of several with one name the innermost is meant. Written out: half the cost of a generator."""

    __slots__ = ("_batch", "_happened")

    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    @property
    def has_events(self) -> bool:
        return len(self._batch.happened) > self._happened

    def begin(self) -> None:
        self._batch.check()
        self._batch.connection.say("SAVEPOINT inner")
        self._happened = len(self._batch.happened)

    def end(self, fault: BaseException | None) -> None:
        self._batch.check()
        try:
            if fault is not None:
                self._batch.connection.say("ROLLBACK TO inner")
                del self._batch.happened[self._happened :]
        finally:
            self._batch.connection.say("RELEASE inner")

    async def __aenter__(self) -> None:
        self.begin()

    async def __aexit__(self, _kind: object, fault: BaseException | None, _trace: object) -> None:
        self.end(fault)


class Batch:
    """Transactions that will reach the disk together."""

    def __init__(self, connection: SqliteConnection) -> None:
        self.connection = connection
        self.size = 0
        self.happened: list[Happened] = []
        """In the order of the log."""
        self.held_before: Range | None = None
        """The ids that this process held, where the batch reserves others."""
        self._waiting: list[asyncio.Future[None]] = []
        self._put_off: list[tuple[SqliteTx, asyncio.Future[None]]] = []

    def check(self) -> None:
        """What is written after SQLite gave it up, on a disk that is full or fails, would be on disk at once, and alone:
        https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
        """
        if not self.connection.in_transaction:
            raise Unavailable

    def take(self, tx: SqliteTx) -> asyncio.Future[None]:
        """Done when it is on disk. One for each who waits: one of them may give up."""
        waiting = asyncio.get_running_loop().create_future()
        self.size += 1
        self._waiting.append(waiting)
        if tx.puts or tx.happened:
            self._put_off.append((tx, waiting))
        return waiting

    def catch_up(self) -> None:
        """Writes what was put off. Where one of it is refused they go one by one, and only who is at fault hears of it."""
        put_off, self._put_off = self._put_off, []
        if not put_off:
            return
        try:
            if self._refusal(_together(tx.puts for tx, _ in put_off), [one for tx, _ in put_off for one in tx.happened]) is not None:
                for tx, waiting in put_off:
                    _end(waiting, self._refusal(tx.puts, tx.happened))
        except Exception as fault:  # not the rows: the file itself
            for _, waiting in put_off:
                _end(waiting, fault)
            raise

    def write(self, puts: Iterable[Put], happened: Sequence[Happened]) -> None:
        for statement, rows in puts:
            self.connection.run(statement, rows)
        if happened:
            self.connection.run(INSERT_EVENTS, [record(*one) for one in happened])
            self.happened += happened

    def tell(self, fault: Exception | None = None) -> None:
        """Those who still wait, that it is on disk or why it is not."""
        for one in self._waiting:
            if fault is not None:
                _end(one, fault)
            elif not one.done():
                one.set_result(None)

    def _refusal(self, puts: Iterable[Put], happened: Sequence[Happened]) -> Exception | None:
        """Writes all of it; or nothing, and says why."""
        savepoint = Savepoint(self)
        savepoint.begin()
        try:
            self.write(puts, happened)
        except Exception as fault:
            savepoint.end(fault)
            return fault
        savepoint.end(None)
        return None


def _together(all_puts: Iterable[list[Put]]) -> Iterable[Put]:
    """Those of a statement whose rows have the same names are one."""
    gathered: dict[tuple[object, ...], Put] = {}
    for puts in all_puts:
        for statement, rows in puts:
            gathered.setdefault((statement, *rows[0]), (statement, []))[1].extend(rows)
    return gathered.values()


def _end(waiting: asyncio.Future[None], fault: Exception | None) -> None:
    """For who still waits, if there is a fault."""
    if fault is not None and not waiting.done():
        waiting.set_exception(fault)
