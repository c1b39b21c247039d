"""How one knows somebody: from the profile to the chains, to the people in them, and to one's own choice."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize(("size", "has_scripts"), [(PHONE, False), pytest.param(DESKTOP, True, marks=pytest.mark.thorough)])
async def test_from_a_profile_to_the_chains_and_to_a_person_in_them(open_page, size, has_scripts):
    """In the village, Yasmine and Pépé Jo agreed to be links, and follow Marie-Victoire."""
    priscille = await open_page("LaPriss", size=size, java_script_enabled=has_scripts)
    page = await priscille.visit("/@Marievh")

    await page.get_by_role("link", name="Comment connaissez-vous Marie-Victoire").click()

    await expect(page.locator("h1")).to_contain_text("Comment connaissez-vous Marie-Victoire")
    await expect(page.locator(".chain")).to_have_count(2)
    await expect(page.locator(".chain").first).to_have_text(re.compile(r"Vous\s+suit\s+Yasmine B\.\s+@yasmine\s+suit\s+Marie-Victoire"))
    await page.locator(".chain").get_by_role("link", name="Pépé Jo").click()
    await expect(page).to_have_url(re.compile("/@pepe_jo$"))


async def test_who_agrees_is_told_so_on_the_page(open_page):
    olive = await open_page("olive", java_script_enabled=False)
    page = await olive.visit("/@Marievh/how-i-know")
    await page.get_by_role("link", name="L’accepter aussi").click()

    await page.get_by_label("On peut me montrer comme un lien").check()
    await page.locator("form[action='/settings/limits'] .button").click()

    await expect(page.locator(".flash")).to_be_visible()
    page = await olive.visit("/@Marievh/how-i-know")
    await expect(page.get_by_role("link", name="Vous l’acceptez aussi")).to_be_visible()
