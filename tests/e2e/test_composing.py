"""The composer in a real browser: nothing written is lost, and nothing is sent twice."""

from uuid import uuid4

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import DESKTOP, PHONE, BrowserPage, signed_in_storage
from tests.e2e.screenshots import busiest_thread

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SEND = "form.composer .tools .button"
KEPT = 500
"""Milliseconds after which a draft is kept."""


def words() -> str:
    return f"Il pleut sur le Danube {uuid4().hex[:8]}"


async def writes(page, text):
    await page.fill("#status", text)
    await page.wait_for_timeout(KEPT)


async def active_option(page):
    """The option that the browser tells assistive technology is active in the text field."""
    devtools = await page.context.new_cdp_session(page)
    field = await devtools.send("Runtime.evaluate", {"expression": "document.getElementById('status')"})
    tree = await devtools.send("Accessibility.getPartialAXTree", {"objectId": field["result"]["objectId"], "fetchRelatives": False})
    told = {one["name"]: one["value"] for one in tree["nodes"][0]["properties"]}
    option = told["activedescendant"]["relatedNodes"][0]["idref"]
    return await page.locator(f"#{option} b").inner_text()


async def count_of(page, text):
    return await page.locator("article.status", has_text=text).count()


async def test_a_post_is_sent_without_leaving_the_page_and_lies_on_top(open_page):
    cyrille = await open_page("cyrille")
    page, text = await cyrille.visit("/"), words()
    await page.evaluate("window.isTheSame = true")

    await page.fill("#status", text)
    await page.keyboard.press("Control+Enter")

    await expect(page.locator("#feed > li").first).to_contain_text(text)
    await expect(page.locator("#status")).to_have_value("")
    await expect(page.locator("[data-sentence]")).to_have_text("C’est publié.")
    assert await page.evaluate("window.isTheSame")
    assert await cyrille.accessibility_violations() == []
    await page.reload()
    await expect(page.locator("#status")).to_have_value("")


async def test_a_reply_joins_its_conversation(open_page):
    cyrille = await open_page("cyrille")
    thread, text = await busiest_thread(cyrille.page.context), words()
    page = await cyrille.visit(thread)
    await page.click(".replying > summary")

    await page.fill("#status", text)
    await page.click(SEND)

    await expect(page.locator("#replies > li").last).to_contain_text(text)
    await expect(page.locator("#status")).not_to_have_value(text)


async def test_a_draft_survives_reload_and_navigation_and_belongs_to_one_place(open_page):
    cyrille = await open_page("cyrille")
    page, text = await cyrille.visit("/"), words()
    await writes(page, text)
    await page.reload()
    await expect(page.locator("#status")).to_have_value(text)
    await expect(page.locator("[data-sentence]")).to_have_text("Votre brouillon est revenu.")
    assert await cyrille.accessibility_violations() == []

    await page.goto("/@Marievh")
    await page.locator("article.status .reply").first.click()
    await expect(page.locator("#status")).not_to_have_value(text)
    await page.goto("/compose")
    await expect(page.locator("#status")).to_have_value(text)
    await page.click("[data-discard]")

    await expect(page.locator("#status")).to_have_value("")
    await page.goto("/")
    await expect(page.locator("#status")).to_have_value("")


@pytest.mark.thorough
async def test_drafts_of_one_account_are_not_shown_to_another_and_leave_with_it(open_page, signed_in):
    cyrille = await open_page("yasmine")
    page, text = await cyrille.visit("/"), words()
    await writes(page, text)
    cookies = await page.context.cookies()

    await page.context.clear_cookies()
    await page.context.add_cookies((await signed_in("Marievh"))["cookies"])
    await page.goto("/")
    await expect(page.locator("#status")).to_have_value("")
    await page.context.clear_cookies()
    await page.context.add_cookies(cookies)
    await page.goto("/")
    await expect(page.locator("#status")).to_have_value(text)


