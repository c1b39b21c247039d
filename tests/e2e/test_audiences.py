"""Who will read what is being written, in a real browser: told when the audience or the people named change, and nothing is sent."""

from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_composer_says_who_will_read_and_says_it_again_when_somebody_is_named(open_page):
    cyrille = await open_page("cyrille", size=PHONE)
    page, text = await cyrille.visit("/compose"), f"Au bord du lac {uuid4().hex[:8]}"
    readers = page.locator("[data-readers]")
    await page.fill("#status", text)

    await page.select_option("#visibility", "mutuals")
    await expect(readers).to_contain_text("personnes")
    await expect(readers).not_to_contain_text("Nicolas")
    assert await cyrille.accessibility_violations() == []

    await page.fill("#status", f"{text} @nico_pest")
    await expect(readers).to_contain_text("Nicolas")

    await page.select_option("#visibility", "public")
    await expect(readers).to_contain_text("Tout le monde, même sans compte.")
    await page.keyboard.press("Tab")
    await expect(page.locator("#status")).to_have_value(f"{text} @nico_pest")


async def test_asking_who_will_read_without_javascript_keeps_what_is_typed(open_page):
    cyrille = await open_page("cyrille", java_script_enabled=False)
    page, text = await cyrille.visit("/compose"), f"Au bord du lac {uuid4().hex[:8]}"
    await page.fill("#status", text)
    await page.select_option("#visibility", "mutuals")

    await page.click("[data-ask-readers]")

    await expect(page.locator("[data-readers]")).to_contain_text("personnes")
    await expect(page.locator("#status")).to_have_value(text)
    await expect(page.locator("#visibility")).to_have_value("mutuals")
