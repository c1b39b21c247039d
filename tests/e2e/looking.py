"""Somebody looking at a page in a real browser, who notices whatever goes wrong."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
from playwright.async_api import Browser, ConsoleMessage, Page, Response

from tests.e2e.screenshots import opened, sign_in

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PHONE, DESKTOP = (390, 844), (1280, 900)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


class Eyes:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("response", self._see)

    @classmethod
    async def open(cls, browser: Browser, address: str, storage: Any, *, size: tuple[int, int] = DESKTOP, **choices: Any) -> Eyes:
        context = await opened(browser, address, size=size, storage_state=storage, **choices)
        return cls(await context.new_page())

    async def goes(self, path: str) -> Page:
        await self.page.goto(path)
        return self.page

    async def barriers(self) -> list[str]:
        """What axe finds, in any light and at any size, that keeps somebody out: the rule and where it is broken."""
        await self.page.evaluate(AXE)
        found: list[str] = []
        for scheme, (width, height) in product(SCHEMES, (PHONE, DESKTOP)):
            await self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await self.page.set_viewport_size({"width": width, "height": height})
            answer = await self.page.evaluate("axe.run({resultTypes: ['violations']})")
            found += [f"{scheme} {width}: {one['id']}: {node['target']}" for one in answer["violations"] for node in one["nodes"]]
        return found

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "the server responded with a status of" not in message.text:
            self.faults.append(message.text)

    def _see(self, response: Response) -> None:
        if response.status >= 500 or (response.status >= 400 and not response.request.is_navigation_request()):
            self.faults.append(f"{response.status} {response.url}")


async def storage_of(browser: Browser, address: str, name: str) -> Any:
    context = await opened(browser, address)
    await sign_in(await context.new_page(), name)
    storage = await context.storage_state()
    await context.close()
    return storage
