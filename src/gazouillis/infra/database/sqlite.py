"""SQLite: one writer, readers beside it, everything inline except the wait for the disk.

Transactions that are ready together share one commit (group commit), and none is acknowledged before it is on disk.
https://www.sqlite.org/wal.html
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from secrets import token_hex

import sqlalchemy as sa

from gazouillis.infra.basics.clock import Clock
from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.basics.ids import IdSequence
from gazouillis.infra.basics.log_tail import LogTail
from gazouillis.infra.cache.dependencies import tracking
from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.infra.database import id_ranges
from gazouillis.infra.database.sqlite_connection import SqliteFile
from gazouillis.infra.database.sqlite_reader import SqliteReader, ThreadedReader
from gazouillis.infra.database.sqlite_tx import Batch, SqliteTx
from gazouillis.infra.database.tables import LAST_EVENT
from gazouillis.infra.database.transactions import Reader, inside_transaction, unique_conflict
from gazouillis.infra.thread_pools import Gate

LARGEST_BATCH = 128
MOST_WAITING = 32
"""For their turn to ask what takes long."""
LOOK_AGAIN = 0.005
"""Seconds between two looks at whether another process wrote into the file: a look costs as much as a small query."""
LONGEST_UNTOLD = 0.005
"""Seconds for which those whose batch is on disk may have to wait until the next batch is on its way there."""


class _Reading:
    """As every request begins."""

    __slots__ = ("_db",)

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db

    async def __aenter__(self) -> SqliteReader:
        return await self._db.reader()

    async def __aexit__(self, *fault: object) -> None:
        return None


class _Writing:
    """A transaction as part of a batch. Leaving it waits until the batch is on disk."""

    __slots__ = ("_batch", "_db", "_mark", "_tx")

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db

    async def __aenter__(self) -> SqliteTx:
        self._batch = await self._db.enter()
        self._tx = tx = self._db.new_tx(self._batch)
        self._mark = inside_transaction.set(True)
        return tx

    async def __aexit__(self, _kind: object, fault: BaseException | None, _trace: object) -> None:
        on_disk = None
        try:
            self._tx.end(fault)
            if fault is None:
                on_disk = self._batch.take(self._tx)
        finally:
            inside_transaction.reset(self._mark)
            self._db.leave(self._batch)
        if isinstance(fault, sa.exc.IntegrityError):
            raise unique_conflict() from fault
        if on_disk is not None:
            try:
                await on_disk
            except sa.exc.IntegrityError as refused:
                raise unique_conflict() from refused


class SqliteDatabase:
    dialect = "sqlite"
    history = 0

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self.clock = clock
        self.ids = IdSequence(token_hex(8))
        self.on_events: Callable[[], None] = lambda: None
        self.cache: ProcessCache | None = None
        self.before_read: Callable[[Reader], Awaitable[None]] | None = None
        self._log_tail = LogTail()
        self._version = 0
        """Another one whenever anything was committed, by whomever."""
        self._version_of_file = 0
        self._others_have_committed = self._has_committed = False
        """Since anybody was told."""
        self._look_again_at = 0.0
        self._gate = asyncio.Lock()
        self._waiting = 0
        self._batch: Batch | None = None
        self._committing: set[asyncio.Task[None]] = set()
        self._untold: list[Batch] = []
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self._long_read_gate = Gate(at_once=1, waiting=MOST_WAITING)

    async def open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):  # SQLite makes the files beside it with the same mode
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        self._file = SqliteFile(self.path)
        self._writer, self._reader, self._aside = (self._file.connect() for _ in range(3))

    async def close(self) -> None:
        async with self._gate:
            await asyncio.gather(*self._committing)
            self._tell()
            await self._release_ids()
        for connection in (self._reader, self._aside, self._writer):
            connection.close()
        self._file.close()
        self._disk.shutdown()

    def read(self) -> _Reading:
        return _Reading(self)

    @asynccontextmanager
    async def long_read(self) -> AsyncIterator[SqliteReader]:
        async with self._long_read_gate.turn(), self.read():
            yield ThreadedReader(self._aside, self.clock, self._log_tail, self.cache, self._version)

    def write(self) -> _Writing:
        return _Writing(self)

    long_write = write

    async def reader(self) -> SqliteReader:
        """Knows all that this process has committed until now, and what others have but for their last milliseconds."""
        if self.before_read is not None:
            if self._batch is None and not self._gate.locked() and (now := time.monotonic()) >= self._look_again_at:
                self._look_again_at = now + LOOK_AGAIN
                self._look_for_others()
            others_have, we_have = self._others_have_committed, self._has_committed
            if others_have or we_have:
                self._others_have_committed = self._has_committed = False
                self._version += 1
                with tracking(None):
                    await self.before_read(self._new_reader(None if others_have else self._log_tail))
        return self._new_reader(self._log_tail)

    def new_tx(self, batch: Batch) -> SqliteTx:
        return SqliteTx(batch, self.clock, self.ids, self._log_tail)

    def _new_reader(self, log_tail: LogTail | None) -> SqliteReader:
        return SqliteReader(self._reader, self.clock, log_tail, self.cache, self._version)

    def _look_for_others(self) -> None:
        """Whether somebody else wrote into the file, who cannot while we do: https://www.sqlite.org/pragma.html#pragma_data_version"""
        before, self._version_of_file = self._version_of_file, self._writer.version()
        self._others_have_committed |= self._version_of_file != before

    async def run_sync(self, work: Callable[[sa.Connection], None]) -> None:
        async with self._gate:
            self._writer.say("BEGIN IMMEDIATE")
            try:
                work(self._writer.alchemy)
            except BaseException:
                self._writer.say("ROLLBACK")
                raise
            self._writer.say("COMMIT")
            self._has_committed = True

    async def enter(self) -> Batch:
        self._waiting += 1
        try:
            await self._gate.acquire()
        except BaseException:
            self._waiting -= 1
            await self._end_what_was_left_open()
            raise
        self._waiting -= 1
        if self._batch is None:
            try:
                self._writer.say("BEGIN IMMEDIATE")
                self._look_for_others()
                batch = Batch(self._writer)
                if self.ids.is_running_out(now := self.clock()):
                    await self._reserve_ids(batch, now)
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.say("ROLLBACK")
                self._gate.release()
                raise
            self._batch = batch
        return self._batch

    async def _reserve_ids(self, batch: Batch, now: datetime) -> None:
        """Together with the first that are given of them. Nothing in here waits."""
        tx, batch.held_before = self.new_tx(batch), self.ids.range
        self.ids.use(await id_ranges.reserve(tx, self.ids, now))
        tx.end(None)

    async def _release_ids(self) -> None:
        if self.ids.range.below:
            with suppress(
                Unavailable, sa.exc.DBAPIError, sqlite3.Error
            ):  # whose disk is full releases nothing, and the reservation ends by itself
                self._writer.say("BEGIN IMMEDIATE")
                tx = self.new_tx(Batch(self._writer))
                await id_ranges.release(tx, self.ids)
                tx.end(None)
                self._writer.say("COMMIT")

    async def _end_what_was_left_open(self) -> None:
        """Who gave up may have been the only one for whom the batch still waited."""
        if self._batch and not self._waiting and not self._gate.locked():
            await self._gate.acquire()
            self.leave(self._batch)

    def leave(self, batch: Batch) -> None:
        """The last one out commits for all; while the disk works, the gate stays closed and the next batch gathers."""
        if self._waiting and batch.size < LARGEST_BATCH:
            self._gate.release()
            return
        self._batch = None
        task = asyncio.get_running_loop().create_task(self._commit(batch))
        self._committing.add(task)
        task.add_done_callback(self._committing.discard)

    async def _commit(self, batch: Batch) -> None:
        """While the disk works for these, those of the batch before are told, and answered."""
        loop, verb = asyncio.get_running_loop(), "COMMIT" if batch.size else "ROLLBACK"
        try:
            batch.catch_up()
            batch.check()
            last_event = self._writer.value(LAST_EVENT) if batch.happened else 0
            on_disk = loop.run_in_executor(self._disk, self._writer.say, verb)
            time.sleep(0)  # noqa: ASYNC251 (no wait: the thread takes the interpreter's lock, and has gone to the disk)
            self._tell()
            await on_disk
            if not batch.size:
                self._take_back_ids(batch)
        except Exception as fault:
            if self._writer.in_transaction:
                self._writer.say("ROLLBACK")
            self._take_back_ids(batch)
            batch.tell(fault)
        else:
            self._has_committed = True
            if batch.happened:
                self._log_tail.add(batch.happened, last_event)
            self._untold.append(batch)
            if self._waiting:
                loop.call_later(LONGEST_UNTOLD, self._tell)
            else:
                self._tell()
        finally:
            self._gate.release()

    def _take_back_ids(self, batch: Batch) -> None:
        """Their reservation was undone with all else in the batch."""
        if batch.held_before is not None:
            self.ids.use(batch.held_before)

    def _tell(self) -> None:
        untold, self._untold = self._untold, []
        for batch in untold:
            batch.tell()
            if batch.happened:
                self.on_events()
