"""The menu under a post: nothing hides it, with scripts and without, with a mouse and with keys."""

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

IS_REACHED = """one => [...one.querySelectorAll("a, button")].filter(item => item.getClientRects().length).every(item => {
    const { left, right, top, bottom } = item.getBoundingClientRect();
    return document.elementFromPoint((left + right) / 2, (top + bottom) / 2) === item;
})"""


@pytest.mark.parametrize("size", [PHONE, pytest.param(DESKTOP, marks=pytest.mark.thorough)])
@pytest.mark.parametrize(
    "path", ["/", *(pytest.param(one, marks=pytest.mark.thorough) for one in ("/@cyrille", "/search?q=Budapest&type=statuses"))]
)
async def test_every_entry_of_the_last_menu_of_a_page_can_be_clicked(open_page, path, size):
    cyrille = await open_page("cyrille", size=size)
    page = await cyrille.visit(path)

    await page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    await page.locator("article.status .more").last.click()

    menu = page.locator(".menu:popover-open")
    await expect(menu.get_by_role("link", name="Ouvrir la conversation")).to_be_visible()
    assert await menu.evaluate(IS_REACHED)


async def test_ones_only_post_is_reached_without_scripts(open_page):
    cyrille = await open_page("cyrille", size=PHONE, java_script_enabled=False)
    page = await cyrille.visit("/@cyrille")
    own_status = page.locator("article.status", has=page.locator("a.author[href='/@cyrille']")).last

    await own_status.locator(".more").click()

    await own_status.get_by_role("button", name="Supprimer").click(trial=True)
    await expect(own_status.get_by_role("button", name="Copier le lien")).to_be_hidden()


async def test_a_menu_is_used_by_keyboard_and_returns_the_focus(open_page):
    cyrille = await open_page("cyrille")
    page = await cyrille.visit("/@Marievh")
    more = page.locator("article.status .more").first
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    await more.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(".menu:popover-open a").first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(more).to_be_focused()
    await page.keyboard.press("Enter")
    for _ in ("the conversation", "mute", "copy the link"):
        await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")

    await expect(page.locator("#copied")).to_be_visible()
    await expect(more).to_be_focused()
    assert "/@" in await page.evaluate("navigator.clipboard.readText()")


@pytest.mark.thorough
async def test_an_open_menu_is_accessible(open_page):
    cyrille = await open_page("cyrille")
    page = await cyrille.visit("/@Marievh")
    await page.locator("article.status .more").first.click()

    assert await cyrille.accessibility_violations() == []


async def test_a_tap_beside_an_open_menu_only_closes_it(open_page):
    cyrille = await open_page("cyrille", size=PHONE)
    page = await cyrille.visit("/@Marievh")
    await page.locator("article.status .more").first.click()

    await page.locator(".subtabs a").last.click(force=True)

    await expect(page.locator(".menu:popover-open")).to_have_count(0)
    assert page.url.endswith("/@Marievh")
