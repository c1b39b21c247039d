"""Fixtures of all tests: a clock, settings with a fresh database, a running server (`running_site`) and four people who use it."""

from __future__ import annotations

import gc
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings as properties

from gazouillis.infra.settings import Settings
from tests.support import databases, parts, statement_coverage, temporary_files
from tests.support.clock import MovingClock
from tests.support.databases import (
    database_kind,
    fresh_database_url,
    pytest_configure_node,
    pytest_report_header,
    pytest_unconfigure,
)
from tests.support.passwords import hash_cheaply
from tests.support.people import Person
from tests.support.site import RunningSite, run_site

__all__ = [
    "database_kind",
    "pytest_configure_node",
    "pytest_report_header",
    "pytest_unconfigure",
]


# No deadline: how long an example takes depends mostly on how busy the machine is.
# The same examples in each run, so that a check blames the change that broke something; GAZOUILLIS_TEST_RANDOM=1 looks for new ones.
properties.register_profile("repeatable", deadline=None, derandomize=not os.environ.get("GAZOUILLIS_TEST_RANDOM"))
properties.load_profile("repeatable")
hash_cheaply()
temporary_files.use_memory()


def pytest_addoption(parser: pytest.Parser) -> None:
    databases.pytest_addoption(parser)
    parts.add_option(parser)
    statement_coverage.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    databases.pytest_configure(config)
    parts.configure(config)
    statement_coverage.configure(config)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `long` run first, so that no process is left alone with one at the end."""
    parts.select(config, items)
    parts.try_twice(items)
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What collection made stays until the end: the garbage collector need not walk it again and again."""
    gc.freeze()


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
async def settings(tmp_path: Path, database_kind: str) -> AsyncIterator[Settings]:
    async with fresh_database_url(database_kind) as url:
        yield Settings(data=tmp_path / "data", database=url, rate_limits="off", homes=500)


@pytest.fixture
async def running_site(settings: Settings, clock: MovingClock) -> AsyncIterator[RunningSite]:
    """A running server with its clock: see `tests.support.site`."""
    async with run_site(settings, clock) as running_site:
        yield running_site


@pytest.fixture
def on_sqlite(running_site: RunningSite) -> None:
    if running_site.site.db.dialect != "sqlite":
        pytest.skip("only on SQLite can a process detect every commit, and so cache responses that used a query")


@pytest.fixture
async def alice(running_site: RunningSite) -> Person:
    return await running_site.person("alice")


@pytest.fixture
async def bob(running_site: RunningSite) -> Person:
    return await running_site.person("bob")


@pytest.fixture
async def carol(running_site: RunningSite) -> Person:
    return await running_site.person("carol")


@pytest.fixture
async def acquainted(running_site: RunningSite, alice: Person, bob: Person, carol: Person) -> None:
    """They follow each other, so what they write to each other are no requests. They have no notification of it any more."""
    for one, others in ((alice, (bob, carol)), (bob, (alice, carol)), (carol, (alice, bob))):
        await one.follows(*others)
    await running_site.run_until_idle()
    for one in (alice, bob, carol):
        await one.post("/api/v1/notifications/clear")


@pytest.fixture
async def mallory(running_site: RunningSite) -> Person:
    return await running_site.person("mallory")
