"""The SQLite file and its connections. A prepared statement runs on `sqlite3` directly, any other one through SQLAlchemy."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa

from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.basics.log_redaction import Throttled
from gazouillis.infra.database.statements import Prepared, Statements, statements_of
from gazouillis.infra.database.transactions import Parameters, Row, Statement

logger = logging.getLogger(__name__)

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
    "PRAGMA cache_size=-65536",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA mmap_size=1073741824",
)
CACHED_STATEMENTS = 1024
UNAVAILABLE_CODES = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
}
"""Primary result codes that mean `Unavailable`: https://www.sqlite.org/rescode.html"""
RETRY_AFTER = 10
"""Seconds."""


_seldom = Throttled()


def unavailable(fault: BaseException | None) -> Unavailable | None:
    """The error to raise when the disk, the folder, or a long write of another process is at fault; None when the statement is."""
    if not isinstance(fault, sqlite3.Error) or getattr(fault, "sqlite_errorcode", 0) & 0xFF not in UNAVAILABLE_CODES:
        return None
    if _seldom.has_come():
        logger.error("SQLite reports a failure: %s (%s). Reads are answered, writes are refused.", fault, fault.sqlite_errorname)
    return Unavailable(retry_after=RETRY_AFTER)


class SqliteFile:
    """Opens connections to one file, which share their prepared statements."""

    def __init__(self, path: Path) -> None:
        self._engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(path)),  # not a string: `?`, `#` and `%` would be parsed as parts of a URL
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={"check_same_thread": False, "cached_statements": CACHED_STATEMENTS},
            poolclass=sa.pool.NullPool,
        )
        self._statements = statements_of(self._engine.dialect)

    def connect(self) -> SqliteConnection:
        return SqliteConnection(self._engine.connect(), self._statements)

    def close(self) -> None:
        self._engine.dispose()


class SqliteConnection:
    def __init__(self, alchemy: sa.Connection, statements: Statements) -> None:
        self.alchemy = alchemy
        self._driver = cast("sqlite3.Connection", alchemy.connection.dbapi_connection)
        self._statements = statements
        # Run through SQLAlchemy: it then believes that a transaction is open, and commits none of those that we begin ourselves.
        for pragma in PRAGMAS:
            alchemy.exec_driver_sql(pragma)

    @property
    def in_transaction(self) -> bool:
        return self._driver.in_transaction

    def close(self) -> None:
        self.alchemy.close()

    def execute(self, sql: str) -> None:
        """Runs a command without parameters and without a result (`BEGIN`, `COMMIT`…)."""
        try:
            self._driver.execute(sql).close()
        except sqlite3.Error as fault:
            raise unavailable(fault) or fault from fault

    def version(self) -> int:
        """A number that changes when another connection has written into the file: https://www.sqlite.org/pragma.html#pragma_data_version"""
        number: int = self._driver.execute("PRAGMA data_version").fetchone()[0]
        return number

    def all(self, statement: Statement, parameters: Parameters | None = None) -> Sequence[Row]:
        prepared = self._statements.prepared(statement, parameters)
        if prepared is None:
            return self._run_by_sqlalchemy(statement, parameters).all()
        return prepared.rows(self._fetched(prepared, parameters))

    def one(self, statement: Statement, parameters: Parameters | None = None) -> Row | None:
        prepared = self._statements.prepared(statement, parameters)
        if prepared is None:
            return self._run_by_sqlalchemy(statement, parameters).first()
        return next(iter(prepared.rows(self._first(prepared, parameters))), None)

    def value(self, statement: Statement, parameters: Parameters | None = None) -> Any:
        prepared = self._statements.prepared(statement, parameters)
        if prepared is None:
            return self._run_by_sqlalchemy(statement, parameters).scalar()
        return next(iter(prepared.firsts(self._first(prepared, parameters))), None)

    def values(self, statement: Statement, parameters: Parameters | None = None) -> list[Any]:
        prepared = self._statements.prepared(statement, parameters)
        if prepared is None:
            return list(self._run_by_sqlalchemy(statement, parameters).scalars())
        return prepared.firsts(self._fetched(prepared, parameters))

    def run(self, statement: Statement, parameters: Parameters | Sequence[Parameters] | None = None) -> int:
        """Returns how many rows were changed."""
        several = parameters if isinstance(parameters, list | tuple) else None
        sample = several[0] if several else cast("Parameters | None", parameters)
        prepared = self._statements.prepared(statement, sample)
        if prepared is None or several == []:
            return self._run_by_sqlalchemy(statement, parameters).rowcount
        try:
            if several:
                return self._driver.executemany(prepared.sql, map(prepared.bind, several)).rowcount
            return self._driver.execute(prepared.sql, prepared.bind(sample)).rowcount
        except sqlite3.Error as fault:
            raise self._translated(prepared, parameters, fault) from fault

    def _run_by_sqlalchemy(self, statement: Statement, parameters: Any) -> sa.CursorResult[Any]:
        try:
            return self.alchemy.execute(statement, parameters)
        except sa.exc.DBAPIError as fault:
            raise unavailable(fault.orig) or fault from fault.orig

    def _fetched(self, prepared: Prepared, parameters: Parameters | None) -> list[tuple[Any, ...]]:
        try:
            return self._driver.execute(prepared.sql, prepared.bind(parameters)).fetchall()
        except sqlite3.Error as fault:
            raise self._translated(prepared, parameters, fault) from fault

    def _first(self, prepared: Prepared, parameters: Parameters | None) -> list[tuple[Any, ...]]:
        """Closing the cursor ends the statement, and with it its read transaction."""
        try:
            cursor = self._driver.execute(prepared.sql, prepared.bind(parameters))
            found = cursor.fetchmany(1)
            cursor.close()
        except sqlite3.Error as fault:
            raise self._translated(prepared, parameters, fault) from fault
        return found

    def _translated(self, prepared: Prepared, parameters: Any, fault: sqlite3.Error) -> BaseException:
        """The exception that SQLAlchemy would raise for this fault, or `Unavailable`."""
        return unavailable(fault) or sa.exc.DBAPIError.instance(
            prepared.sql, parameters, fault, sqlite3.Error, hide_parameters=True, dialect=self.alchemy.dialect
        )
