"""From the first address to the invited friend's first answer. The owner's first hour is in English on a desktop, the newcomer's first day
in French on a phone; with JavaScript, without, and by keyboard alone."""

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import PHONE
from tests.e2e.hands import Keyboard, Pointer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "un merle dans le lilas"
WAYS = {"scripts": (Pointer, True), "no-scripts": (Pointer, False), "keyboard": (Keyboard, True)}


@pytest.mark.parametrize(
    "way", ["scripts", pytest.param("no-scripts", marks=pytest.mark.thorough), pytest.param("keyboard", marks=pytest.mark.thorough)]
)
async def test_a_place_is_opened_a_friend_is_invited_and_answers(open_browser, owners_link, way):
    hand_of, has_scripts = WAYS[way]
    owner = (await open_browser(locale="en-GB", java_script_enabled=has_scripts)).page
    friend = (await open_browser(size=PHONE, java_script_enabled=has_scripts)).page

    await _open_the_place(hand_of(owner), owners_link)
    await _post(hand_of(owner), "Hello, who is here?")
    await expect(_status(owner, "Hello, who is here?")).to_be_visible()
    await expect(owner.locator(".first-steps .done", has_text="Say hello")).to_be_visible()
    await expect(owner.locator("main .empty")).to_be_hidden()
    link = await _invite(hand_of(owner))

    await _join(hand_of(friend), link)
    await friend.goto("/")
    await hand_of(friend).press(_status(friend, "Hello, who is here?").locator(".reply"))
    await _post(hand_of(friend), "@olive Moi, Jérôme ! Un café ?")
    await expect(friend.locator("main")).to_contain_text("Un café")

    await owner.goto("/notifications")
    reply = _status(owner, "Un café")
    await expect(reply).to_be_visible()
    await hand_of(owner).press(reply.locator(".favourite"))
    await expect(_status(owner, "Un café").locator(".favourite")).to_have_attribute("aria-pressed", "true")
    await _delete_own(hand_of(owner), "Hello, who is here?")

    await owner.goto("/@olive")
    await expect(owner.locator("main")).not_to_contain_text("Hello, who is here?")


def _status(page, words):
    return page.locator("article.status", has_text=words).first


async def _open_the_place(hand, link):
    page = hand.page
    await page.goto(link)
    for field, value in {"name": "Le Quai", "username": "olive", "email": "olive@example.org", "password": PASSWORD}.items():
        await hand.write(page.locator(f"#{field}"), value)
    await hand.press(page.get_by_role("button", name="Open the place"))
    await expect(page.locator("form.composer")).to_be_visible()


async def _post(hand, words):
    await hand.write(hand.page.locator("#status"), words)
    await hand.press(hand.page.locator("form.composer .tools .button"))


async def _invite(hand):
    await hand.page.goto("/")
    await hand.press(hand.page.locator(".first-steps a[href='/invite']"))
    await hand.press(hand.page.locator("main form.form .button").first)
    return await hand.page.locator(".link-text").first.input_value()


async def _join(hand, link):
    page = hand.page
    await page.goto(link)
    await expect(page.locator("h1")).to_contain_text("olive vous invite à rejoindre Le Quai")
    for name in ("Jérôme", "jerome"):
        for field, value in {"username": name, "email": "jerome@example.org", "password": PASSWORD}.items():
            await hand.write(page.locator(f"#{field}"), value)
        await hand.press(page.locator("main form.form .button").first)
        if name == "Jérôme":
            await expect(page.locator("#username-error")).to_contain_text("par exemple jerome")
    await expect(page.locator("main")).to_contain_text("olive")


async def _delete_own(hand, words):
    await hand.page.goto("/@olive")
    own_status = _status(hand.page, words)
    await hand.press(own_status.locator(".more"))
    await hand.press(hand.page.locator(".menu:popover-open .danger"))
    await hand.press(hand.page.locator("dialog[open] [value=yes], form.confirmation [name=confirmed]"))
    await expect(hand.page.locator("article.status", has_text=words)).to_have_count(0)
