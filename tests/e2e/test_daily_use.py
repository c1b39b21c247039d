"""Daily use of the pages in a browser with JavaScript."""

from math import ceil, floor
from uuid import uuid4

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def unique_text() -> str:
    return f"Il pleut sur le Danube {uuid4().hex[:8]}"


async def post(member, text):
    page = await member.visit("/")
    await page.fill("#status", text)
    await page.click("form.composer .button")
    await expect(page.locator("article.status", has_text=text)).to_be_visible()


async def test_the_counter_goes_below_zero_and_the_server_keeps_the_text(open_page):
    cyrille = await open_page("cyrille")
    page = await cyrille.visit("/")

    await page.fill("#status", "é" * 143)
    await expect(page.locator(".characters-left")).to_have_text("−3")
    await page.click("form.composer .button")

    await expect(page.locator("#status-error")).to_have_text("Trop long de 3 caractères")
    await expect(page.locator("#status")).to_have_value("é" * 143)
    await expect(page.locator(".characters-left")).to_have_text("−3")


async def test_the_counter_counts_links_and_opening_mentions_like_the_server(open_page):
    cyrille = await open_page("cyrille")
    page = await cyrille.visit("/@Marievh")

    await page.locator("article.status .reply").first.click()
    await page.locator("#status").press_sequentially("https://example.org/a/very/long/path?that=counts&twenty=three")

    await expect(page.locator(".characters-left")).to_have_text(str(140 - 23))


async def test_a_post_is_announced_in_another_browser_and_opened_there(open_page):
    cyrille, marie = await open_page("cyrille"), await open_page("Marievh")
    page, text = await marie.visit("/"), unique_text()
    await page.wait_for_timeout(500)

    await post(cyrille, text)
    await expect(page.locator("#new")).to_have_text("1 nouveau gazouillis", timeout=2000)
    await page.evaluate("window.isTheSame = true")
    await page.click("#new")

    await expect(page.locator("#feed > li").first).to_contain_text(text)
    await expect(page.locator("#new")).to_be_hidden()
    assert await page.evaluate("window.isTheSame")


async def test_ones_own_post_is_not_announced_where_it_was_written(open_page):
    cyrille = await open_page("cyrille")

    await post(cyrille, unique_text())
    await cyrille.page.wait_for_timeout(800)

    await expect(cyrille.page.locator("#new")).to_be_hidden()


async def test_a_favourite_is_toggled_without_a_reload(open_page):
    cyrille = await open_page("cyrille")
    page = await cyrille.visit("/@nico_pest")
    star = page.locator("article.status .favourite").first
    before = await star.get_attribute("aria-pressed")
    await page.evaluate("window.isTheSame = true")

    await star.click()
    await expect(star).to_have_attribute("aria-pressed", "false" if before == "true" else "true")
    await star.click()
    await expect(star).to_have_attribute("aria-pressed", before)

    assert await page.evaluate("window.isTheSame")


async def test_an_account_is_followed_without_a_reload(open_page):
    emma = await open_page("emma_c")
    page = await emma.visit("/@olive")
    await page.evaluate("window.isTheSame = true")

    await page.click(".profile-actions .relation .button")
    await expect(page.locator(".profile-actions .relation .button")).to_contain_text("Unfollow")

    assert await page.evaluate("window.isTheSame")


async def test_a_mention_is_counted_in_the_other_browser(open_page):
    zsofi, tom = await open_page("zsofi"), await open_page("tom_w")
    await zsofi.visit("/notifications")
    page = await zsofi.visit("/")
    await expect(page.locator("#unread")).to_be_hidden()

    await post(tom, f"@zsofi {unique_text()}")

    await expect(page.locator("#unread")).to_contain_text("1", timeout=3000)