@pytest.mark.thorough
async def test_two_tabs_keep_both_texts(open_page):
    cyrille = await open_page("cyrille")
    first, one, other = await cyrille.visit("/compose"), words(), words()
    second = await first.context.new_page()
    await second.goto("/compose")

    await writes(first, one)
    await second.focus("#status")
    await writes(second, other)
    await expect(second.locator("[data-sentence]")).to_contain_text("autre onglet")
    await second.click("[data-take-other]")
    await expect(second.locator("#status")).to_have_value(one)
    await second.click("[data-take-other]")
    await expect(second.locator("#status")).to_have_value(other)

    await second.fill("#status", "")
    await second.wait_for_timeout(KEPT)
    await first.fill("#status", "")
    await first.wait_for_timeout(KEPT)
    await first.evaluate("localStorage.clear()")


async def test_a_lost_network_keeps_the_text_and_sending_again_posts_once(open_page):
    cyrille = await open_page("cyrille")
    page, text = await cyrille.visit("/"), words()

    async def deliver_and_lose_the_answer(route):
        await route.fetch()
        await route.abort()

    await page.route("**/statuses", deliver_and_lose_the_answer, times=1)
    await page.fill("#status", text)
    await page.click(SEND)
    await expect(page.locator("[data-sentence]")).to_contain_text("Aucune réponse")
    await expect(page.locator("#status")).to_have_value(text)
    await expect(page.locator(SEND)).to_have_text("Gazouiller")
    assert await cyrille.accessibility_violations() == []
    await page.click(SEND)

    await expect(page.locator("#feed > li").first).to_contain_text(text)
    await page.goto("/@cyrille")
    assert await count_of(page, text) == 1
    cyrille.faults.clear()


async def test_a_draft_whose_answer_was_lost_is_gone_once_the_server_says_it_is_posted(open_page):
    cyrille = await open_page("cyrille")
    page, text = await cyrille.visit("/"), words()

    async def deliver_and_lose_the_answer(route):
        await route.fetch()
        await route.abort()

    await page.route("**/statuses", deliver_and_lose_the_answer, times=1)
    await page.fill("#status", text)
    await page.click(SEND)
    await expect(page.locator("[data-sentence]")).to_contain_text("Aucune réponse")
    await page.reload()

    await expect(page.locator("#status")).to_have_value("")
    await expect(page.locator("[data-sentence]")).to_have_text("C’est publié.")
    cyrille.faults.clear()


async def test_a_second_click_while_it_is_sent_and_back_afterwards_post_once(open_page):
    cyrille = await open_page("cyrille")
    page, text = await cyrille.visit("/compose"), words()

    async def take_time(route):
        await page.wait_for_timeout(600)
        await route.continue_()

    await page.route("**/statuses", take_time)
    await page.fill("#status", text)
    await page.click(SEND)
    await expect(page.locator(SEND)).to_have_text("Envoi…")
    await page.click(SEND, force=True)
    await page.wait_for_url("**/")
    await expect(page.locator("article.status", has_text=text)).to_have_count(1)
    await page.go_back()

    await expect(page.locator("#status")).to_have_value("")
    await expect(page.locator(SEND)).to_be_enabled()
    await expect(page.locator(SEND)).to_have_text("Gazouiller")


async def test_a_refused_length_is_told_in_place(open_page):
    cyrille = await open_page("cyrille")
    page = await cyrille.visit("/")
    await page.evaluate("window.isTheSame = true")

    await page.fill("#status", "é" * 143)
    await page.click(SEND)

    await expect(page.locator("#status-error")).to_have_text("Trop long de 3 caractères")
    await expect(page.locator("#status")).to_have_value("é" * 143)
    await expect(page.locator("#status")).to_be_focused()
    assert await page.evaluate("window.isTheSame")
    assert await cyrille.accessibility_violations() == []
    await writes(page, "")


