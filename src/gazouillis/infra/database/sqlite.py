"""The SQLite backend of `Database`: one writer, concurrent readers, everything inline except the wait for the disk.

Group commit: transactions that are ready at the same time share one commit. None is acknowledged before it is on disk.
https://www.sqlite.org/wal.html
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
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
from gazouillis.infra.database import id_ranges, slow_writes
from gazouillis.infra.database.sqlite_connection import SqliteFile
from gazouillis.infra.database.sqlite_reader import SqliteReader, ThreadedReader
from gazouillis.infra.database.sqlite_tx import Batch, SqliteTx
from gazouillis.infra.database.tables import LAST_EVENT
from gazouillis.infra.database.transactions import Reader, inside_transaction, unique_conflict
from gazouillis.infra.thread_pools import Gate

LARGEST_BATCH = 128
MOST_WAITING = 32
"""Long reads that may wait for their turn; more are refused."""
CHECK_FILE_EVERY = 0.005
"""Seconds between two checks whether another process wrote into the file: a check costs as much as a small query."""
LONGEST_ACKNOWLEDGEMENT_DELAY = 0.005
"""Seconds by which the acknowledgement of a batch on disk is delayed at most, so that the next batch starts its commit first."""


class _Reading:
    """The context manager of `read`: a class, since nearly every request enters one."""

    __slots__ = ("_db",)

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db

    async def __aenter__(self) -> SqliteReader:
        return await self._db.reader()

    async def __aexit__(self, *fault: object) -> None:
        return None


class _Writing:
    """A transaction as part of a batch. Leaving it waits until the batch is on disk."""

    __slots__ = ("_batch", "_began", "_db", "_token", "_tx")

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db

    async def __aenter__(self) -> SqliteTx:
        self._batch = await self._db.enter()
        self._began = time.monotonic()
        self._tx = tx = self._db.new_tx(self._batch)
        self._token = inside_transaction.set(True)
        return tx

    async def __aexit__(self, _kind: object, fault: BaseException | None, _trace: object) -> None:
        on_disk = None
        slow_writes.transaction_ended(time.monotonic() - self._began, sys._getframe().f_back)
        try:
            self._tx.end(fault)
            if fault is None:
                on_disk = self._batch.take(self._tx)
        finally:
            inside_transaction.reset(self._token)
            self._db.leave(self._batch)
        if isinstance(fault, sa.exc.IntegrityError):
            raise unique_conflict() from fault
        if on_disk is not None:
            try:
                await on_disk
            except sa.exc.IntegrityError as refused:
                raise unique_conflict() from refused


class SqliteDatabase:
    """See `transactions.Database`."""

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
        """Changes with every commit, of any process."""
        self._version_of_file = 0
        self._others_have_committed = self._has_committed = False
        """Since `before_read` ran last."""
        self._check_file_at = 0.0
        self._gate = asyncio.Lock()
        self._waiting = 0
        self._batch: Batch | None = None
        self._committing: set[asyncio.Task[None]] = set()
        self._unacknowledged: list[Batch] = []
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self._long_read_gate = Gate(at_once=1, waiting=MOST_WAITING)

    async def open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):  # SQLite creates its other files with the same mode
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        self._file = SqliteFile(self.path)
        self._writer, self._reader, self._long_read_connection = (self._file.connect() for _ in range(3))

    async def close(self) -> None:
        async with self._gate:
            await asyncio.gather(*self._committing)
            self._acknowledge()
            await self._release_ids()
        for connection in (self._reader, self._long_read_connection, self._writer):
            connection.close()
        self._file.close()
        self._disk.shutdown()

    def read(self) -> _Reading:
        return _Reading(self)

    @asynccontextmanager
    async def long_read(self) -> AsyncIterator[SqliteReader]:
        async with self._long_read_gate.turn(), self.read():
            yield ThreadedReader(self._long_read_connection, self.clock, self._log_tail, self.cache, self._version)

    def write(self) -> _Writing:
        return _Writing(self)

    long_write = write

    async def reader(self) -> SqliteReader:
        """Sees everything that this process has committed, and what others have, except for the last `CHECK_FILE_EVERY` seconds."""
        if self.before_read is not None:
            if self._batch is None and not self._gate.locked() and (now := time.monotonic()) >= self._check_file_at:
                self._check_file_at = now + CHECK_FILE_EVERY
                self._check_for_others()
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

    def _check_for_others(self) -> None:
        """Notes whether another process wrote into the file (it cannot during our own batches): https://www.sqlite.org/pragma.html#pragma_data_version"""
        before, self._version_of_file = self._version_of_file, self._writer.version()
        self._others_have_committed |= self._version_of_file != before

    async def run_sync(self, work: Callable[[sa.Connection], None]) -> None:
        async with self._gate:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                work(self._writer.alchemy)
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")
            self._has_committed = True

    async def enter(self) -> Batch:
        """Waits for its turn to write. Begins a batch when none is open."""
        self._waiting += 1
        try:
            await self._gate.acquire()
        except BaseException:
            self._waiting -= 1
            await self._end_open_batch()
            raise
        self._waiting -= 1
        if self._batch is None:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                self._check_for_others()
                batch = Batch(self._writer)
                if self.ids.is_running_out(now := self.clock()):
                    await self._reserve_ids(batch, now)
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                self._gate.release()
                raise
            self._batch = batch
        return self._batch

    async def _reserve_ids(self, batch: Batch, now: datetime) -> None:
        """Reserves ids in the batch that is the first to use them. It does not wait for anything."""
        tx, batch.previous_range = self.new_tx(batch), self.ids.range
        self.ids.use(await id_ranges.reserve(tx, self.ids, now))
        tx.end(None)

    async def _release_ids(self) -> None:
        if self.ids.range.below:
            with suppress(
                Unavailable, sa.exc.DBAPIError, sqlite3.Error
            ):  # on a full disk nothing is released: the reservation expires by itself
                self._writer.execute("BEGIN IMMEDIATE")
                tx = self.new_tx(Batch(self._writer))
                await id_ranges.release(tx, self.ids)
                tx.end(None)
                self._writer.execute("COMMIT")

    async def _end_open_batch(self) -> None:
        """A cancelled task may have been the last one that the open batch was waiting for."""
        if self._batch and not self._waiting and not self._gate.locked():
            await self._gate.acquire()
            self.leave(self._batch)

    def leave(self, batch: Batch) -> None:
        """The last transaction commits for all. During the commit the gate stays closed, and the next batch collects behind it."""
        if self._waiting and batch.size < LARGEST_BATCH:
            self._gate.release()
            return
        self._batch = None
        task = asyncio.get_running_loop().create_task(self._commit(batch))
        self._committing.add(task)
        task.add_done_callback(self._committing.discard)

    async def _commit(self, batch: Batch) -> None:
        """During the commit, in a thread, the transactions of the batch before are acknowledged and their requests answered."""
        loop, verb = asyncio.get_running_loop(), "COMMIT" if batch.size else "ROLLBACK"
        try:
            batch.catch_up()
            batch.check()
            last_event = self._writer.value(LAST_EVENT) if batch.events else 0
            began = time.monotonic()
            on_disk = loop.run_in_executor(self._disk, self._writer.execute, verb)
            time.sleep(0)  # noqa: ASYNC251 (no wait: it lets the thread take the interpreter lock and start its commit)
            self._acknowledge()
            await on_disk
            slow_writes.commit_ended(time.monotonic() - began, batch.size)
            if not batch.size:
                self._take_back_ids(batch)
        except Exception as fault:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            self._take_back_ids(batch)
            batch.acknowledge(fault)
        else:
            self._has_committed = True
            if batch.events:
                self._log_tail.add(batch.events, last_event)
            self._unacknowledged.append(batch)
            if self._waiting:
                loop.call_later(LONGEST_ACKNOWLEDGEMENT_DELAY, self._acknowledge)
            else:
                self._acknowledge()
        finally:
            self._gate.release()

    def _take_back_ids(self, batch: Batch) -> None:
        """The reservation was rolled back with the batch."""
        if batch.previous_range is not None:
            self.ids.use(batch.previous_range)

    def _acknowledge(self) -> None:
        batches, self._unacknowledged = self._unacknowledged, []
        for batch in batches:
            batch.acknowledge()
            if batch.events:
                self.on_events()
