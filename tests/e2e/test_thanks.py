"""Thanking all who took part: from the thread to the form, with scripts and without, and what the thanked person finds."""

from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.browser_page import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def asked(open_page):
    """The address of a post of Cyrille, which Marie favourited."""
    cyrille, marie = await open_page("cyrille", java_script_enabled=False), await open_page("Marievh", java_script_enabled=False)
    words = f"Que faire à Budapest {uuid4().hex[:8]}"
    page = await cyrille.visit("/")
    await page.fill("#status", words)
    await page.click("form.composer .tools .button")
    page = await cyrille.visit("/@cyrille")
    address = await page.locator("article", has_text=words).locator(".permalink").get_attribute("href")
    page = await marie.visit(address)
    await page.locator(".focused-status button.favourite").click()
    return address.partition("#")[0]


@pytest.mark.parametrize("size", [PHONE, pytest.param(DESKTOP, marks=pytest.mark.thorough)])
async def test_thanks_count_their_words_and_reach_each_person(open_page, asked, size):
    cyrille, marie = await open_page("cyrille", size=size), await open_page("Marievh", size=size)
    page = await cyrille.visit(asked)
    await page.get_by_role("link", name="Remercier ceux qui ont participé").click()
    await page.get_by_label("Vos mots", exact=True).fill("Merci à toutes et à tous")
    await expect(page.locator(".characters-left")).to_have_text("116")
    await expect(page.get_by_role("checkbox", name="Marie-Victoire")).to_be_checked()
    await page.locator("summary", has_text="Un mot pour Marie-Victoire").click()
    word = f"Vous surtout {uuid4().hex[:8]}"
    await page.get_by_role("textbox", name="Un mot pour Marie-Victoire").fill(word)
    assert await cyrille.accessibility_violations() == []
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await page.get_by_role("button", name="Remercier").click()

    await expect(page.locator(".focused-status")).to_contain_text("remercie 1 personne")
    await page.get_by_role("link", name="remercie 1 personne").click()
    await expect(page.locator(".people")).to_contain_text(word)
    assert await cyrille.accessibility_violations() == []
    page = await marie.visit("/notifications")
    await expect(page.locator(".of-thanks").first).to_contain_text("vous remercie")
    await expect(page.locator(".of-thanks").first).to_contain_text(word)


async def test_the_same_without_scripts_and_in_a_second_thanks(open_page, asked):
    cyrille = await open_page("cyrille", size=PHONE, java_script_enabled=False)
    page = await cyrille.visit(asked)
    await page.get_by_role("link", name="Remercier ceux qui ont participé").click()
    await page.get_by_label("Vos mots", exact=True).fill("x" * 141)
    await page.get_by_role("button", name="Remercier").click()
    await expect(page.locator("#status-error")).to_contain_text("1 caractère")
    await page.get_by_label("Vos mots", exact=True).fill("Merci")
    await page.get_by_role("button", name="Remercier").click()
    await page.get_by_role("link", name="Changer vos remerciements").click()
    await expect(page.get_by_text("Vous remerciez déjà 1 personne")).to_be_visible()
    await page.get_by_label("Vos mots", exact=True).fill("Merci encore")
    await page.get_by_role("button", name="Enregistrer").click()

    await expect(page.locator(".focused-status")).to_contain_text("Merci encore")
    await expect(page.locator(".focused-status")).to_contain_text("remercie 1 personne")
