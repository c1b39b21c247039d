"""A reader that uses the cache only, for responses that must be sent while the database is unavailable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.basics.log_tail import LogTail
from gazouillis.infra.database.transactions import Database, Parameters, Row, Statement, Timed


class CacheOnlyReader(Timed):
    """Finds what is cached. Every query raises `Unavailable`."""

    has_followed_log = False
    version: int | None = None
    log_tail: LogTail | None = None

    def __init__(self, db: Database) -> None:
        super().__init__(db.clock, None)
        self.dialect = db.dialect
        self.cache = db.cache

    async def all(self, statement: Statement, parameters: Parameters | None = None) -> Sequence[Row]:
        raise Unavailable

    async def one(self, statement: Statement, parameters: Parameters | None = None) -> Row | None:
        raise Unavailable

    async def value(self, statement: Statement, parameters: Parameters | None = None) -> Any:
        raise Unavailable

    async def values(self, statement: Statement, parameters: Parameters | None = None) -> list[Any]:
        raise Unavailable
