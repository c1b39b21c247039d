"""The same with scripts switched off: every page works, scripts only improve."""

import re
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def cyrille(looks):
    return await looks("cyrille", java_script_enabled=False)


async def test_somebody_signs_in_writes_and_is_answered(looks):
    visitor = await looks(java_script_enabled=False)
    page, said = await visitor.goes("/sign-in"), f"Sans script {uuid4().hex[:8]}"
    await page.fill("#login", "pepe_jo")
    await page.fill("#password", "village")
    await page.click("form[action='/sign-in'] button")
    await page.fill("#status", said)
    await page.click("form.composer .button")
    mine = page.locator("article.status", has_text=said)
    await expect(mine).to_be_visible()

    await mine.locator(".reply").click()
    await page.fill("#status", f"{said}, et je réponds")
    await page.click("form.composer .button")

    await expect(page.locator(".tree")).to_contain_text("et je réponds")


async def test_what_is_too_long_is_kept(cyrille):
    page = await cyrille.goes("/")

    await page.fill("#status", "é" * 143)
    await page.click("form.composer .button")

    await expect(page.locator("#status-error")).to_have_text("Trop long de 3 caractères")
    await expect(page.locator("#status")).to_have_value("é" * 143)
    await expect(page.locator(".left")).to_have_text("−3")


async def test_a_star_brings_back_to_the_same_place(cyrille):
    page = await cyrille.goes("/@yasmine")
    star = page.locator("article.status .star").last
    before = await star.get_attribute("aria-pressed")

    await star.click()

    await expect(page.locator("article.status .star").last).to_have_attribute("aria-pressed", "false" if before == "true" else "true")
    assert "/@yasmine#s" in page.url


async def test_somebody_is_followed_and_left(cyrille):
    page = await cyrille.goes("/@emma_c")
    button = page.locator(".gestures .relation .button")

    await button.click()
    await expect(button).to_contain_text("Ne plus suivre")
    await button.click()
    await expect(button).to_have_text(re.compile("^Suivre"))


async def test_somebody_is_muted_for_a_week_and_heard_again(cyrille):
    page = await cyrille.goes("/@tom_w")
    await page.click(".gestures .more summary")
    await page.select_option("#duration", "604800")
    await page.click(".gestures .more form button")
    await expect(page.locator(".flash")).to_be_visible()

    await cyrille.goes("/settings/mutes")
    await page.get_by_role("button", name="Ne plus masquer @tom_w").click()

    await expect(page.locator("main")).not_to_contain_text("@tom_w")


async def test_older_pages_are_reached_and_end(cyrille):
    page = await cyrille.goes("/local")
    seen = 0
    while await page.locator("a[rel=next]").count():
        seen += await page.locator("article.status").count()
        await page.click("a[rel=next]")

    assert seen >= 20
    await expect(page.locator("a[rel=prev]")).to_be_visible()
