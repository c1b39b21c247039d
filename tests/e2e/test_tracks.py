"""The words of 2007 in the composer, and a column of hits that fills by itself."""

import re
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.browser_page import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def rare_word():
    return f"tarte{uuid4().hex[:8]}"


async def posts(eyes, text):
    page = await eyes.visit("/")
    await page.fill("#status", text)
    await page.click("form.composer .tools .button")
    return page


@pytest_asyncio.fixture(loop_scope="session")
async def marie(open_page):
    return await open_page("Marievh", java_script_enabled=False)


@pytest.mark.parametrize("size", [PHONE, pytest.param(DESKTOP, marks=pytest.mark.thorough)])
async def test_a_word_tracked_in_the_composer_has_a_live_column(open_page, marie, size):
    cyrille, word = await open_page("cyrille", size=size), rare_word()
    page = await posts(cyrille, f"track {word}")
    await expect(page).to_have_url(re.compile(r"/tracks$"))
    await expect(page.locator("main")).to_contain_text(f"Vous guettez maintenant « {word} »")
    await page.get_by_role("link", name=word).click()
    await expect(page.locator("h1")).to_have_text(word)
    await expect(page.locator("main")).to_contain_text("Personne ne l’a encore dit")

    await posts(marie, f"Une {word} flambée à Colmar")

    await expect(page.locator("#new")).to_have_text("1 nouveau gazouillis", timeout=5000)
    await page.locator("#new").click()
    await expect(page.locator("#feed > li").first).to_contain_text("flambée à Colmar")
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


async def test_the_same_without_scripts(open_page, marie):
    cyrille, word = await open_page("cyrille", size=PHONE, java_script_enabled=False), rare_word()
    page = await cyrille.visit("/tracks")
    await page.get_by_label("Que voulez-vous guetter").fill("le")
    await page.get_by_role("button", name="Guetter", exact=True).click()
    await expect(page.locator("#query-error")).to_contain_text("presque tous")
    await page.get_by_label("Que voulez-vous guetter").fill(word)
    await page.get_by_label("Me prévenir chaque fois").check()
    await page.get_by_role("button", name="Guetter", exact=True).click()
    await expect(page.locator("h1")).to_have_text(word)

    await posts(marie, f"Encore une {word}")

    await page.reload()
    await expect(page.locator("#feed > li").first).to_contain_text(f"Encore une {word}")
    await cyrille.visit("/notifications")
    await expect(page.locator("li.of-track").first).to_contain_text("a dit un mot que vous guettez")
    await cyrille.visit("/tracks")
    await page.get_by_role("button", name=f"Retirer {word}").click()
    await page.get_by_role("button", name="Retirer", exact=True).click()
    await expect(page.locator("main")).to_contain_text(f"Vous ne guettez plus « {word} »")
