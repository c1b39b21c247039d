"""Pinning in a browser, with scripts and without: the post is first at once, and each of its two menus opens by its own button."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("scripts", [True, False])
async def test_one_pins_a_post_and_takes_it_back(open_page, scripts):
    cyrille = await open_page("cyrille", size=PHONE, java_script_enabled=scripts)
    page = await cyrille.visit("/@cyrille")
    own_status = page.locator("article.status", has=page.locator("a.author[href='/@cyrille']")).last

    await own_status.locator(".more").click()
    await own_status.get_by_role("button", name="Épingler à mon profil").click()

    first = page.locator("ol.feed > li").first
    await expect(first.locator(".byline")).to_have_text("Épinglé")
    await first.locator(".favourite").click()
    await expect(page).to_have_url(re.compile(r"#s\d+$"))
    await first.locator(".more").click()
    await first.get_by_role("button", name="Ne plus épingler à mon profil").click()
    await expect(page.locator(".byline", has_text="Épinglé")).to_have_count(0)
