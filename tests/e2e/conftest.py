from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error

from tests.e2e.looking import Eyes, storage_of
from tests.e2e.serving import chromium, served_village


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_village(tmp_path_factory.mktemp("village")) as address:
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
    """`await signed_in("cyrille")`: what a browser keeps of them; each signs in once."""
    known: dict[str, Any] = {}

    async def enter(name: str) -> Any:
        if name not in known:
            known[name] = await storage_of(browser, address, name)
        return known[name]

    return enter


@pytest_asyncio.fixture(loop_scope="session")
async def looks(browser: Browser, address: str, signed_in: Any) -> AsyncIterator[Any]:
    """`cyrille = await looks("cyrille", width=390)`. At the end, nothing may have been wrong on the way."""
    opened: list[Eyes] = []

    async def look(name: str = "", **choices: Any) -> Eyes:
        eyes = await Eyes.open(browser, address, await signed_in(name) if name else None, **choices)
        opened.append(eyes)
        return eyes

    yield look
    faults = [fault for eyes in opened for fault in eyes.faults]
    for eyes in opened:
        await eyes.page.context.close()
    assert faults == []