async def test_after_the_session_has_ended_the_text_waits_behind_the_sign_in(open_page, browser, address, signed_in):
    cyrille = await open_page("pepe_jo")
    async with cyrille.page.expect_response(lambda response: "/live/home" in response.url):
        page, text = await cyrille.visit("/"), words()
    await page.fill("#status", text)
    await page.context.clear_cookies(name="session")
    await page.click(SEND)
    await expect(page.locator("[data-sentence]")).to_contain_text("Votre session est terminée")
    assert await cyrille.accessibility_violations() == []
    await page.click("[data-sign-in]")
    await page.fill("#login", "pepe_jo")
    await page.fill("#password", "village")
    await page.click("form[action='/sign-in'] button")

    await expect(page.locator("#status")).to_have_value(text)
    await page.click(SEND)
    await expect(page.locator("#feed > li").first).to_contain_text(text)


async def test_a_stale_token_is_renewed_without_a_word(open_page):
    cyrille = await open_page("cyrille")
    page, text = await cyrille.visit("/"), words()
    await page.context.clear_cookies(name="csrf")

    await page.fill("#status", text)
    await page.click(SEND)

    await expect(page.locator("#feed > li").first).to_contain_text(text)


@pytest.mark.thorough
async def test_a_browser_that_keeps_nothing_says_so_and_sends_all_the_same(open_page):
    cyrille = await open_page("cyrille")
    await cyrille.page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError') }")
    page, text = await cyrille.visit("/"), words()

    await writes(page, text)
    await expect(page.locator("[data-sentence]")).to_contain_text("ne garde pas de brouillon")
    await page.click(SEND)

    await expect(page.locator("#feed > li").first).to_contain_text(text)


async def test_without_scripts_the_text_comes_back_after_signing_in(open_page):
    visitor = await open_page("tom_w", java_script_enabled=False, size=PHONE)
    page, text = await visitor.visit("/"), words()
    await page.fill("#status", text)
    await page.context.clear_cookies()
    await page.click(SEND)
    await page.fill("#login", "tom_w")
    await page.fill("#password", "village")
    await page.click("form[action='/sign-in'] button")

    await expect(page.locator(".flash")).to_contain_text("here is what you wrote")
    await page.reload()
    assert page.url.endswith("/unsent")
    await expect(page.locator("#status")).to_have_value(text)
    await page.click(SEND)
    await expect(page.locator("article.status", has_text=text)).to_be_visible()


async def test_people_are_completed_by_keyboard(open_page):
    cyrille = await open_page("cyrille")
    page = await cyrille.visit("/")
    text, offered = page.locator("#status"), page.locator("#completions [role=option]")

    await text.press_sequentially("Bonjour @mari")
    await expect(offered.first).to_contain_text("@Marievh")
    await expect(text).to_have_attribute("aria-controls", "completions")
    await expect(page.locator("[data-found]")).to_contain_text("suggestion")
    assert await text.get_attribute("aria-activedescendant") is None
    assert await cyrille.accessibility_violations() == []
    await text.press("Escape")
    await expect(page.locator("#completions")).to_be_hidden()
    assert await text.get_attribute("aria-controls") is None
    await expect(text).to_have_value("Bonjour @mari")

    await text.press_sequentially("e")
    await expect(offered.first).to_contain_text("@Marievh")
    await text.press("ArrowDown")
    await expect(text).to_have_attribute("aria-activedescendant", "completion-0")
    assert await active_option(page) == "@Marievh"
    assert await cyrille.accessibility_violations() == []
    await text.press("Enter")
    await expect(text).to_have_value("Bonjour @Marievh ")
    await expect(page.locator("#completions")).to_be_hidden()
    await text.fill("")
    await page.wait_for_timeout(KEPT)


async def test_a_hashtag_is_chosen_with_a_finger_and_the_list_goes_when_the_caret_does(open_page):
    cyrille = await open_page("cyrille", size=PHONE)
    page = await cyrille.visit("/")
    text = page.locator("#status")

    await text.press_sequentially("#buda")
    await page.locator("#completions [role=option]", has_text="#Budapest").click()
    await expect(text).to_have_value("#Budapest ")
    await expect(text).to_be_focused()
    await text.press_sequentially("et #buda")
    await expect(page.locator("#completions")).to_be_visible()
    await text.press("Home")
    await expect(page.locator("#completions")).to_be_hidden()
    await text.fill("")
    await page.wait_for_timeout(KEPT)


