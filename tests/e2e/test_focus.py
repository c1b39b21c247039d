"""By keyboard: what has the focus may go from the page, and one goes on from the place where it was."""

import re
from uuid import uuid4

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FOCUSED = """() => {
    const { activeElement } = document;
    return activeElement === document.body ? 'nothing' : (activeElement.closest('[id]')?.id ?? activeElement.className);
}"""


async def press(page, locator):
    await locator.focus()
    await page.keyboard.press("Enter")


async def test_after_a_dismissed_suggestion_tab_leads_to_the_next_one(open_page):
    page = await (await open_page("zsofi")).visit("/suggestions")
    first, second = (page.locator("main .person").nth(number) for number in (0, 1))
    dismissed, following = await first.get_attribute("id"), await second.get_attribute("id")

    await press(page, first.locator(".reason button"))
    await expect(page.locator(f"main #{dismissed}")).to_be_focused()
    await page.keyboard.press("Tab")

    await expect(page.locator(f"main #{following} a.author")).to_be_focused()


async def test_a_follow_button_keeps_the_focus(open_page):
    page = await (await open_page("tom_w")).visit("/suggestions")
    button = page.locator("main .person .relation button").first
    follow = await button.get_attribute("formaction")

    await press(page, button)
    pressed = page.locator(f"main [formaction='{follow.replace('/follow', '/unfollow')}']")
    await expect(pressed).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main .person .relation button").first).to_be_focused()


async def test_after_a_deleted_post_the_next_one_has_the_focus(open_page):
    page, said = await (await open_page("cyrille")).visit("/"), f"Un merle {uuid4().hex[:8]}"
    await page.fill("#status", said)
    await page.click("form.composer .tools .button")
    mine = page.locator("#feed > li", has_text=said)
    following = await mine.locator("xpath=following-sibling::li[1]").locator("article").get_attribute("id")

    await press(page, mine.locator(".more"))
    await press(page, mine.get_by_role("button", name="Supprimer"))
    await press(page, page.locator("#confirm [value=yes]"))

    await expect(mine).to_have_count(0)
    assert await page.evaluate(FOCUSED) == following


async def test_after_undoing_in_a_message_the_focus_is_back_in_the_page(open_page):
    page = await (await open_page("cyrille")).visit("/local")
    first = page.locator("#feed article.status:not(:has(a.author[href='/@cyrille']))").first
    await press(page, first.locator(".more"))
    await press(page, first.get_by_role("button", name="Masquer @"))
    await expect(page.locator("#done")).to_contain_text("Défaire")
    assert re.fullmatch(r"s\d+", await page.evaluate(FOCUSED))

    await press(page, page.locator("#done").get_by_role("button", name="Défaire"))
    await expect(page.locator("#done")).to_be_hidden()

    await page.wait_for_timeout(100)
    assert re.fullmatch(r"s\d+", await page.evaluate(FOCUSED))


async def test_what_a_stream_takes_away_takes_the_focus_no_further_than_the_next_post(open_page):
    writer, reader = await open_page("emma_c"), await open_page("cyrille")
    written = await writer.visit("/")
    said = f"Une pie {uuid4().hex[:8]}"
    await written.fill("#status", said)
    await written.click("form.composer .tools .button")
    mine = written.locator("#feed > li", has_text=said)
    await expect(mine).to_be_visible()
    page = await reader.visit("/local")
    theirs = page.locator("#feed > li", has_text=said)
    await theirs.locator(".favourite").focus()
    await page.wait_for_timeout(500)

    await mine.locator(".more").click()
    await mine.locator(".menu .danger").click()
    await written.locator("#confirm [value=yes]").click()

    await expect(theirs).to_have_count(0)
    assert re.fullmatch(r"s\d+", await page.evaluate(FOCUSED))


async def test_the_focus_stays_where_somebody_has_pressed_meanwhile(open_page):
    page = await (await open_page("cyrille")).visit("/suggestions")
    await page.locator(".person .reason button").first.focus()
    await page.locator("h1").click()
    await page.wait_for_timeout(50)

    await page.evaluate("document.querySelector('.person').remove()")

    await page.wait_for_timeout(50)
    assert await page.evaluate(FOCUSED) == "main"
