"""What one does with it all day, in a browser with scripts."""

from math import ceil, floor
from uuid import uuid4

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def words() -> str:
    return f"Il pleut sur le Danube {uuid4().hex[:8]}"


async def posts(eyes, text):
    page = await eyes.goes("/")
    await page.fill("#status", text)
    await page.click("form.composer .button")
    await expect(page.locator("article.status", has_text=text)).to_be_visible()


async def test_the_count_goes_below_zero_and_the_server_keeps_the_words(looks):
    cyrille = await looks("cyrille")
    page = await cyrille.goes("/")

    await page.fill("#status", "é" * 143)
    await expect(page.locator(".left")).to_have_text("−3")
    await page.click("form.composer .button")

    await expect(page.locator("#status-error")).to_have_text("Trop long de 3 caractères")
    await expect(page.locator("#status")).to_have_value("é" * 143)
    await expect(page.locator(".left")).to_have_text("−3")


async def test_the_count_knows_links_and_whom_one_answers(looks):
    cyrille = await looks("cyrille")
    page = await cyrille.goes("/@Marievh")

    await page.locator("article.status .reply").first.click()
    await page.locator("#status").press_sequentially("https://example.org/a/very/long/path?that=counts&twenty=three")

    await expect(page.locator(".left")).to_have_text(str(140 - 23))


async def test_a_post_is_announced_in_another_browser_and_opened_there(looks):
    cyrille, marie = await looks("cyrille"), await looks("Marievh")
    page, said = await marie.goes("/"), words()
    await page.wait_for_timeout(500)

    await posts(cyrille, said)
    await expect(page.locator("#new")).to_have_text("1 nouveau gazouillis", timeout=2000)
    await page.evaluate("window.isTheSame = true")
    await page.click("#new")

    await expect(page.locator("#feed > li").first).to_contain_text(said)
    await expect(page.locator("#new")).to_be_hidden()
    assert await page.evaluate("window.isTheSame")


async def test_ones_own_post_is_not_announced_where_it_was_written(looks):
    cyrille = await looks("cyrille")

    await posts(cyrille, words())
    await cyrille.page.wait_for_timeout(800)

    await expect(cyrille.page.locator("#new")).to_be_hidden()


async def test_a_star_is_given_and_taken_back_without_a_reload(looks):
    cyrille = await looks("cyrille")
    page = await cyrille.goes("/@nico_pest")
    star = page.locator("article.status .star").first
    before = await star.get_attribute("aria-pressed")
    await page.evaluate("window.isTheSame = true")

    await star.click()
    await expect(star).to_have_attribute("aria-pressed", "false" if before == "true" else "true")
    await star.click()
    await expect(star).to_have_attribute("aria-pressed", before)

    assert await page.evaluate("window.isTheSame")


async def test_somebody_is_followed_without_a_reload(looks):
    emma = await looks("emma_c")
    page = await emma.goes("/@olive")
    await page.evaluate("window.isTheSame = true")

    await page.click(".gestures .relation .button")
    await expect(page.locator(".gestures .relation .button")).to_contain_text("Unfollow")

    assert await page.evaluate("window.isTheSame")


async def test_a_mention_is_counted_in_the_other_browser(looks):
    zsofi, tom = await looks("zsofi"), await looks("tom_w")
    await zsofi.goes("/notifications")
    page = await zsofi.goes("/")
    await expect(page.locator("#unread")).to_be_hidden()

    await posts(tom, f"@zsofi {words()}")

    await expect(page.locator("#unread")).to_contain_text("1", timeout=3000)


async def test_a_lost_stream_is_told_and_catches_up(looks):
    cyrille, marie = await looks("cyrille"), await looks("Marievh")
    page, said = await marie.goes("/"), words()
    await page.wait_for_timeout(300)

    await page.context.set_offline(True)
    await posts(cyrille, said)
    await page.context.set_offline(False)

    await expect(page.locator("#new")).to_contain_text("nouveau", timeout=15_000)
    marie.faults = [fault for fault in marie.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


async def test_the_keyboard_is_enough(looks):
    cyrille = await looks("cyrille")
    page = await cyrille.goes("/local")

    await page.keyboard.press("j")
    await page.keyboard.press("j")
    second = page.locator("article.status").nth(1)
    await expect(second).to_be_focused()
    star = second.locator(".star")
    before = await star.get_attribute("aria-pressed")
    await page.keyboard.press("f")
    await expect(star).to_have_attribute("aria-pressed", "false" if before == "true" else "true")
    await page.keyboard.press("o")

    await page.wait_for_url("**/@*/*")


async def test_a_post_is_edited_and_taken_back(looks):
    cyrille, said = await looks("cyrille"), words()
    await posts(cyrille, said)
    page = cyrille.page
    page.on("dialog", lambda dialog: dialog.accept())

    mine = page.locator("article.status", has_text=said)
    await mine.locator(".more summary").click()
    await mine.get_by_role("link", name="Modifier").click()
    await page.fill("#status", f"{said} encore")
    await page.click("form.composer .button")
    await expect(page.locator(".centre")).to_contain_text(f"{said} encore")
    await page.locator(".centre .more summary").click()
    await page.locator(".centre .more").get_by_role("button", name="Supprimer").click()

    await expect(page.locator(".flash")).to_contain_text("supprimé")


async def test_stacked_marks_are_drawn_inside_the_name_and_the_text_they_belong_to(looks):
    """Around them, the page looks as if the marks were not there."""
    cyrille, stacked, mark = await looks("cyrille"), "e" + "\u0301" * 40 + "\u0323" * 40, words()
    await posts(cyrille, f"{stacked} {mark}")
    page, status = cyrille.page, cyrille.page.locator("article.status", has_text=mark)
    await status.locator(".who b").evaluate("(one, name) => { one.textContent = name }", stacked)

    for drawn, place in ((".body p", ".body"), (".who b", ".head")):
        box = await status.locator(place).bounding_box()
        above = {"x": box["x"], "y": floor(box["y"]) - 30, "width": 300, "height": 30}
        below = above | {"y": ceil(box["y"] + box["height"]), "height": 40}
        before = [await page.screenshot(clip=clip) for clip in (above, below)]
        await status.locator(drawn).evaluate("one => { one.style.visibility = 'hidden' }")
        assert [await page.screenshot(clip=clip) for clip in (above, below)] == before


@pytest.mark.parametrize(
    ("zone", "written", "told"),
    [
        ("Pacific/Auckland", ("1 janv. 2020", "1 janvier 2020", "janvier 2020"), "1 janvier 2020"),
        ("Europe/Paris", ("31 déc. 2019", "31 décembre 2019", "décembre 2019"), "31 décembre 2019"),
        ("America/Lima", ("31 déc. 2019", "31 décembre 2019", "décembre 2019"), "31 décembre 2019"),
    ],
)
async def test_a_day_and_its_tooltip_are_those_of_the_readers_zone(looks, zone, written, told):
    page = await (await looks(timezone_id=zone)).goes("/about")

    seen = await page.evaluate("""() => {
        const said = document.createElement("p"), at = 'datetime="2019-12-31T20:00:00Z"';
        said.innerHTML = `<time ${at} title="x">x</time><time ${at} data-day="day">x</time><time ${at} data-day="month">x</time>`;
        document.querySelector("main").append(said);
        said.firstChild.dispatchEvent(new CustomEvent("htmx:afterSettle", { bubbles: true }));
        return [...said.children].map(time => [time.textContent, time.title]);
    }""")

    assert tuple(text for text, _title in seen) == written
    assert seen[0][1].startswith(told)
