"""Meetings, questions that wait for an answer, and where answers came from, in a real browser with and without JavaScript."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_meeting_is_planned_without_scripts_and_its_seats_are_taken_in_line(open_page):
    nicolas = await open_page("nico_pest", size=PHONE, java_script_enabled=False)
    title = f"Escaliers {uuid4().hex[:8]}"
    page = await nicolas.visit("/meetings/new?place=3054643")
    for name, value in {
        "title": title,
        "starts_at": f"{date.today() + timedelta(days=3)}T18:30",
        "seats": "1",
        "spot": "Porte verte",
    }.items():
        await page.locator(f"[name={name}]").fill(value)
    await page.get_by_role("radio", name="Tout le monde").check()
    await page.get_by_role("button", name="Voir qui la verra").click()
    await expect(page.get_by_role("heading", name="Avant de publier")).to_be_visible()
    await page.get_by_role("button", name="Publier").click()
    await expect(page.get_by_role("heading", name=title)).to_be_visible()
    address = page.url

    marie, schistrou = await open_page("Marievh", size=PHONE), await open_page("schistrou", size=PHONE, timezone_id="America/New_York")
    page = await marie.visit(address)
    await expect(page.locator("main")).not_to_contain_text("Porte verte")
    await page.get_by_role("button", name="Je viens", exact=True).press("Enter")
    await expect(page.locator("main .badge")).to_have_text("vous venez")
    await expect(page.locator("main")).to_contain_text("Porte verte")
    await expect(page.locator(".where-you-are")).to_be_hidden()
    assert await marie.accessibility_violations() == []
    waiting = await schistrou.visit(address)
    await waiting.get_by_role("button", name="Je viens", exact=True).click()
    await expect(waiting.locator("main .badge")).to_have_text("vous êtes sur la liste d’attente")
    await expect(waiting.locator(".where-you-are")).to_contain_text("12:30")

    await page.get_by_role("button", name="Je ne viens pas").click()
    await expect(page.locator("main .badge")).to_have_text("vous ne venez pas")
    await waiting.reload()
    await expect(waiting.locator("main .badge")).to_have_text("vous venez")
    await waiting.goto("/meetings")
    await expect(waiting.locator(".meeting", has_text=title)).to_contain_text("vous venez")


@pytest.mark.parametrize("has_scripts", [True, pytest.param(False, marks=pytest.mark.thorough)])
async def test_a_question_is_answered_from_where_it_waits_and_another_is_put_away(open_page, has_scripts):
    yasmine = await open_page("yasmine", size=PHONE, java_script_enabled=has_scripts)
    page = await yasmine.visit("/shelf")
    waiting = page.locator(".shelf > li")
    asks = await waiting.first.locator(".author bdi, .author b").first.inner_text()
    await expect(waiting.first.locator(".why")).to_contain_text("pas encore de réponse")
    if has_scripts:
        assert await yasmine.accessibility_violations() == []

    await waiting.first.get_by_role("link", name="Répondre", exact=False).last.press("Enter")
    await page.locator("#status").press("End")
    await page.locator("#status").type(f"de quoi répondre {uuid4().hex[:8]}")
    await page.click("form.composer .tools .button")
    await expect(page.locator("#replies")).to_contain_text("de quoi répondre")
    await page.goto("/shelf")
    await expect(waiting.filter(has_text=asks)).to_have_count(0)
    left = await waiting.count()
    await waiting.first.get_by_role("button", name="Pas pour moi").click()
    await expect(waiting).to_have_count(left - 1)


async def test_where_answers_came_from_is_a_picture_and_a_table_that_needs_no_script(open_page):
    cyrille = await open_page("cyrille", size=PHONE)
    page = await cyrille.visit("/search?q=parapluie+rouge&type=statuses")
    await page.locator("article.status", has_text="Qui est là").first.locator(".more").click()
    await page.get_by_role("link", name="D’où viennent les réponses").click()

    await expect(page.locator(".waves svg rect").first).to_be_attached()
    await expect(page.locator(".roads")).to_contain_text("Des mots guettés")
    await page.get_by_role("region", name="Par vagues").focus()
    assert await cyrille.accessibility_violations() == []
    plain = await open_page("cyrille", java_script_enabled=False)
    await plain.visit(page.url)
    await expect(plain.page.locator("table tbody tr").first).to_contain_text("abonnés")


async def test_of_those_who_are_recommended_the_ones_left_ticked_are_followed_and_let_go_again(open_page):
    cyrille = await open_page("cyrille", size=PHONE)
    page = await cyrille.visit("/recommendations")
    sheet = page.locator(".recommendation", has=page.get_by_role("button", name="Suivre les cochés")).first
    offered = page.locator(".recommendation label:has(input:enabled) a")
    unticked, *ticked = await sheet.locator("label:has(input:enabled) a").all_inner_texts()
    assert ticked
    assert await cyrille.accessibility_violations() == []

    await sheet.get_by_role("checkbox").first.press("Space")
    await sheet.get_by_role("button", name="Suivre les cochés").press("Enter")
    await page.wait_for_url("**/recommendations/*")
    await expect(offered).to_have_text([unticked])
    assert await cyrille.accessibility_violations() == []
    await page.goto("/@cyrille/following")
    await expect(page.locator(".person", has_text=ticked[0])).to_contain_text("par Tom Whitfield")
    await expect(page.locator(".person", has_text=unticked)).to_have_count(0)

    await page.go_back()
    await page.get_by_role("button", name="Annuler les abonnements pris ici").click()
    await expect(sheet.locator("label:has(input:enabled) a")).to_have_text([unticked, *ticked])


async def test_the_page_of_a_town_shows_who_speaks_a_language_and_what_is_said_there(open_page):
    nicolas = await open_page("nico_pest", size=PHONE)
    page = await nicolas.visit("/places/3054643")
    everybody = await page.locator(".person").count()
    assert await nicolas.accessibility_violations() == []

    await page.get_by_label("Qui parle").select_option("en")
    await page.get_by_role("button", name="Afficher").press("Enter")
    await page.wait_for_url("**/places/3054643?language=en*")
    assert 0 < await page.locator(".person").count() < everybody
    await page.get_by_role("link", name="Tout ce qui s’y dit").click()
    await expect(page.locator("article.status").first).to_be_visible()
    assert await nicolas.accessibility_violations() == []
