"""Ways to use a page: with a pointer, or by keyboard alone."""

from __future__ import annotations

from playwright.async_api import Locator, Page

MOST_TABS = 150


class Pointer:
    def __init__(self, page: Page) -> None:
        self.page = page

    async def press(self, locator: Locator) -> None:
        await locator.click()

    async def write(self, locator: Locator, text: str) -> None:
        await locator.fill(text)


class Keyboard(Pointer):
    """Reaches everything by Tab, as somebody without a mouse does. Text is typed, buttons and links are pressed by Enter."""

    async def press(self, locator: Locator) -> None:
        await self._reach(locator)
        await self.page.keyboard.press("Enter")

    async def write(self, locator: Locator, text: str) -> None:
        await self._reach(locator)
        await self.page.keyboard.press("ControlOrMeta+A")
        await self.page.keyboard.insert_text(text)

    async def choose(self, radios: Locator, value: str) -> None:
        """One of these radio buttons, which are one stop of Tab: the arrow keys go through them."""
        await self._reach(radios.and_(self.page.locator(":checked")))
        wanted = radios.and_(self.page.locator(f"[value={value}]"))
        for _radio in range(await radios.count()):
            if await wanted.is_checked():
                return
            await self.page.keyboard.press("ArrowDown")
        assert await wanted.is_checked()

    async def _reach(self, locator: Locator) -> None:
        await locator.wait_for()
        for _tab in range(MOST_TABS):
            if await locator.evaluate("one => one === document.activeElement"):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"{locator} is not reached by {MOST_TABS} presses of Tab")
