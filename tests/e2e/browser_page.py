"""A page in a real browser, which records script errors and failed requests, and checks accessibility with axe."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
from playwright.async_api import Browser, ConsoleMessage, Page, Response

from tests.e2e.screenshots import PASSWORD, new_context, sign_in

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PHONE, DESKTOP = (390, 844), (1280, 900)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

EXPECTED = ("the server responded with a status of", "error occurred when fetching the script", "registration blocked by Playwright")
"""Refusals, which `_record_response` judges, and the service worker of a page whose test takes its network away, or allows none."""


class BrowserPage:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("console", self._record_console)
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("response", self._record_response)

    @classmethod
    async def open(cls, browser: Browser, address: str, storage: Any, *, size: tuple[int, int] = DESKTOP, **choices: Any) -> BrowserPage:
        context = await new_context(browser, address, size=size, storage_state=storage, **choices)
        return cls(await context.new_page())

    async def visit(self, path: str) -> Page:
        await self.page.goto(path)
        return self.page

    async def accessibility_violations(self) -> list[str]:
        """The violations that axe finds, in light and dark, on a phone and on a desktop: the rule and the element.

        In the dark, only the contrast can differ.
        """
        await self.page.evaluate(AXE)
        found: list[str] = []
        for scheme, (width, height) in product(SCHEMES, (PHONE, DESKTOP)):
            await self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            await self.page.set_viewport_size({"width": width, "height": height})
            rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}
            result = await self.page.evaluate("options => axe.run(options)", {"resultTypes": ["violations"], **rules})
            found += [f"{scheme} {width}: {one['id']}: {node['target']}" for one in result["violations"] for node in one["nodes"]]
        return found

    def _record_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(one in message.text for one in EXPECTED):
            self.faults.append(message.text)

    def _record_response(self, response: Response) -> None:
        may_be_refused = response.request.is_navigation_request() or response.request.method == "POST"
        if response.status >= 500 or (response.status >= 400 and not may_be_refused):
            self.faults.append(f"{response.status} {response.url}")


async def signed_in_storage(browser: Browser, address: str, name: str, password: str = PASSWORD) -> Any:
    context = await new_context(browser, address)
    await sign_in(await context.new_page(), name, password)
    storage = await context.storage_state()
    await context.close()
    return storage
