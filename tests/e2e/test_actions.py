"""Buttons under a post: they light at once, tell the truth afterwards, and ask before what cannot be taken back."""

import re
from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import DESKTOP

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def slowed(page, seconds=1.0):
    """Favourites reach the server late. Returns the list of those that did."""
    sent = []

    async def late(route):
        sent.append(route.request.url.rsplit("/", 1)[1])
        await page.wait_for_timeout(seconds * 1000)
        await route.continue_()

    await page.route("**/statuses/*/*favourite", late)
    return sent


async def test_a_star_lights_before_the_answer_and_a_second_press_counts(open_page):
    cyrille = await open_page("cyrille")
    page = await cyrille.visit("/@olive")
    star = page.locator("article.status .favourite[aria-pressed=false]").first
    star = page.locator(f"#{await star.evaluate('one => one.closest(`article`).id')} .favourite").first
    count = int((await star.inner_text()).split()[-1]) if any(c.isdigit() for c in await star.inner_text()) else 0
    sent = await slowed(page)

    await star.click()
    await expect(star).to_have_attribute("aria-pressed", "true", timeout=300)
    await expect(star).to_contain_text(str(count + 1))
    await star.click()
    await expect(star).to_have_attribute("aria-pressed", "false", timeout=300)
    await page.wait_for_timeout(2500)

    assert sent == ["favourite", "unfavourite"]
    await expect(star).to_have_attribute("aria-pressed", "false")
    await page.unroute_all(behavior="wait")
    await star.click()
    await expect(star).to_be_focused()


async def test_a_star_that_did_not_arrive_goes_out_and_can_be_pressed_again(open_page):
    cyrille = await open_page("cyrille")
    page = await cyrille.visit("/@emma_c")
    star = page.locator("article.status .favourite").first
    before = await star.get_attribute("aria-pressed")
    other = "false" if before == "true" else "true"

    await page.context.set_offline(True)
    await star.click()
    await expect(page.locator("#failed")).to_be_visible()
    await expect(star).to_have_attribute("aria-pressed", before)
    await page.context.set_offline(False)
    async with page.expect_response("**/statuses/*/*favourite"):
        await star.click()
    await page.reload()

    await expect(page.locator("article.status .favourite").first).to_have_attribute("aria-pressed", other)
    cyrille.faults = [fault for fault in cyrille.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


async def test_after_an_ended_session_a_star_leads_to_sign_in_and_back_to_the_post(open_page):
    pepe = await open_page()
    page = await pepe.visit("/sign-in")
    await page.fill("#login", "pepe_jo")
    await page.fill("#password", "village")
    await page.click("form[action^='/sign-in'] button")
    await pepe.visit("/@schistrou?max_id=9223372036854775807")
    await page.context.clear_cookies(name="session")
    article = page.locator("article.status").nth(1)
    anchor = await article.get_attribute("id")

    await article.locator(".favourite").click()
    await page.wait_for_url(re.compile("/sign-in.next="))
    await page.fill("#login", "pepe_jo")
    await page.fill("#password", "village")
    await page.click("form[action^='/sign-in'] button")

    await page.wait_for_url(re.compile(f"/@schistrou.max_id=9223372036854775807#{anchor}$"))
    pepe.faults = [fault for fault in pepe.faults if "401" not in fault]


async def test_a_post_is_deleted_where_it_stands_after_a_yes(open_page):
    cyrille, text = await open_page("cyrille"), f"De trop {uuid4().hex[:8]}"
    page = await cyrille.visit("/")
    await page.fill("#status", text)
    await page.click("form.composer .button")
    await expect(page.locator("article.status", has_text=text)).to_be_visible()
    await cyrille.visit("/@cyrille")
    await page.evaluate("window.isTheSame = true")
    own_status, dialog = page.locator("article.status", has_text=text), page.locator("#confirm")

    await own_status.locator(".more").click()
    await own_status.get_by_role("button", name="Supprimer").click()
    await expect(dialog).to_contain_text("Il disparaît pour tout le monde")
    assert await cyrille.accessibility_violations() == []
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(own_status.locator(".more")).to_be_focused()
    await page.keyboard.press("Enter")
    await own_status.get_by_role("button", name="Supprimer").click()
    await expect(dialog.get_by_role("button", name="Annuler")).to_be_focused()
    await dialog.get_by_role("button", name="Supprimer").click()

    await expect(page.locator("#done")).to_contain_text("supprimé")
    await expect(own_status).to_have_count(0)
    assert await page.evaluate("window.isTheSame")


async def test_muting_in_the_timeline_hides_and_undoing_shows_again(open_page):
    cyrille = await open_page("cyrille")
    page = await cyrille.visit("/local")
    first = page.locator("#feed article.status:not(:has(a.author[href='/@cyrille']))").first
    author = await first.get_attribute("data-author")
    status = page.locator(f"#feed article[data-author='{author}']").first

    await first.locator(".more").click()
    await first.get_by_role("button", name="Masquer @").click()
    await expect(status).to_be_hidden()
    await page.locator("#done").get_by_role("button", name="Défaire").click()

    await expect(status).to_be_visible()
    await expect(page.locator("#done")).to_be_hidden()


async def test_without_scripts_a_page_asks_and_cancel_comes_back(open_page):
    cyrille = await open_page("cyrille", java_script_enabled=False)
    page = await cyrille.visit("/@nico_pest")

    await page.click(".profile-actions .more")
    await page.get_by_role("button", name="Bloquer @nico_pest").click()
    await expect(page.locator("h1", has_text="Bloquer @nico_pest")).to_be_visible()
    await page.get_by_role("link", name="Annuler").click()

    assert page.url.endswith("/@nico_pest")
    await expect(page.locator(".handle")).not_to_contain_text("bloqué")


CUT = "all => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"


@pytest.mark.parametrize("name", ["cyrille", pytest.param("tom_w", marks=pytest.mark.thorough)])
async def test_on_a_wide_screen_the_words_of_the_buttons_are_not_cut(open_page, name):
    """Tom reads English, and a favourite of his is bold."""
    page = await (await open_page(name, size=DESKTOP)).visit("/@cyrille")

    words = page.locator(".actions > * > span")
    assert await words.count() > 20
    assert await words.evaluate_all(CUT) == []
