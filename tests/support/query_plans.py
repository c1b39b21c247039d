"""Query plans of SQLite, for tests that a query uses the right index: https://www.sqlite.org/eqp.html"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.sql.compiler import ExpandedState

from gazouillis.infra.database.transactions import Reader


class RecordingReader:
    """A reader that records the queries it runs."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.queries: list[ExpandedState] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._reader, name)
        return self._recording(found) if name in {"all", "one", "value", "values"} else found

    def _recording(self, run: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def record_and_run(statement: Any, parameters: Any = None) -> Any:
            self.queries.append(statement.compile(dialect=_DIALECT).construct_expanded_state(parameters or {}))
            return await run(statement, parameters)

        return record_and_run


async def plans(reader: Reader, read: Callable[[Any], Awaitable[object]]) -> list[str]:
    """The plans of all queries that `read` makes with the reader it is given: one line for each step."""
    recorder = RecordingReader(reader)
    await read(recorder)
    steps = []
    for query in recorder.queries:
        explain = sa.text(f"explain query plan {query.statement}").bindparams(**dict.fromkeys(query.parameters))
        steps += [row.detail for row in await reader.all(explain)]
    return steps


_DIALECT = pysqlite.dialect(paramstyle="named")
