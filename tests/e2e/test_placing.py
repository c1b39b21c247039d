"""A place on a post, and the stay that a post speaks of, in a real browser with and without JavaScript."""

from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("has_scripts", [pytest.param(True, marks=pytest.mark.thorough), False])
async def test_homonyms_ask_on_the_page_with_and_without_javascript(open_page, has_scripts):
    cyrille = await open_page("cyrille", java_script_enabled=has_scripts, size=PHONE)
    page, text = await cyrille.visit("/"), f"Trois jours de vélo {uuid4().hex[:8]}"
    await page.fill("#status", text)
    await page.locator(".more-options summary").click()
    await page.fill("#place", "valence")
    await page.click(".tools .button")

    await expect(page.locator("#place-error")).to_have_text("Plusieurs lieux portent ce nom\u00a0: choisissez-en un")
    await expect(page.locator("#status")).to_have_value(text)
    if has_scripts:
        assert await cyrille.accessibility_violations() == []
    await page.get_by_label("Valence, Communauté Valencienne, Espagne").check()
    await page.click(".tools .button")

    own = page.locator("article.status", has_text=text)
    await expect(own.locator(".placed")).to_have_text("Lieu\u00a0: Valence", use_inner_text=False)
    await expect(own.locator(".placed")).to_have_attribute("title", "Valence, Communauté Valencienne, Espagne")
    await expect(page.locator("#place-error, .place-choices").filter(visible=True)).to_have_count(0)
    await expect(page.locator("#place")).not_to_have_attribute("aria-invalid", "true")
    await page.goto("/")
    await expect(page.locator("#place")).to_have_value("")


async def test_a_draft_keeps_its_place_and_shows_it(open_page):
    cyrille = await open_page("cyrille")
    page, text = await cyrille.visit("/compose"), f"Bientôt {uuid4().hex[:8]}"
    await page.locator(".more-options summary").click()
    await page.fill("#place", "Lyon")
    await page.fill("#status", text)
    await expect(page.locator("#place")).to_have_value("Lyon")

    await page.goto("/about")
    await page.goto("/compose")

    await expect(page.locator("#status")).to_have_value(text)
    await expect(page.locator("#place")).to_be_visible()
    await expect(page.locator("#place")).to_have_value("Lyon")
    await page.click(".tools .button")
    await page.wait_for_url("**/")
    await page.goto("/compose")
    await expect(page.locator("#place")).to_have_value("")


@pytest.mark.parametrize("has_scripts", [pytest.param(True, marks=pytest.mark.thorough), False])
async def test_a_stay_is_proposed_after_the_post_and_announced_by_its_form_only(open_page, has_scripts):
    olive = await open_page("olive", java_script_enabled=has_scripts, size=PHONE)
    page, text = await olive.visit("/"), f"Je suis à {'Bologne' if has_scripts else 'Vérone'} pour deux jours {uuid4().hex[:8]}"
    await page.fill("#status", text)
    await page.click(".tools .button")

    proposal = page.locator(".flash")
    await expect(proposal).to_contain_text("annoncer ce séjour")
    await expect(page.locator("article.status", has_text=text)).to_be_visible()
    if has_scripts:
        assert await olive.accessibility_violations() == []
    await proposal.get_by_role("link", name="Choisir les jours et qui le voit").click()
    await page.locator("#stay .button").click()

    await expect(page.locator(".flash")).to_have_text("Votre séjour est annoncé.")
    await page.goto("/")
    await expect(page.locator(".flash")).to_have_count(0)


async def test_while_one_writes_a_stay_is_offered_and_announced_with_the_post_when_it_is_ticked(open_page):
    yasmine = await open_page("yasmine", size=PHONE)
    page = await yasmine.visit("/")
    line, text = page.locator(".stay-line"), page.locator("#status")
    await text.press_sequentially("Je suis à Turin pour deux jours")
    await expect(line).to_contain_text("Turin")
    assert await yasmine.accessibility_violations() == []

    await line.get_by_role("button", name="Pas maintenant").click()
    await expect(text).to_be_focused()
    await page.keyboard.type(", enfin")
    await page.wait_for_timeout(1_000)
    await expect(line).to_have_count(0)

    await text.fill("Je suis à Valence pour deux jours")
    await expect(line.get_by_role("radio")).to_have_count(2)
    await text.fill(f"Je suis à Gênes pour deux jours {uuid4().hex[:8]}")
    box = line.get_by_role("checkbox", name="Gênes")
    await box.focus()
    await page.keyboard.press("Space")
    await expect(line.get_by_role("combobox")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(line.get_by_role("combobox")).to_be_focused()

    await page.route("**/statuses", lambda route: route.abort(), times=1)
    await page.click(".tools .button")
    await expect(page.locator("[data-sentence]")).to_contain_text("Aucune réponse")
    await expect(box).to_be_checked()
    await page.click(".tools .button")
    await expect(page.locator(".flash")).to_contain_text("Votre séjour est annoncé.")
    await expect(line).to_have_count(0)
    await page.goto("/stays")
    await expect(page.locator("main")).to_contain_text("Gênes")
    await expect(page.locator("main")).not_to_contain_text("Turin")
    yasmine.faults.clear()


async def test_a_proposal_is_put_away(open_page):
    olive = await open_page("olive")
    page = await olive.visit("/")
    await page.fill("#status", f"Je suis à Milan pour deux jours {uuid4().hex[:8]}")
    await page.click(".tools .button")
    await page.locator(".flash").get_by_role("link", name="Pas maintenant").click()

    await expect(page.locator(".flash")).to_have_count(0)
