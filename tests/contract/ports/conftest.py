from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gazouillis.infra.database.transactions import Database
from tests.support.clock import MovingClock
from tests.support.databases import database_at, fresh_database_url


@pytest.fixture
async def url(database_kind: str) -> AsyncIterator[str]:
    async with fresh_database_url(database_kind) as url:
        yield url


@pytest.fixture
async def db(url: str, clock: MovingClock) -> AsyncIterator[Database]:
    db = database_at(url, clock)
    await db.open()
    yield db
    await db.close()


@pytest.fixture
async def other_process(url: str, clock: MovingClock) -> AsyncIterator[Database]:
    """The same database, opened once more."""
    db = database_at(url, clock)
    await db.open()
    yield db
    await db.close()