@pytest.mark.thorough
async def test_an_emoji_is_found_by_its_name_and_chosen_by_keyboard(open_page):
    cyrille = await open_page("cyrille")
    page = await cyrille.visit("/")

    await page.fill("#status", "Il pleut ")
    await page.click("[data-emoji]")
    await expect(page.locator(".emoji-grid button").first).to_be_visible()
    assert await cyrille.accessibility_violations() == []
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.keyboard.type("coeur")
    await expect(page.locator(".emoji-grid button[aria-label='cœur rouge']")).to_be_visible()
    await page.locator(".emoji-picker input").fill("parapluie")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowRight")
    chosen = await page.evaluate("document.activeElement.textContent")
    await page.keyboard.press("Enter")

    await expect(page.locator("#status")).to_have_value(f"Il pleut {chosen}")
    await expect(page.locator("#status")).to_be_focused()
    await page.click("[data-emoji]")
    await expect(page.locator(".emoji-grid button").first).to_have_text(chosen)
    await page.keyboard.press("Escape")
    await expect(page.locator("[data-emoji]")).to_be_focused()
    await writes(page, "")


async def test_on_a_phone_the_closed_composer_is_one_line_and_opens_on_focus(open_page):
    for choices in ({}, {"java_script_enabled": False}):
        cyrille = await open_page("cyrille", size=PHONE, **choices)
        page = await cyrille.visit("/")
        closed = await page.locator("form.composer").bounding_box()
        await page.focus("#status")
        opened = await page.locator("form.composer").bounding_box()

        assert closed["height"] < 80
        assert opened["height"] > 150
        await expect(page.locator(SEND)).to_be_visible()


@pytest.mark.thorough
async def test_keys_of_an_input_method_do_not_send(open_page):
    cyrille = await open_page("cyrille")
    page, text = await cyrille.visit("/"), words()
    await page.fill("#status", text)

    await page.locator("#status").dispatch_event("keydown", {"key": "Enter", "ctrlKey": True, "isComposing": True})
    await page.wait_for_timeout(300)

    await expect(page.locator("#status")).to_have_value(text)
    await writes(page, "")


async def test_signing_out_asks_when_there_is_a_draft_and_removes_it(browser, address):
    storage = await signed_in_storage(browser, address, "emma_c")
    page, text = (await BrowserPage.open(browser, address, storage, size=DESKTOP)).page, words()
    await page.goto("/")
    await writes(page, text)

    await page.click(".sidebar form[action='/sign-out'] button")
    await expect(page.locator("#confirm")).to_contain_text("draft")
    await page.click("#confirm [value=yes]")
    await page.wait_for_url("**/")
    await expect(page.locator("body.signed-in")).to_have_count(0)

    await page.wait_for_function("text => !JSON.stringify(localStorage).includes(text)", arg=text)
    await page.context.close()


async def test_a_server_that_does_not_answer_and_a_network_that_is_gone_are_told(open_page):
    cyrille = await open_page("cyrille")
    page, text = cyrille.page, words()
    await page.clock.install()
    await cyrille.visit("/")
    await page.route("**/statuses", lambda route: None, times=1)
    await page.fill("#status", text)

    await page.click(SEND)
    await expect(page.locator(SEND)).to_have_text("Envoi…")
    await page.clock.fast_forward(26_000)
    await expect(page.locator("[data-sentence]")).to_contain_text("Aucune réponse")
    await page.context.set_offline(True)
    await page.click(SEND)
    await expect(page.locator("[data-sentence]")).to_contain_text("hors ligne")
    await page.context.set_offline(False)
    await page.click(SEND)

    await expect(page.locator("#feed > li").first).to_contain_text(text)
    cyrille.faults.clear()
