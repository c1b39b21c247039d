from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error

from tests.e2e.browser_page import BrowserPage, signed_in_storage
from tests.e2e.village_server import chromium, seed_village, served_new, served_village


@pytest.fixture(scope="session")
def seeded_village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the village, for servers that get a copy."""
    data = tmp_path_factory.mktemp("village")
    seed_village(data)
    return data


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, seeded_village: Path) -> Iterator[str]:
    with served_village(tmp_path_factory.mktemp("served") / "data", seeded_village) as address:
        yield address


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    try:
        async with chromium() as browser:
            yield browser
    except Error as fault:
        pytest.skip(f"no Chromium: {fault.message.splitlines()[0]}")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def signed_in(browser: Browser, address: str) -> Callable[[str], Awaitable[Any]]:
    """`await signed_in("cyrille")`: the cookies of a browser in which they signed in. Each signs in once."""
    storages: dict[str, Any] = {}

    async def sign_in_once(name: str) -> Any:
        if name not in storages:
            storages[name] = await signed_in_storage(browser, address, name)
        return storages[name]

    return sign_in_once


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, address: str, signed_in: Any) -> AsyncIterator[Any]:
    """`cyrille = await open_page("cyrille", width=390)`. At the end, no page may have recorded a fault."""
    pages: list[BrowserPage] = []

    async def open_as(name: str = "", **choices: Any) -> BrowserPage:
        page = await BrowserPage.open(browser, address, await signed_in(name) if name else None, **choices)
        pages.append(page)
        return page

    yield open_as
    await _close_without_faults(pages)


@pytest.fixture
def owners_link(tmp_path: Path) -> Iterator[str]:
    """The link by which the owner opens a server that is new."""
    with served_new(tmp_path) as link:
        yield link


@pytest_asyncio.fixture(loop_scope="session")
async def open_browser(browser: Browser, owners_link: str) -> AsyncIterator[Any]:
    """`friend = await open_browser(size=PHONE)`: a separate browser on the new server. At the end, no page may have recorded a fault."""
    pages: list[BrowserPage] = []

    async def open_one(**choices: Any) -> BrowserPage:
        page = await BrowserPage.open(browser, owners_link.partition("/welcome/")[0], None, **choices)
        pages.append(page)
        return page

    yield open_one
    await _close_without_faults(pages)


async def _close_without_faults(pages: list[BrowserPage]) -> None:
    faults = [fault for page in pages for fault in page.faults]
    for page in pages:
        await page.page.context.close()
    assert faults == []