async def test_a_lost_stream_is_announced_and_catches_up(open_page):
    cyrille, marie = await open_page("cyrille"), await open_page("Marievh")
    page, text = await marie.visit("/"), unique_text()
    await page.wait_for_timeout(300)

    await page.context.set_offline(True)
    await post(cyrille, text)
    await page.context.set_offline(False)

    await expect(page.locator("#new")).to_contain_text("nouveau", timeout=15_000)
    marie.faults = [fault for fault in marie.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


async def press_until_focused(page, key, target):
    """The shortcuts of the keyboard are loaded after the page."""
    for _ in range(100):
        await page.keyboard.press(key)
        if await target.evaluate("one => one === document.activeElement"):
            return
        await page.wait_for_timeout(100)


async def test_the_keyboard_suffices(open_page):
    cyrille = await open_page("cyrille")
    page = await cyrille.visit("/local")

    first, second = page.locator("article.status").nth(0), page.locator("article.status").nth(1)
    await press_until_focused(page, "j", first)
    await page.keyboard.press("j")
    await expect(second).to_be_focused()
    star = second.locator(".favourite")
    before = await star.get_attribute("aria-pressed")
    await page.keyboard.press("f")
    await expect(star).to_have_attribute("aria-pressed", "false" if before == "true" else "true")
    await page.keyboard.press("o")

    await page.wait_for_url("**/@*/*")


async def test_a_post_is_edited_and_deleted(open_page):
    cyrille, text = await open_page("cyrille"), unique_text()
    await post(cyrille, text)
    page = cyrille.page

    own_status = page.locator("article.status", has_text=text)
    await own_status.locator(".more").click()
    await own_status.get_by_role("link", name="Modifier").click()
    await page.fill("#status", f"{text} encore")
    await page.click("form.composer .button")
    await expect(page.locator(".focused-status")).to_contain_text(f"{text} encore")
    await page.locator(".focused-status .more").click()
    await page.locator(".focused-status .menu").get_by_role("button", name="Supprimer").click()
    await page.locator("#confirm").get_by_role("button", name="Supprimer").click()

    await expect(page.locator(".flash")).to_contain_text("supprimé")


async def test_stacked_diacritics_stay_inside_their_element(open_page):
    """The rest of the page looks as if they were not there."""
    cyrille, stacked, mark = await open_page("cyrille"), "e" + "\u0301" * 40 + "\u0323" * 40, unique_text()
    await post(cyrille, f"{stacked} {mark}")
    page, status = cyrille.page, cyrille.page.locator("article.status", has_text=mark)
    await status.locator(".author b").evaluate("(one, name) => { one.textContent = name }", stacked)

    for drawn, place in ((".body p", ".body"), (".author b", ".head")):
        box = await status.locator(place).bounding_box()
        above = {"x": box["x"], "y": floor(box["y"]) - 30, "width": 300, "height": 30}
        below = above | {"y": ceil(box["y"] + box["height"]), "height": 40}
        before = [await page.screenshot(clip=clip) for clip in (above, below)]
        await status.locator(drawn).evaluate("one => { one.style.visibility = 'hidden' }")
        assert [await page.screenshot(clip=clip) for clip in (above, below)] == before


@pytest.mark.parametrize(
    ("zone", "written", "shown"),
    [
        ("Pacific/Auckland", ("1 janv. 2020", "1 janvier 2020", "janvier 2020"), "1 janvier 2020"),
        ("Europe/Paris", ("31 déc. 2019", "31 décembre 2019", "décembre 2019"), "31 décembre 2019"),
        ("America/Lima", ("31 déc. 2019", "31 décembre 2019", "décembre 2019"), "31 décembre 2019"),
    ],
)
async def test_a_day_and_its_tooltip_are_those_of_the_readers_zone(open_page, zone, written, shown):
    page = await (await open_page(timezone_id=zone)).visit("/about")

    seen = await page.evaluate("""async () => {
        const { localizeTimes } = await import(document.querySelector("script[src*='/app.js']").src.replace("app.js", "times.js"));
        const said = document.createElement("p"), at = 'datetime="2019-12-31T20:00:00Z"';
        said.innerHTML = `<time ${at} title="x">x</time><time ${at} data-day="day">x</time><time ${at} data-day="month">x</time>`;
        document.querySelector("main").append(said);
        localizeTimes(said);
        return [...said.children].map(time => [time.textContent, time.title]);
    }""")

    assert tuple(text for text, _title in seen) == written
    assert seen[0][1].startswith(shown)
