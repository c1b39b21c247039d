"""The owner's first hour: to open a place, to invite friends in each mode of joining, to answer whoever asks, and to make accounts."""

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "un merle dans le lilas"


async def open_the_place(owner, link):
    page = await owner.visit(link)
    await page.fill("#name", "Nancy")
    await page.fill("#username", "olive")
    await page.fill("#email", "olive@example.org")
    await page.fill("#password", PASSWORD)
    await page.click("form.form .button")
    return page


async def set_joining(page, mode):
    await page.goto("/settings/site")
    await page.check(f"[name=registrations][value={mode}]")
    await page.click("form.form .button")


async def make_link(page, note):
    await page.goto("/invite")
    await page.fill("#note", note)
    await page.click("form.form .button")
    return await page.locator(".link-text").first.input_value()


async def join(page, name, **more):
    for field, value in {"username": name, "email": f"{name}@example.org", "password": PASSWORD, **more}.items():
        await page.fill(f"#{field}", value)
    await page.click("form.form .button")


async def test_the_owner_invites_and_friends_join_in_each_mode(open_browser, owners_link):
    owner = await open_browser(locale="en-GB")
    page = await open_the_place(owner, owners_link)
    await expect(page.locator(".first-steps")).to_contain_text("Invite somebody")
    assert await owner.accessibility_violations() == []
    await page.click(".first-steps a[href='/invite']")

    for number, mode in enumerate(("open", "approval", "closed")):
        await set_joining(page, mode)
        link = await make_link(page, f"Venez, c'est {mode}")
        friend = await open_browser(size=PHONE, java_script_enabled=mode != "closed")
        friends_page = await friend.visit(link)
        await expect(friends_page.locator("h1")).to_have_text("olive vous invite à rejoindre Nancy")
        await expect(friends_page.locator(".personal-note")).to_have_text(f"Venez, c'est {mode}")
        if mode == "open":
            assert await friend.accessibility_violations() == []
        await join(friends_page, f"ami{number}")
        await expect(friends_page.locator(".flash")).to_contain_text("Vous suivez déjà olive")
        await friends_page.goto("/@olive")
        await expect(friends_page.locator(".profile-actions")).to_contain_text("Abonné")

    await page.goto("/notifications")
    for number in range(3):
        await expect(page.locator("main")).to_contain_text(f"@ami{number}")
    await page.goto("/invite")
    await expect(page.locator(".faces a")).to_have_count(3)
    assert await owner.accessibility_violations() == []


async def test_whoever_asks_is_seen_and_let_in_and_others_get_an_account(open_browser, owners_link):
    owner = await open_browser(locale="en-GB")
    page = await open_the_place(owner, owners_link)
    friend = await open_browser(size=PHONE)
    friends_page = await friend.visit("/sign-up")
    await join(friends_page, "lucie", reason="J’habite rue Saint-Dizier")
    waiting = friends_page.url
    await expect(friends_page.locator("main")).to_contain_text("@lucie")

    await page.goto("/")
    await page.click(".links a[href='/settings/site/sign-ups']")
    await expect(page.locator(".waiting")).to_contain_text("J’habite rue Saint-Dizier")
    assert await owner.accessibility_violations() == []
    await page.click("text=Let in")
    await expect(page.locator("main")).to_contain_text("Nobody is waiting")

    await friends_page.goto(waiting)
    await friends_page.click("main a[href='/sign-in']")
    await friends_page.fill("#login", "lucie")
    await friends_page.fill("#password", PASSWORD)
    await friends_page.click("form[action='/sign-in'] button")
    await expect(friends_page.locator(".first-steps")).to_be_visible()

    await page.goto("/settings/site/people")
    await page.fill("#display_name", "Jérôme Dupont")
    await page.keyboard.press("Enter")
    await expect(page.locator("#display_name")).to_be_focused()
    assert await owner.accessibility_violations() == []
    newcomer = await open_browser(size=PHONE, java_script_enabled=False)
    newcomers_page = await newcomer.visit(await page.locator(".link-text").input_value())
    await newcomers_page.fill("#password", PASSWORD)
    await newcomers_page.click("form.form .button")
    await expect(newcomers_page.locator(".flash")).to_contain_text("Bienvenue")


async def test_nothing_scrolls_sideways_on_the_smallest_phone(open_browser, owners_link):
    owner = await open_browser(locale="fr-FR", size=(320, 640))
    page = await open_the_place(owner, owners_link)
    link = await make_link(page, "Venez")
    await page.goto("/settings/site/people")
    await page.fill("#display_name", "Jérôme Dupont")
    await page.keyboard.press("Enter")
    stranger = await (await open_browser(size=(320, 640))).visit(link)

    for path in ("/", "/invite", "/settings/site", "/settings/site/people", "/settings/site/sign-ups"):
        await page.goto(path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320, path
    assert await stranger.evaluate("document.documentElement.scrollWidth") <= 320
