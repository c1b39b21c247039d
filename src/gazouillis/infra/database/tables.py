"""The tables of infra (event log, cursors, id ranges, job queue), and the column types that all rooms share."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData()

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """Column type for a moment in UTC, stored as microseconds since 1970: eight bytes that sort by time, the same on both databases."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(0, 0, value)


class Day(TypeDecorator[date]):
    """Column type for a day of the calendar, stored as the number of days since the year 1: it sorts, the same on both databases."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else value.toordinal()

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> date | None:
        return None if value is None else date.fromordinal(value)


ONE = 10_000
"""What a `Decimal` of 1 is stored as."""


class Decimal(TypeDecorator[float]):
    """Column type for a small number with four decimals, stored as an integer: the same on both databases."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else round(value * ONE)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> float | None:
        return None if value is None else value / ONE


SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Column type for ids that the database generates, in growing order."""


class current_transaction(FunctionElement[int]):
    """SQL function: the id of the running transaction; 0 on SQLite, which has one writer."""

    type = sa.BigInteger()
    inherit_cache = True


@compiles(current_transaction, "postgresql")
def _current_transaction_on_postgresql(element: current_transaction, compiler: sa.Compiled, **kw: object) -> str:
    return "pg_current_xact_id()::text::bigint"


@compiles(current_transaction, "sqlite")
def _current_transaction_on_sqlite(element: current_transaction, compiler: sa.Compiled, **kw: object) -> str:
    return "0"


events = sa.Table(
    "events",
    metadata,
    sa.Column("id", SERIAL, primary_key=True, autoincrement=True),
    sa.Column("transaction_id", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.String(60), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("happened_at", Moment, nullable=False),
    sa.Index("events_in_order", "transaction_id", "id"),
    sqlite_autoincrement=True,
)

INSERT_EVENTS = sa.insert(events).values(transaction_id=current_transaction())
LAST_EVENT = sa.select(sa.func.coalesce(sa.func.max(events.c.id), 0))

cursors = sa.Table(
    "cursors",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("transaction_id", sa.BigInteger, nullable=False),
    sa.Column("event_id", sa.BigInteger, nullable=False),
)

id_ranges = sa.Table(
    "id_ranges",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("owner", sa.String(32), nullable=False),
    sa.Column("below", sa.BigInteger, nullable=False),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", SERIAL, primary_key=True, autoincrement=True),
    sa.Column("reaction", sa.String(120), nullable=False),
    sa.Column("key", sa.String(120), nullable=False),
    sa.Column("kind", sa.String(60), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("run_at", Moment, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("claimed_until", Moment),
    sa.Column("failed_at", Moment),
    sa.Column("fault", sa.Text, nullable=False, default=""),
    sa.Index("jobs_due", "run_at", sqlite_where=sa.text("failed_at is null"), postgresql_where=sa.text("failed_at is null")),
    sa.Index("jobs_of_key", "key", "id"),
    sqlite_autoincrement=True,
)
