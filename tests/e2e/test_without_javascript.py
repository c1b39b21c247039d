"""Use of the pages without JavaScript."""

import re
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def cyrille(open_page):
    return await open_page("cyrille", java_script_enabled=False)


async def test_a_member_signs_in_posts_and_gets_a_reply(open_page):
    visitor = await open_page(java_script_enabled=False)
    page, text = await visitor.visit("/sign-in"), f"Sans script {uuid4().hex[:8]}"
    await page.fill("#login", "pepe_jo")
    await page.fill("#password", "village")
    await page.click("form[action='/sign-in'] button")
    await page.fill("#status", text)
    await page.click("form.composer .button")
    own_status = page.locator("article.status", has_text=text)
    await expect(own_status).to_be_visible()

    await own_status.locator(".reply").click()
    await page.fill("#status", f"{text}, et je réponds")
    await page.click("form.composer .button")

    await expect(page.locator(".replies")).to_contain_text("et je réponds")


async def test_a_text_too_long_is_kept_in_the_form(cyrille):
    page = await cyrille.visit("/")

    await page.fill("#status", "é" * 143)
    await page.click("form.composer .button")

    await expect(page.locator("#status-error")).to_have_text("Trop long de 3 caractères")
    await expect(page.locator("#status")).to_have_value("é" * 143)
    await expect(page.locator(".characters-left")).to_have_text("−3")


async def test_the_footer_names_nothing_that_needs_javascript(cyrille):
    page = await cyrille.visit("/about")

    await expect(page.locator(".page-footer p").first).to_have_text("À propos du Village", use_inner_text=True)


async def test_a_favourite_returns_to_the_same_page(cyrille):
    page = await cyrille.visit("/@yasmine")
    star = page.locator("article.status .favourite").last
    before = await star.get_attribute("aria-pressed")

    await star.click()

    await expect(page.locator("article.status .favourite").last).to_have_attribute("aria-pressed", "false" if before == "true" else "true")
    assert "/@yasmine#s" in page.url


async def test_an_account_is_followed_and_unfollowed(cyrille):
    page = await cyrille.visit("/@emma_c")
    button = page.locator(".profile-actions .relation .button")

    await button.click()
    await expect(button).to_contain_text("Ne plus suivre")
    await button.click()
    await expect(button).to_have_text(re.compile("^Suivre"))


async def test_an_account_is_muted_for_a_week_and_unmuted(cyrille):
    page = await cyrille.visit("/@tom_w")
    await page.click(".profile-actions .more")
    await page.select_option("#duration", "604800")
    await page.click(".profile-actions .menu form button")
    await expect(page.locator(".flash")).to_be_visible()

    await cyrille.visit("/settings/mutes")
    await page.get_by_role("button", name="Ne plus masquer @tom_w").click()

    await expect(page.locator("main")).not_to_contain_text("@tom_w")


async def test_older_pages_are_reached_and_end(cyrille):
    page = await cyrille.visit("/local")
    seen = 0
    while await page.locator("a[rel=next]").count():
        seen += await page.locator("article.status").count()
        await page.click("a[rel=next]")

    assert seen >= 20
    await expect(page.locator("a[rel=prev]")).to_be_visible()
