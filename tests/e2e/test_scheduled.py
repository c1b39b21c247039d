"""Posts for later in a real browser: on a phone with the page's script, and on a desktop without any."""

import os
from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SEND = "form.composer .tools .button"
LATER = "[formaction='/compose/later']"
SHOTS = os.environ.get("LATER_SHOTS", "")


async def picture(page, name):
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


async def width(page):
    return await page.evaluate("document.documentElement.scrollWidth")


async def test_a_post_is_written_for_later_put_off_and_deleted_on_a_phone(open_page):
    text = f"À demain {uuid4().hex[:8]}"
    writing = await open_page("cyrille", size=PHONE)
    page = await writing.visit("/compose")
    await page.fill("#status", text)
    await page.click(LATER)
    await expect(page.locator("#status")).to_have_value(text)
    chosen = await page.input_value("#scheduled_at")
    await picture(page, "compose")
    assert await writing.accessibility_violations() == []

    await page.fill("#scheduled_at", "2020-01-01T08:00")
    await page.click(SEND)
    await expect(page.locator("#status-error")).to_be_visible()
    await page.fill("#scheduled_at", chosen)
    await page.click(SEND)
    await page.wait_for_url("**/scheduled")
    waiting = page.locator("section.form", has_text=text)
    await expect(waiting.locator("[name=scheduled_at]")).to_have_value(chosen)
    await picture(page, "list")
    assert await writing.accessibility_violations() == []
    await page.set_viewport_size({"width": 320, "height": 640})
    assert await width(page) <= 320

    await waiting.get_by_role("button", name="Supprimer").click()
    await page.locator("dialog").get_by_role("button", name="Supprimer").click()
    await expect(page.locator("section.form", has_text=text)).to_have_count(0)
    await writing.visit("/compose")
    await expect(page.locator("#status")).to_have_value("")


async def test_a_post_is_written_for_later_and_posted_at_once_without_a_script(open_page):
    text = f"Sans script {uuid4().hex[:8]}"
    writing = await open_page("cyrille", size=DESKTOP, java_script_enabled=False)
    page = await writing.visit("/compose")
    await page.fill("#status", text)
    await page.click(LATER)
    await page.click(SEND)
    await page.wait_for_url("**/scheduled")
    await page.locator("section.form", has_text=text).get_by_role("button", name="Publier maintenant").click()
    await expect(page.locator("section.form", has_text=text)).to_have_count(0)
    await writing.visit("/local")
    await expect(page.locator("article.status", has_text=text)).to_be_visible()
