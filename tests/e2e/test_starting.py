"""A newcomer's first minutes, the house on a phone, and one's own profile as others see it: with JavaScript and without."""

from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("has_javascript", [True, False])
async def test_three_steps_lead_to_a_track_people_and_a_hello(open_page, has_javascript):
    lucie, word = await open_page("lucie_m", size=PHONE, java_script_enabled=has_javascript), f"mot{uuid4().hex[:8]}"
    page = await lucie.visit("/start")

    await page.locator("#query").fill(word)
    await page.locator("form[action^='/tracks'] .button").first.click()
    await expect(page).to_have_url("/start?step=people")
    await expect(page.locator(".recommended").first).to_be_visible()
    assert has_javascript is False or await lucie.accessibility_violations() == []
    await page.get_by_role("link", name="Passer cette étape").click()
    await page.locator("#status").fill(f"Bonjour à tous, {word}")
    await page.locator(".composer .button").click()

    await expect(page).to_have_url("/start?step=then")
    await expect(page.locator("main")).to_contain_text("Votre bonjour est dit")
    await expect(page.locator("main")).to_contain_text(word)


@pytest.mark.parametrize("has_javascript", [True, pytest.param(False, marks=pytest.mark.thorough)])
async def test_a_profile_as_others_see_it_does_nothing_and_is_left_again(open_page, has_javascript):
    cyrille = await open_page("cyrille", size=PHONE, java_script_enabled=has_javascript)
    page = await cyrille.visit("/@cyrille")

    await page.get_by_role("link", name="Vu par d’autres").click()
    await expect(page).to_have_url("/me/seen-as/stranger")
    await expect(page.locator(".preview button")).to_have_count(0)
    assert has_javascript is False or await cyrille.accessibility_violations() == []
    await page.get_by_role("link", name="Un abonné que vous suivez").click()
    await expect(page).to_have_url("/me/seen-as/mutual")
    await page.get_by_role("link", name="Quitter cette vue").click()

    await expect(page).to_have_url("/@cyrille")


async def test_on_a_phone_one_line_above_the_timeline_leads_to_what_is_around(open_page):
    emma = await open_page("emma_c", size=PHONE)
    page = await emma.visit("/")

    await expect(page.locator(".around")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    await page.locator(".around a").first.click()

    await expect(page).to_have_url("/places/3054643")
    await expect(page.locator("main")).to_contain_text("Cyrille")


@pytest.mark.thorough
async def test_what_is_around_is_accessible(open_page):
    emma = await open_page("emma_c", size=PHONE)
    await emma.visit("/")

    assert await emma.accessibility_violations() == []
