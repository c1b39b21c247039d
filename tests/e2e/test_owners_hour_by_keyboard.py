"""The owner's first hour in English, by keyboard alone. Only the first address is typed: links and buttons lead to every other page."""

import pytest
from playwright.async_api import expect

from tests.e2e.hands import Keyboard
from tests.e2e.test_inviting import PASSWORD, join

LOADED = 30_000
"""Milliseconds that a page may take where other tests run beside this one."""
pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]


async def test_the_owner_opens_the_place_lets_in_invites_writes_answers_and_deletes(open_browser, owners_link):
    page = (await open_browser(locale="en-GB")).page
    hand = Keyboard(page)

    await page.goto(owners_link)
    for field, value in {"name": "Le Quai", "username": "olive", "email": "olive@example.org", "password": PASSWORD}.items():
        await hand.write(page.locator(f"#{field}"), value)
    await hand.press(page.get_by_role("button", name="Open the place"))
    await expect(page.locator(".first-steps")).to_contain_text("Invite somebody", timeout=LOADED)

    await _let_somebody_in(hand, open_browser)
    link = await _invite(hand)
    friends_page = (await open_browser(locale="en-GB")).page
    await friends_page.goto(link)
    await join(friends_page, "friend")

    await hand.press(page.locator("header a[href='/']").first)
    await _write(hand, "Hello, who is here?")
    await expect(_status(page, "Hello, who is here?")).to_be_visible(timeout=LOADED)
    await _friend_replies(friends_page)
    await _answer(hand)
    await _delete(hand, "And gladly so")


async def _let_somebody_in(hand, open_browser):
    page = hand.page
    await hand.press(page.locator("a[href='/settings/site']:visible").first)
    await hand.choose(page.locator("[name=registrations]"), "approval")
    await hand.press(page.locator("main form.form .buttons .button").first)
    await expect(page.locator(".flash")).to_be_visible(timeout=LOADED)

    applicants_page = (await open_browser(locale="en-GB")).page
    await applicants_page.goto("/sign-up")
    await join(applicants_page, "zoe", reason="I live around the corner")

    await hand.press(page.get_by_role("link", name="Notifications").first)
    await hand.press(page.locator("a[href='/settings/site/sign-ups']:visible").first)
    await hand.press(page.get_by_role("button", name="Let in @zoe"))
    await expect(page.get_by_role("button", name="Let in @zoe")).to_have_count(0, timeout=LOADED)


async def _invite(hand):
    page = hand.page
    await hand.press(page.locator("a[href='/invite']:visible").first)
    await hand.write(page.locator("#note"), "Come, there is a chair left")
    await hand.press(page.get_by_role("button", name="Make a link"))
    return await page.locator(".link-text").first.input_value()


async def _write(hand, words):
    await hand.write(hand.page.locator("#status"), words)
    await hand.press(hand.page.locator("form.composer .tools .button:not([hidden])"))


async def _friend_replies(page):
    await page.goto("/@olive")
    await _status(page, "Hello, who is here?").locator(".reply").click()
    await page.fill("#status", "@olive Me! Shall we have tea?")
    await page.click("form.composer .tools .button")
    await expect(page.locator("main")).to_contain_text("Shall we have tea?", timeout=LOADED)


async def _answer(hand):
    page = hand.page
    await hand.press(page.get_by_role("link", name="Notifications").first)
    await hand.press(_status(page, "Shall we have tea?").locator(".reply"))
    await _write(hand, "@friend And gladly so")
    await expect(_status(page, "And gladly so")).to_be_visible(timeout=LOADED)


async def _delete(hand, words):
    page = hand.page
    own = _status(page, words)
    await hand.press(own.locator(".more"))
    await hand.press(page.locator(".menu:popover-open .danger"))
    await hand.press(page.locator("dialog[open] [value=yes]"))
    await expect(page.locator("article.status", has_text=words)).to_have_count(0, timeout=LOADED)


def _status(page, words):
    return page.locator("article.status", has_text=words).first
