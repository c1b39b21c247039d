"""A request on a phone, in French: it arrives live, is read as text, accepted and answered."""

from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

SEND = "form.composer .tools .button"
LINK = "https://example.org/train"


async def test_a_request_is_read_accepted_and_answered(open_page):
    emma, cyrille = await open_page("emma_c", size=PHONE), await open_page("cyrille", size=PHONE)
    text, mine = f"Bonsoir {uuid4().hex[:8]}", await cyrille.visit("/messages")
    await expect(mine.locator("#requests .count")).to_have_count(0)
    await mine.wait_for_timeout(500)

    hers = await emma.visit("/messages/new?to=cyrille")
    await hers.fill("#status", f"{text} {LINK}")
    await hers.click(SEND)
    await expect(hers.locator("#messages")).to_contain_text(text)
    await expect(mine.locator("#requests .count")).to_contain_text("1")
    await expect(mine.locator("#conversations")).not_to_contain_text(text)
    await mine.get_by_role("link", name="Demandes de message").click()
    await mine.locator("#conversations a", has_text=text).click()

    await expect(mine.locator(".bubble")).to_contain_text(f"{text} {LINK}")
    await expect(mine.locator(f'a[href="{LINK}"]')).to_have_count(0)
    assert await cyrille.accessibility_violations() == []
    await mine.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    await mine.get_by_role("button", name="Accepter").click()
    await expect(mine.locator(f'a[href="{LINK}"]')).to_be_visible()
    await expect(mine.locator(".message-request")).to_have_count(0)
    await mine.fill("#status", "Oui, demain matin.")
    await mine.click(SEND)

    await expect(hers.locator("#messages")).to_contain_text("Oui, demain matin.")
    await mine.get_by_role("link", name="Tous les messages").click()
    await expect(mine.locator("#conversations")).to_contain_text("Oui, demain matin.")
    await expect(mine.locator("#requests .count")).to_have_count(0)


async def test_an_answer_takes_the_question_away(open_page):
    zsofi, cyrille = await open_page("zsofi", size=PHONE), await open_page("cyrille", size=PHONE)
    hers = await zsofi.visit("/messages/new?to=cyrille")
    await hers.fill("#status", f"Encore une demande. {LINK}")
    await hers.click(SEND)
    await expect(hers.locator("#messages")).to_contain_text("Encore")

    mine = await cyrille.visit("/messages/requests")
    await mine.locator("#conversations a", has_text="Encore une demande").click()
    await expect(mine.get_by_role("button", name="Refuser", exact=True)).to_be_visible()
    await mine.fill("#status", "Bonsoir !")
    await mine.click(SEND)

    await expect(mine.locator(".message-request")).to_have_count(0)
    await expect(mine.locator(f'a[href="{LINK}"]')).to_be_visible()
