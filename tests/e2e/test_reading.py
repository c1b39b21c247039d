"""Reading on a phone and on a desktop: a conversation opens at the post that one chose, and the whole post is the way in."""

import asyncio
import re
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.browser_page import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

OPENED = ".focused-status article"
EVERY_BROWSER = pytest.mark.parametrize("has_scripts", [True, False])
BY_FINGER = {"size": PHONE, "has_touch": True, "is_mobile": True}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def long_thread(browser, address, signed_in):
    """The ids of a conversation of 34 posts, the first one first."""
    context = await browser.new_context(base_url=address, storage_state=await signed_in("emma_c"))
    page = await context.new_page()
    await page.goto("/")
    fields = {"_csrf_token": await page.get_attribute("form.composer [name=_csrf_token]", "value"), "visibility": "public"}
    ids: list[str] = []
    for number in range(34):
        form = {"status": f"Maillon {number}, assez long pour tenir sur deux lignes d’un téléphone", "idempotency_key": uuid4().hex}
        parent = {"in_reply_to_id": ids[-1]} if ids else {}
        response = await context.request.post("/statuses", form=fields | form | parent, headers={"Accept": "application/json"})
        ids.append((await response.json())["id"])
    await context.close()
    return ids


async def top_of_opened(page):
    return (await page.locator(OPENED).bounding_box())["y"]


@EVERY_BROWSER
@pytest.mark.parametrize("size", [PHONE, pytest.param(DESKTOP, marks=pytest.mark.thorough)])
async def test_a_conversation_opens_at_the_chosen_post(open_page, long_thread, has_scripts, size):
    reader = await open_page("cyrille", size=size, java_script_enabled=has_scripts)
    page = await reader.visit(f"/@emma_c/{long_thread[30]}")

    await expect(page.locator(OPENED)).to_be_in_viewport(ratio=1)
    assert await top_of_opened(page) < size[1] / 4
    assert (await page.locator("#replies article").first.bounding_box())["y"] < size[1] * 0.8
    assert await page.locator(".focused-status").get_attribute("aria-current") == "true"

    await page.goto(f"/@emma_c/{long_thread[0]}")
    assert await page.locator(OPENED).is_visible()
    assert await top_of_opened(page) < 110
    await expect(page.locator(".page-header")).to_be_in_viewport(ratio=1)


async def test_nothing_moves_while_a_conversation_opens_and_back_returns_to_the_place(open_page, long_thread):
    reader = await open_page("cyrille", size=PHONE)
    await reader.page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach((one) => (window.moved += one.value)))"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    page = await reader.visit(f"/@emma_c/{long_thread[30]}")
    await page.wait_for_timeout(300)
    assert await page.evaluate("window.moved") < 0.01
    await expect(page.locator(OPENED)).to_be_focused()

    await page.locator(f"#s{long_thread[10]}").scroll_into_view_if_needed()
    await page.wait_for_timeout(100)
    before = await page.evaluate("scrollY")
    await page.locator(f"#s{long_thread[10]} .permalink").click()
    await expect(page.locator(f"{OPENED}#s{long_thread[10]}")).to_be_in_viewport(ratio=1)
    await page.go_back()

    await expect(page.locator(f"{OPENED}#s{long_thread[30]}")).to_be_attached()
    await page.wait_for_timeout(300)
    assert abs(await page.evaluate("scrollY") - before) < 5


@EVERY_BROWSER
async def test_a_tap_on_the_text_of_a_post_opens_it_and_links_and_buttons_stay_themselves(open_page, long_thread, has_scripts):
    reader = await open_page("cyrille", java_script_enabled=has_scripts, **BY_FINGER)
    page = await reader.visit("/@emma_c/with_replies")
    chosen = page.locator(f"#s{long_thread[33]}")

    await chosen.locator(".avatar img").tap()
    await expect(page).to_have_url(re.compile("/@emma_c$"))
    await page.go_back()
    await chosen.locator(".favourite").tap()
    await expect(chosen.locator(".favourite")).to_have_attribute("aria-pressed", "true")
    await chosen.locator(".favourite").tap()
    await expect(chosen.locator(".favourite")).to_have_attribute("aria-pressed", "false")
    await chosen.locator(".more").tap()
    await expect(chosen.locator(".menu")).to_be_visible()
    await page.keyboard.press("Escape")
    text = await chosen.locator(".body").bounding_box()
    await page.touchscreen.tap(text["x"] + 40, text["y"] + 12)

    await expect(page).to_have_url(re.compile(f"/@emma_c/{long_thread[33]}"))
    await expect(page.locator(OPENED)).to_be_in_viewport(ratio=1)


