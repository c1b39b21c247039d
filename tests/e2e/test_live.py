"""What happens elsewhere is told on an open page, truthfully, and without moving what is being read."""

from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.browser_page import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TOP = "one => one.getBoundingClientRect().top"


def words():
    return f"Le Danube monte {uuid4().hex[:8]}"


async def posts(eyes, text, path="/"):
    """Without scripts, so that the page waits for the answer."""
    page = await eyes.visit(path)
    if await page.locator("details.replying:not([open])").count():
        await page.click("details.replying > summary")
    await page.fill("#status", text)
    await page.click("form.composer .tools .button")
    await expect(page.locator("article.status", has_text=text).first).to_be_visible()


@pytest_asyncio.fixture(loop_scope="session")
async def marie(open_page):
    return await open_page("Marievh", java_script_enabled=False)


@pytest.mark.parametrize("size", [PHONE, pytest.param(DESKTOP, marks=pytest.mark.thorough)])
async def test_new_posts_are_gone_to_and_reading_is_not_disturbed(open_page, marie, size):
    cyrille, texts = await open_page("cyrille", size=size), [words(), words()]
    page = await cyrille.visit("/local")
    await page.evaluate("window.isTheSame = true")
    await page.mouse.wheel(0, 1500)
    await page.wait_for_timeout(300)
    reading = page.locator("#feed > li").nth(8)
    before = await reading.evaluate(TOP)

    for text in texts:
        await posts(marie, text)
    await expect(page.locator("#new")).to_have_text("2 nouveaux gazouillis", timeout=5000)
    assert await reading.evaluate(TOP) == before
    assert (await page.title()).startswith("(")
    await page.locator("#new").click()

    first = page.locator("#feed > li").first
    await expect(first).to_contain_text(texts[1])
    await expect(first.locator("article")).to_be_focused()
    await expect(first.locator("article")).to_be_in_viewport()
    await expect(page.locator("#feed > li.seen")).to_have_count(1)
    await expect(page.locator("#new")).to_be_hidden()
    assert await page.evaluate("window.isTheSame")


async def test_an_older_page_announces_no_posts_but_counts_notifications(open_page, marie):
    cyrille, text = await open_page("cyrille"), words()
    await cyrille.visit("/notifications")
    page = await cyrille.visit("/local")
    await page.click("a[rel=next]")

    await posts(marie, f"@cyrille {text}")

    await expect(page.locator("#unread")).to_contain_text("1", timeout=5000)
    assert (await page.title()).startswith("(1) ")
    await expect(page.locator("#new")).to_have_count(0)


async def test_the_badge_is_live_on_a_page_without_a_list_and_after_going_back(open_page, marie):
    cyrille = await open_page("cyrille")
    await cyrille.visit("/notifications")
    page = await cyrille.visit("/settings/profile")
    await posts(marie, f"@cyrille {words()}")
    await expect(page.locator("#unread")).to_contain_text("1", timeout=5000)
    await cyrille.visit("/about")

    await page.go_back()
    await posts(marie, f"@cyrille {words()}")

    await expect(page.locator("#unread")).to_contain_text("2", timeout=5000)


async def test_a_reply_takes_its_place_in_the_open_conversation(open_page, marie):
    cyrille, question, response, deeper = await open_page("cyrille"), words(), words(), words()
    await posts(marie, question)
    path = await marie.page.locator("article.status", has_text=question).first.locator(".permalink").get_attribute("href")
    page = await cyrille.visit(path)
    await page.evaluate("window.isTheSame = true")

    await posts(marie, response, path)
    await expect(page.locator("#replies > li.depth-0")).to_contain_text(response, timeout=5000)
    await expect(page.locator("#replies-count")).to_have_text("1 réponse")
    below = await marie.page.locator("article.status", has_text=response).locator(".permalink").get_attribute("href")
    await posts(marie, deeper, below)

    await expect(page.locator("#replies > li.depth-1")).to_contain_text(deeper, timeout=5000)
    await expect(page.locator("[role=status]", has_text="nouvelle réponse")).to_have_count(1)
    assert await page.evaluate("window.isTheSame")
    assert await cyrille.accessibility_violations() == []


async def test_what_is_edited_or_deleted_elsewhere_changes_on_the_open_page(open_page, marie):
    cyrille, text = await open_page("cyrille"), words()
    await posts(marie, text)
    page = await cyrille.visit("/local")
    entry = page.locator("#feed > li", has_text=text)
    await expect(entry).to_have_count(1)
    own_status = marie.page.locator("article.status", has_text=text)

    await own_status.locator(".more").click()
    await own_status.get_by_role("link", name="Modifier").click()
    await marie.page.fill("#status", f"{text} encore")
    await marie.page.click("form.composer .tools .button")
    await expect(entry).to_contain_text("encore", timeout=5000)
    await marie.page.locator(".focused-status .more").click()
    await marie.page.locator(".focused-status .menu").get_by_role("button", name="Supprimer").click()
    await marie.page.locator(".confirmation").get_by_role("button", name="Supprimer").click()

    await expect(entry).to_have_count(0, timeout=5000)


async def test_a_lost_stream_loses_nothing_and_doubles_nothing(open_page, marie):
    cyrille, texts = await open_page("cyrille"), [words(), words()]
    page = await cyrille.visit("/local")
    await posts(marie, texts[0])
    await expect(page.locator("#new")).to_contain_text("1 nouveau", timeout=5000)

    await page.context.set_offline(True)
    await posts(marie, texts[1])
    await page.wait_for_timeout(500)
    await page.context.set_offline(False)

    await expect(page.locator("#new")).to_contain_text("2 nouveaux", timeout=15_000)
    await page.locator("#new").click()
    for text in texts:
        await expect(page.locator("#feed > li", has_text=text)).to_have_count(1)
    cyrille.faults = [fault for fault in cyrille.faults if "ERR_INTERNET_DISCONNECTED" not in fault]
