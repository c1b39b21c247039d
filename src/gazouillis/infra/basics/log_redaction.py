"""Redaction of the log: an error shows what went wrong and where, but none of the values involved.

Database drivers quote values:
`Key (email_key)=(alice@example.org) already exists`, `Failing row contains (…)`, `invalid input for argument $1: '…'`.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import time
import traceback
from types import TracebackType

import sqlalchemy as sa

LONGEST_STATEMENT = 1000

QUOTING_STATES = ("22", "23")
"""Classes of PostgreSQL errors whose messages quote values: https://www.postgresql.org/docs/current/errcodes-appendix.html"""

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Throttled:
    """Limits a log message to one a minute, however long the trouble lasts: log only when `has_come`."""

    EVERY = 60.0

    def __init__(self) -> None:
        self._again_at = 0.0

    def has_come(self) -> bool:
        now = time.monotonic()
        if now < self._again_at:
            return False
        self._again_at = now + self.EVERY
        return True


class RedactingFormatter(logging.Formatter):
    """The formatter of the server's log: hides the values of SQL statements and e-mail addresses."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have cached its own formatting
        return without_addresses(super().format(record))

    def formatException(self, ei: ExcInfo) -> str:
        return "" if ei[1] is None else "".join(_traced(ei[1], set())).rstrip()


def described(fault: BaseException) -> str:
    """One line, for the log and for the operator who looks at a failed job."""
    kind = type(fault)
    text = without_addresses(_message(fault)).strip()
    return f"{kind.__module__}.{kind.__qualname__}: {text}" if text else f"{kind.__module__}.{kind.__qualname__}"


def without_addresses(text: str) -> str:
    return _ADDRESS.sub("…@…", text)


def _message(fault: BaseException) -> str:
    if isinstance(fault, sa.exc.DBAPIError):
        statement = " ".join((fault.statement or "").split())[:LONGEST_STATEMENT]
        return f"{_driver_message(fault.orig)} [SQL: {statement}]" if fault.orig else statement
    if isinstance(fault, sa.exc.SQLAlchemyError | sqlite3.Error) or _is_of_postgresql(fault):
        return _driver_message(fault)
    if isinstance(fault, UnicodeError):
        return str(getattr(fault, "reason", ""))
    return str(fault)


def _driver_message(fault: BaseException) -> str:
    state = str(getattr(fault, "sqlstate", "") or "")
    origin = fault.__cause__ or fault
    if state.startswith(QUOTING_STATES):
        names = [str(one) for place in ("table_name", "column_name", "constraint_name") if (one := getattr(origin, place, None))]
        return " ".join([type(origin).__name__, state, *names])
    first_line = str(origin).partition("\n")[0]
    if _is_of_postgresql(origin) and not state:  # an error of asyncpg itself: it quotes values after the colon
        first_line = first_line.partition(":")[0]
    return _QUOTED.sub("…", first_line)


def _is_of_postgresql(fault: BaseException) -> bool:
    return "asyncpg" in type(fault).__module__


def _traced(fault: BaseException, seen: set[int]) -> list[str]:
    """The traceback in the format of Python, causes first, with redacted messages."""
    seen.add(id(fault))
    before = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    lines = []
    if before is not None and id(before) not in seen:
        why = "The above exception was the direct cause of" if fault.__cause__ else "During handling of the above exception, there was"
        lines += [*_traced(before, seen), f"\n{why} the following one:\n\n"]
    if fault.__traceback__:
        lines += ["Traceback (most recent call last):\n", *traceback.format_tb(fault.__traceback__)]
    lines.append(described(fault) + "\n")
    for one in getattr(fault, "exceptions", ()):
        lines += ["Together with it:\n", *_traced(one, seen)]
    return lines


_ADDRESS = re.compile(r"""[^\s@<>"'(),:;=/\[\]]+@[^\s@<>"'(),:;=/\[\]]+""")
_QUOTED = re.compile(r"""(["'`«]).*["'`»]""")
