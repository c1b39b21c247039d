"""What is around the posts: the header, the side column, the page Me, the theme, the language and the cards of accounts."""

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DARK, LIGHT = "rgb(18, 38, 44)", "rgb(255, 254, 251)"


async def test_on_a_wide_screen_the_header_stays_and_the_column_is_alive(open_page):
    cyrille = await open_page("cyrille", size=DESKTOP)
    page = await cyrille.visit("/")
    await page.evaluate("window.isTheSame = true")

    await page.evaluate("window.scrollTo({ top: 2000, behavior: 'instant' })")
    await expect(page.get_by_role("link", name="Notifications").first).to_be_in_viewport()
    await expect(page.locator(".sidebar .discover").first).to_be_in_viewport()
    scrolled = await page.evaluate("window.scrollY")
    await page.locator(".active-faces a").first.scroll_into_view_if_needed()
    assert await page.evaluate("window.scrollY") == scrolled, "the column scrolls by itself"
    await expect(page.locator(".trends").filter(has_text="#Budapest")).to_be_visible()
    first = page.locator(".suggestions li").first
    await expect(first.locator("small")).not_to_be_empty()
    await first.locator(".relation .button").click()
    await expect(first.locator(".relation .button")).to_contain_text("Ne plus suivre")
    await first.locator(".relation .button").click()
    await expect(first.locator(".relation .button")).to_contain_text("Suivre")

    assert await page.evaluate("window.isTheSame")


@pytest.mark.parametrize("has_javascript", [True, False])
async def test_on_a_phone_me_is_a_page_and_nothing_follows_the_timeline(open_page, has_javascript):
    cyrille = await open_page("cyrille", size=PHONE, java_script_enabled=has_javascript)
    page = await cyrille.visit("/")
    await expect(page.locator(".sidebar")).to_be_hidden()
    await expect(page.locator(".page-footer")).to_be_hidden()

    await page.get_by_role("link", name="Moi").click()

    await expect(page).to_have_url("/me")
    for name in ("Favoris", "Réglages", "À propos du Village"):
        await expect(page.locator("main").get_by_role("link", name=name)).to_be_visible()
    await page.get_by_role("button", name="Sombre").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.get_by_role("button", name="Automatique").click()
    await expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")
    await expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()


@pytest.mark.parametrize(("size", "has_javascript"), [(PHONE, False), (DESKTOP, True)])
async def test_a_visitor_chooses_colours_and_language_at_the_foot_and_keeps_them(open_page, size, has_javascript):
    visitor = await open_page(size=size, java_script_enabled=has_javascript, color_scheme="light")
    page = await visitor.visit("/about")

    await page.get_by_role("button", name="Sombre").click()
    await expect(page.locator("main")).to_have_css("background-color", DARK)
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await visitor.visit("/local")

    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator("main")).to_have_css("background-color", DARK)
    await page.get_by_role("button", name="Light").click()
    await page.emulate_media(color_scheme="dark")
    await expect(page.locator("main")).to_have_css("background-color", LIGHT)


async def test_what_is_dark_by_choice_is_accessible(open_page):
    cyrille = await open_page("cyrille", color_scheme="light")
    page = await cyrille.visit("/me")
    await page.get_by_role("button", name="Sombre").click()

    assert await cyrille.accessibility_violations() == []


async def test_a_card_is_shown_where_the_pointer_rests_and_closed_by_escape(open_page):
    emma = await open_page("emma_c", size=DESKTOP)
    page = await emma.visit("/local")
    await page.mouse.move(5, 5)
    name, card = page.locator("article.status .author").nth(1), page.locator(".hover-card")
    await page.mouse.move(20, 20)
    await page.wait_for_timeout(500)

    await name.hover()
    await expect(card).to_be_visible()
    await card.hover()
    await page.wait_for_timeout(400)
    await expect(card).to_be_visible()
    await expect(card.locator(".counts li")).to_have_count(3)
    assert await emma.accessibility_violations() == []
    await page.keyboard.press("Escape")
    await expect(card).to_have_count(0)


async def test_a_card_follows_the_keyboard_and_lets_it_go_on(open_page):
    emma = await open_page("emma_c", size=DESKTOP)
    page = await emma.visit("/local")
    card, name = page.locator(".hover-card"), page.locator("article.status .author").nth(1)
    await page.keyboard.press("Tab")
    await page.wait_for_timeout(200)
    await name.focus()

    await expect(card).to_be_visible()
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.closest('.hover-card') !== null")
    while await page.evaluate("document.activeElement.closest('.hover-card') !== null"):
        await page.keyboard.press("Tab")
    await expect(card).to_have_count(0)
    assert await page.evaluate("document.activeElement.closest('article') !== null")


async def test_no_card_is_shown_by_touch(open_page):
    emma = await open_page("emma_c", size=PHONE, has_touch=True, is_mobile=True)
    page = await emma.visit("/local")

    await page.locator("article.status .author").first.tap()

    await page.wait_for_url("**/@*")
    await expect(page.locator(".hover-card")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390])
async def test_nothing_on_a_profile_covers_its_buttons_on_a_narrow_phone(open_page, width):
    cyrille = await open_page("cyrille", size=(width, 700))
    page = await cyrille.visit("/@zsofi")

    for button in await page.locator(".profile-actions :is(a, button):visible").all():
        assert await button.evaluate(IS_UNCOVERED), await button.inner_text()


IS_UNCOVERED = """one => {
  const { left, right, top, bottom } = one.getBoundingClientRect();
  return [left + 8, right - 8].every((x) => one.contains(document.elementFromPoint(x, (top + bottom) / 2)));
}"""


async def test_on_a_low_screen_the_column_scrolls_by_itself_to_its_end(open_page):
    cyrille = await open_page("cyrille", size=(1280, 420))
    page = await cyrille.visit("/")
    last = page.locator(".sidebar .card").last
    await expect(last).not_to_be_in_viewport()

    await page.locator(".sidebar").hover(position={"x": 150, "y": 100})
    await page.mouse.wheel(0, 5_000)

    await expect(last).to_be_in_viewport()
    assert await page.evaluate("window.scrollY") == 0
