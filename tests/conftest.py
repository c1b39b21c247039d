from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gazouillis.infra.settings import Settings
from tests.support.clock import MovingClock
from tests.support.people import Person
from tests.support.site import Town, running


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", rate_limits="off", homes=500)


@pytest.fixture
async def town(settings: Settings, clock: MovingClock) -> AsyncIterator[Town]:
    async with running(settings, clock) as town:
        yield town


@pytest.fixture
async def alice(town: Town) -> Person:
    return await town.person("alice")


@pytest.fixture
async def bob(town: Town) -> Person:
    return await town.person("bob")


@pytest.fixture
async def carol(town: Town) -> Person:
    return await town.person("carol")


@pytest.fixture
async def mallory(town: Town) -> Person:
    return await town.person("mallory")
