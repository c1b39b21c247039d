"""Writing into SQLite: a transaction, and the batch with which it reaches the disk.

What a transaction only puts is written with what others put, a call for each statement. One that looks, or writes at once, comes after
all that was put before, and is a savepoint of its batch. https://www.sqlite.org/lang_savepoint.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from gazouillis.infra.backends.sqlite_connection import SqliteConnection
from gazouillis.infra.backends.sqlite_reading import SqliteReader
from gazouillis.infra.clock import Clock
from gazouillis.infra.database import Parameters, Statement
from gazouillis.infra.events import Event, record
from gazouillis.infra.ids import IdSequence
from gazouillis.infra.tables import INSERT_EVENTS

Rows = list[Parameters]
Put = tuple[Statement, Rows]


class SqliteTx(SqliteReader):
    def __init__(self, connection: SqliteConnection, clock: Clock, ids: IdSequence, batch: Batch) -> None:
        super().__init__(connection, clock)
        if self.grounds is not None:
            self.grounds.spoil()
        self._ids, self._batch = ids, batch
        self._savepoint: Savepoint | None = None
        """From when on it looks and writes at once."""
        self.put_off: list[Put] = []
        self.depth = 0
        """How many savepoints are open."""
        self.has_events = False

    def new_id(self) -> int:
        return self._ids.next(self.now)

    async def run(self, statement: Statement, parameters: Parameters | Sequence[Parameters] | None = None) -> int:
        return self._asked.run(statement, parameters)

    async def put(self, statement: Statement, *rows: Parameters) -> None:
        self._put(statement, rows)

    async def emit(self, *happened: Event) -> None:
        self._put(INSERT_EVENTS, [record(event, self.now) for event in happened])
        self.has_events = True

    def savepoint(self) -> Savepoint:
        return Savepoint(self, self._asked)

    def end(self, fault: BaseException | None) -> None:
        """Its part of the batch, kept or undone."""
        if self._savepoint is not None:
            self._savepoint.end(fault)

    @property
    def _asked(self) -> SqliteConnection:
        if self._savepoint is None:
            self._batch.catch_up()
            savepoint = Savepoint(self, self._connection)
            savepoint.begin()
            self._savepoint = savepoint
            put_off, self.put_off = self.put_off, []
            for statement, rows in put_off:
                self._connection.run(statement, rows)
        return self._connection

    def _put(self, statement: Statement, rows: Sequence[Parameters]) -> None:
        if self._savepoint is None:
            self.put_off.append((statement, [*rows]))
        else:
            self._connection.run(statement, [*rows])


class Savepoint:
    """Written out like all that every post passes through: half the cost of a generator."""

    __slots__ = ("_connection", "_had_events", "_name", "_tx")

    def __init__(self, tx: SqliteTx, connection: SqliteConnection) -> None:
        self._tx, self._connection = tx, connection

    def begin(self) -> None:
        self._tx.depth += 1
        self._name, self._had_events = f"inner_{self._tx.depth}", self._tx.has_events
        self._connection.say(f"SAVEPOINT {self._name}")

    def end(self, fault: BaseException | None) -> None:
        try:
            if fault is not None:
                self._connection.say(f"ROLLBACK TO {self._name}")
                self._tx.has_events = self._had_events
        finally:
            self._connection.say(f"RELEASE {self._name}")
            self._tx.depth -= 1

    async def __aenter__(self) -> None:
        self.begin()

    async def __aexit__(self, _kind: object, fault: BaseException | None, _trace: object) -> None:
        self.end(fault)


class Batch:
    """Transactions that will reach the disk together."""

    def __init__(self, connection: SqliteConnection) -> None:
        self._connection = connection
        self.size = 0
        self.has_events = False
        self._waiting: list[asyncio.Future[None]] = []
        self._put_off: list[tuple[list[Put], asyncio.Future[None]]] = []

    def take(self, tx: SqliteTx) -> asyncio.Future[None]:
        """Done when it is on disk. One for each who waits: one of them may give up."""
        waiting = asyncio.get_running_loop().create_future()
        self.size += 1
        self.has_events |= tx.has_events
        self._waiting.append(waiting)
        if tx.put_off:
            self._put_off.append((tx.put_off, waiting))
        return waiting

    def catch_up(self) -> None:
        """Writes what was put off. Where one of it is refused they go one by one, and only who is at fault hears of it."""
        put_off, self._put_off = self._put_off, []
        if not put_off:
            return
        together: dict[Statement, Rows] = {}
        for puts, _ in put_off:
            for statement, rows in puts:
                together.setdefault(statement, []).extend(rows)
        if self._refusal(together.items()) is None:
            return
        for puts, waiting in put_off:
            fault = self._refusal(puts)
            if fault is not None and not waiting.done():
                waiting.set_exception(fault)

    def tell(self, fault: Exception | None = None) -> None:
        """Those who still wait, that it is on disk or why it is not."""
        for one in self._waiting:
            if one.done():
                continue
            if fault is None:
                one.set_result(None)
            else:
                one.set_exception(fault)

    def _refusal(self, puts: Iterable[Put]) -> Exception | None:
        """Writes all of it, or nothing."""
        self._connection.say("SAVEPOINT put")
        try:
            for statement, rows in puts:
                self._connection.run(statement, rows)
        except Exception as fault:
            self._connection.say("ROLLBACK TO put")
            return fault
        finally:
            self._connection.say("RELEASE put")
        return None
