"""A connection to PostgreSQL, and how a statement is run on it: by asyncpg when it comes again, through SQLAlchemy when it is new.

SQLAlchemy keeps the pool, writes the SQL and says how types are bound and read (decision 0027).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gazouillis.infra.database import Parameters, Row, Statement
from gazouillis.infra.prepared import Prepared, Statements


class PostgresConnection:
    """Each statement is a transaction of its own, unless `transaction` holds it."""

    def __init__(self, alchemy: AsyncConnection, statements: Statements) -> None:
        self._alchemy = alchemy
        self._statements = statements
        self._pooled = cast("sa.Connection", alchemy.sync_connection).connection
        self._driver = cast("asyncpg.Connection", self._pooled.driver_connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Inside another one, a savepoint."""
        transaction = self._driver.transaction()
        try:
            await transaction.start()
            try:
                yield
            except asyncio.CancelledError:
                raise
            except BaseException:
                await transaction.rollback()
                raise
            await transaction.commit()
        except asyncio.CancelledError:
            # BEGIN or COMMIT may still be on their way: nobody can say what is open.
            self._abandon()
            raise

    def _abandon(self) -> None:
        """Cuts the line without waiting: the server undoes what was open on it, and the pool makes another one."""
        self._driver.terminate()
        if self._pooled.is_valid:
            self._pooled.invalidate(soft=True)

    async def all(self, statement: Statement, parameters: Parameters | None = None) -> Sequence[Row]:
        prepared = self._statements.prepared(statement, parameters)
        if prepared is None:
            return (await self._alchemy.execute(statement, parameters)).all()
        return prepared.rows(await self._fetched(prepared, parameters))

    async def one(self, statement: Statement, parameters: Parameters | None = None) -> Row | None:
        prepared = self._statements.prepared(statement, parameters)
        if prepared is None:
            return (await self._alchemy.execute(statement, parameters)).first()
        return next(iter(prepared.rows((await self._fetched(prepared, parameters))[:1])), None)

    async def value(self, statement: Statement, parameters: Parameters | None = None) -> Any:
        prepared = self._statements.prepared(statement, parameters)
        if prepared is None:
            return (await self._alchemy.execute(statement, parameters)).scalar()
        return next(iter(prepared.firsts((await self._fetched(prepared, parameters))[:1])), None)

    async def values(self, statement: Statement, parameters: Parameters | None = None) -> list[Any]:
        prepared = self._statements.prepared(statement, parameters)
        if prepared is None:
            return list((await self._alchemy.execute(statement, parameters)).scalars())
        return prepared.firsts(await self._fetched(prepared, parameters))

    async def run(self, statement: Statement, parameters: Parameters | Sequence[Parameters] | None = None) -> int:
        """How many rows were touched; of a batch, nobody asks."""
        several = parameters if isinstance(parameters, list | tuple) else None
        alike = several[0] if several else cast("Parameters | None", parameters)
        prepared = self._statements.prepared(statement, alike)
        if prepared is None or several == []:
            return (await self._alchemy.execute(statement, parameters)).rowcount
        try:
            if several:
                await self._driver.executemany(prepared.sql, [prepared.bind(one) for one in several])
                return len(several)
            done: str = await self._driver.execute(prepared.sql, *prepared.bind(alike))
        except asyncpg.IntegrityConstraintViolationError as fault:
            raise sa.exc.IntegrityError(prepared.sql, None, fault) from fault
        return int(done.rpartition(" ")[2])

    async def _fetched(self, prepared: Prepared, parameters: Parameters | None) -> list[tuple[Any, ...]]:
        """Records of asyncpg, which are read like tuples."""
        try:
            found: list[tuple[Any, ...]] = await self._driver.fetch(prepared.sql, *prepared.bind(parameters))
        except asyncpg.IntegrityConstraintViolationError as fault:
            raise sa.exc.IntegrityError(prepared.sql, None, fault) from fault
        return found