@EVERY_BROWSER
async def test_a_mouse_selects_the_text_of_a_post_and_opens_it_beside_the_text(open_page, long_thread, has_scripts):
    reader = await open_page("cyrille", java_script_enabled=has_scripts)
    page = await reader.visit("/@emma_c/with_replies")
    chosen = page.locator(f"#s{long_thread[33]}")

    await chosen.locator(".body").dblclick(position={"x": 20, "y": 10})
    await expect(page).to_have_url(re.compile("/with_replies$"))
    await chosen.click(position={"x": 30, "y": 90})

    await expect(page).to_have_url(re.compile(f"/@emma_c/{long_thread[33]}"))


async def test_a_post_is_one_link_for_the_keyboard(open_page, long_thread):
    reader = await open_page("cyrille")
    page = await reader.visit("/@emma_c/with_replies")
    chosen = page.locator(f"#s{long_thread[33]}")

    links = await chosen.locator(f"a[href*='/{long_thread[33]}']:visible").all()

    assert [await one.get_attribute("class") for one in links] == ["permalink"]


@EVERY_BROWSER
async def test_the_reply_form_of_a_conversation_is_one_line_until_it_is_opened(open_page, long_thread, has_scripts):
    reader = await open_page("pepe_jo", size=PHONE, java_script_enabled=has_scripts)
    page = await reader.visit(f"/@emma_c/{long_thread[2]}")
    text = f"Je réponds {uuid4().hex[:6]}"
    await expect(page.locator("#status")).to_be_hidden()
    assert (await page.locator(".replying").bounding_box())["height"] < 80

    await page.locator(".replying > summary").click()
    await page.locator("#status").fill(f"@emma_c {text}")
    await page.locator("form.composer .button").click()

    await expect(page.locator(".replies")).to_contain_text(text)
    assert await reader.accessibility_violations() == [] if has_scripts else True


async def test_reply_under_the_opened_post_and_its_key_open_the_form(open_page, long_thread):
    reader = await open_page("cyrille")
    page = await reader.visit(f"/@emma_c/{long_thread[30]}")

    await page.keyboard.press("r")
    await expect(page.locator("#status")).to_be_focused()
    await page.keyboard.type("un brouillon")
    await page.wait_for_timeout(500)
    await page.reload()

    await expect(page.locator("#status")).to_be_visible()
    await expect(page.locator("#status")).to_have_value(re.compile("un brouillon"))


async def test_a_key_that_is_pressed_before_the_script_of_the_keys_has_come_is_not_lost(open_page, long_thread):
    reader = await open_page("cyrille")
    has_pressed = asyncio.Event()

    async def bring_late(route):
        await has_pressed.wait()
        await route.continue_()

    await reader.page.route("**/static/keys.js*", bring_late)
    page = await reader.visit(f"/@emma_c/{long_thread[30]}")
    await page.keyboard.press("r")
    has_pressed.set()

    await expect(page.locator("#status")).to_be_focused()


@EVERY_BROWSER
async def test_a_tap_on_a_group_of_notifications_opens_the_post(open_page, has_scripts):
    reader = await open_page("cyrille", java_script_enabled=has_scripts, **BY_FINGER)
    page = await reader.visit("/notifications?read=1")
    group = page.locator(".notification.of-favourite.unread", has_text="autres").first
    await group.scroll_into_view_if_needed()
    text = await group.locator(".quoted").bounding_box()

    await page.touchscreen.tap(text["x"] + 20, text["y"] + 20)

    await expect(page).to_have_url(re.compile(r"/@cyrille/\d+"))
    await page.go_back()
    await page.locator(".notification.of-favourite a", has_text="autres").first.click()
    await expect(page).to_have_url(re.compile(r"/@cyrille/\d+/favourites$"))


@pytest.mark.thorough
async def test_groups_of_notifications_are_accessible_when_new(open_page):
    reader = await open_page("cyrille")
    page = await reader.visit("/notifications?read=1")
    await expect(page.locator(".notification.unread").first).to_be_visible()

    assert await reader.accessibility_violations() == []
