"""Finding people: from the landing page to following somebody without JavaScript, and the suggestions with it."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.test_accessibility import core_first

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WIDTHS = (320, 390, 1280)


async def test_a_visitor_finds_somebody_in_the_directory_signs_in_and_follows_without_a_script(open_page):
    visitor = await open_page(java_script_enabled=False)
    page = await visitor.visit("/")
    await page.click("main a[href='/directory']")
    await page.click(".subtabs a[href='/directory?order=new']")
    someone = page.locator(".person", has=page.locator(".relation a")).first
    profile = await someone.locator(".author").get_attribute("href")

    await someone.locator(".relation a").click()
    await page.fill("#login", "yasmine" if profile != "/@yasmine" else "cyrille")
    await page.fill("#password", "village")
    await page.click("form[action='/sign-in'] button")

    await expect(page).to_have_url(re.compile(re.escape(profile) + "$"))
    button = page.locator(".profile-actions .relation button")
    await button.click()
    await expect(page).to_have_url(re.compile(re.escape(profile) + "$"))
    await expect(button).to_have_text(re.compile("Abonné|Demandé"))


async def test_a_suggestion_is_followed_or_dismissed_in_place(open_page):
    member = await open_page("cyrille")
    page = await member.visit("/suggestions")
    first, second = (page.locator(".person").nth(number) for number in (0, 1))
    follow = await first.locator(".relation button").get_attribute("formaction")
    dismissed = await second.get_attribute("id")

    await second.locator(".reason button").click()
    await first.locator(".relation button").click()

    await expect(page.locator(f"#{dismissed}")).to_have_text(re.compile("^Nous ne vous proposerons plus"))
    await expect(first.locator(".relation button")).to_have_attribute("formaction", follow.replace("/follow", "/unfollow"))
    await page.reload()
    await expect(page.locator(f"#{dismissed}")).to_have_count(0)
    await expect(page.locator(f"main [formaction='{follow}']")).to_have_count(0)


@pytest.mark.parametrize("path", core_first(["/directory", "/suggestions", "/start?step=people"], ["/suggestions"]))
async def test_pages_of_people_are_accessible_and_fit_a_narrow_screen(open_page, path):
    member = await open_page("cyrille")
    page = await member.visit(path)

    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert await member.accessibility_violations() == []
