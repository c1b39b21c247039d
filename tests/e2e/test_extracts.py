"""Words of a private conversation come back to the public: asking and agreeing in French, on a phone, without JavaScript."""

from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]


async def test_one_asks_and_the_other_agrees_on_a_phone_without_javascript(open_page):
    cyrille = await open_page("cyrille", size=PHONE, java_script_enabled=False)
    yasmine = await open_page("yasmine", size=PHONE, java_script_enabled=False)
    secret = f"merle {uuid4().hex[:8]}"
    page = await cyrille.visit("/messages/new?to=yasmine")
    await page.fill("#status", f"On ouvre samedi, {secret} ?")
    await page.click("form.composer .tools .button")
    address = page.url.partition("#")[0].partition("?")[0]
    hers = await yasmine.visit(address[address.index("/messages") :])
    await hers.fill("#status", f"Oui, {secret}, c’est dit.")
    await hers.click("form.composer .tools .button")

    page = await cyrille.visit(address[address.index("/messages") :])
    await page.click("[popovertarget=conversation-menu]")
    await page.get_by_role("link", name="Publier un extrait").click()
    for message in await page.get_by_role("checkbox").filter(visible=True).all():
        await message.check()
    await page.get_by_role("button", name="Voir le résultat").click()
    await expect(page.locator(".extract blockquote").last).to_contain_text(f"Oui, {secret}")
    await page.get_by_role("button", name="Demander l’accord").click()
    await expect(page.locator(".extract").last).to_contain_text("Accord attendu")

    hers = await yasmine.visit("/notifications")
    await hers.get_by_role("link", name="Le lire et répondre").first.click()
    request = hers.locator(".extract").last
    await expect(request).to_contain_text("demande à publier cet extrait")
    await expect(request.locator("blockquote").first).to_contain_text(secret)
    await request.get_by_role("button", name="Accepter et publier").click()
    await expect(hers.locator(".extract").last).to_contain_text("est publié")

    visitor = await open_page(size=PHONE, java_script_enabled=False)
    public = await visitor.visit("/@cyrille")
    await expect(public.locator("article.status blockquote").first).to_contain_text(secret)
