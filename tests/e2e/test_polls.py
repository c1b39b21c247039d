"""Polls in a real browser: asked and answered on a phone with the page's script, and on a desktop without any."""

import os
from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SEND = "form.composer .tools .button"
SHOTS = os.environ.get("POLL_SHOTS", "")


async def picture(page, name):
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=name.endswith("full"))


async def asks(page, text, *answers, **settings):
    if not await page.locator("details.poll-fields[open]").count():
        await page.click("details.poll-fields > summary")
    for number, one in enumerate(answers, 1):
        await page.fill(f"[name='poll_option.{number}']", one)
    for name, value in settings.items():
        await page.select_option(f"[name={name}]", value)
    await page.fill("#status", text)


async def test_a_poll_is_asked_answered_and_edited_on_a_phone(open_page):
    text = f"Où dîner {uuid4().hex[:8]}"
    asking, voting = await open_page("cyrille", size=PHONE), await open_page("nico_pest", size=PHONE)
    page = await asking.visit("/compose")
    await asks(page, text, "Un pho", "Un pho")
    await picture(page, "composer-390-fr-full")
    await page.click(SEND)
    await expect(page.locator("#poll-error")).to_have_text("Deux réponses du sondage sont identiques")
    await page.fill("[name='poll_option.2']", "Du goulash")
    await page.wait_for_timeout(500)
    await page.reload()
    await expect(page.locator("[name='poll_option.2']")).to_have_value("Du goulash")
    assert await asking.accessibility_violations() == []
    await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    await page.click(SEND)
    await expect(page.locator("article.status", has_text=text)).to_be_visible()

    page = await voting.visit("/local")
    post = page.locator("article.status", has_text=text)
    await picture(page, "poll-390-fr")
    await post.get_by_role("button", name="Voter").click()
    await expect(page.get_by_text("Choisissez une réponse").last).to_be_visible()
    await picture(page, "poll-390-fr-refused")
    await post.get_by_label("Du goulash").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Enter")  # presses no button, of whatever post
    await page.wait_for_timeout(300)
    await expect(post.get_by_role("button", name="Voter")).to_be_visible()
    await post.get_by_role("button", name="Voter").click()
    await expect(post.locator(".poll-results .chosen")).to_contain_text("Du goulash")
    await expect(post.locator(".poll")).to_contain_text("1 personne a voté")
    await picture(page, "voted-390-fr")
    assert await voting.accessibility_violations() == []
    await page.set_viewport_size({"width": 320, "height": 700})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_a_poll_is_asked_and_answered_without_a_script(open_page):
    text = f"What next {uuid4().hex[:8]}"
    asking = await open_page("cyrille", java_script_enabled=False, locale="en-GB")
    voting = await open_page("nico_pest", java_script_enabled=False, locale="en-GB", size=DESKTOP)
    page = await asking.visit("/compose?lang=en")
    await asks(page, text, "Baths", "Cakes", "Walks", poll_multiple="1", poll_hide_totals="1", poll_expires_in="604800")
    await picture(page, "composer-1280-en-full")
    await page.click(SEND)

    page = await voting.visit("/local?lang=en")
    post = page.locator("article.status", has_text=text)
    await picture(page, "poll-1280-en")
    await post.get_by_label("Baths").check()
    await post.get_by_label("Walks").check()
    await post.locator(".poll button").click()
    await expect(post.locator(".poll-results .chosen")).to_have_count(2)
    await picture(page, "voted-1280-en")
