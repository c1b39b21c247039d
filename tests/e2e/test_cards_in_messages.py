"""A contact card is put into a message and sent, on a phone, with the script: one stays in the conversation."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

SEND = "form.composer .tools .button"
NUMBER = "+33 6 12 34 56 78"


async def test_a_card_is_put_into_a_message_and_the_conversation_goes_on(open_page):
    emma = await open_page("emma_c", size=PHONE)
    page = await emma.visit("/settings/cards")
    await page.select_option("[name=kind]", "phone")
    await page.fill("[name=value]", NUMBER)
    await page.locator("main form .button").last.click()
    await expect(page.locator("main")).to_contain_text(NUMBER)
    await page.goto("/messages/new?to=zsofi")
    await page.fill("#status", "On s’appelle ?")
    await page.click(SEND)
    await expect(page.locator("#messages")).to_contain_text("On s’appelle ?")

    await page.fill("#status", "Voici.")
    await page.locator(".writing-message > details > summary").click()
    await page.locator("[name=card]").first.click()
    await expect(page.locator("#status")).to_have_value(re.compile(rf"^Voici\.\n.*{re.escape(NUMBER)}$"))
    await page.click(SEND)

    await expect(page.locator("#messages > li")).to_have_count(2)
    await expect(page.locator("#messages > li").last).to_contain_text(NUMBER)
    await expect(page.locator("#status")).to_have_value("")
