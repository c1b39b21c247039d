"""How SQLite would answer what is asked of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.sql.compiler import ExpandedState

from gazouillis.infra.database.transactions import Reader


class Overheard:
    """A reader that keeps what it is asked."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.asked: list[ExpandedState] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._reader, name)
        return self._hearing(found) if name in {"all", "one", "value", "values"} else found

    def _hearing(self, ask: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def hear(statement: Any, parameters: Any = None) -> Any:
            self.asked.append(statement.compile(dialect=_DIALECT).construct_expanded_state(parameters or {}))
            return await ask(statement, parameters)

        return hear


async def plans(reader: Reader, ask: Callable[[Any], Awaitable[object]]) -> list[str]:
    """One line for each step of each query."""
    overheard = Overheard(reader)
    await ask(overheard)
    steps = []
    for asked in overheard.asked:
        explain = sa.text(f"explain query plan {asked.statement}").bindparams(**dict.fromkeys(asked.parameters))
        steps += [row.detail for row in await reader.all(explain)]
    return steps


_DIALECT = pysqlite.dialect(paramstyle="named")
