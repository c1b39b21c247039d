"""Fixtures of all tests: a clock, settings with a fresh database, a running server (`town`) and four people who use it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings as properties

from gazouillis.infra.settings import Settings
from tests.support.clock import MovingClock
from tests.support.databases import (
    database_kind,
    fresh_database_url,
    pytest_addoption,
    pytest_configure,
    pytest_configure_node,
    pytest_report_header,
    pytest_unconfigure,
    select_part,
)
from tests.support.people import Person
from tests.support.site import Town, running

__all__ = [
    "database_kind",
    "pytest_addoption",
    "pytest_configure",
    "pytest_configure_node",
    "pytest_report_header",
    "pytest_unconfigure",
]


# No deadline: how long an example takes depends mostly on how busy the machine is.
properties.register_profile("no deadline", deadline=None)
properties.load_profile("no deadline")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `long` run first, so that no process is left alone with one at the end."""
    select_part(config, items)
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
async def settings(tmp_path: Path, database_kind: str) -> AsyncIterator[Settings]:
    async with fresh_database_url(database_kind) as url:
        yield Settings(data=tmp_path / "data", database=url, rate_limits="off", homes=500)


@pytest.fixture
async def town(settings: Settings, clock: MovingClock) -> AsyncIterator[Town]:
    """A running server with its clock: see `tests.support.site`."""
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
