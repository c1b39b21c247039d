"""A picture of the composer is turned, with a level, and cropped, before and after it has arrived: by pointer and by keyboard."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.e2e.browser_page import PHONE
from tests.e2e.test_attaching import ADD, ARRIVED, KEPT, LONG, SEND, SLOW, Network, words
from tests.integration.media.test_straightening import TILT, colours_of_the_edge, slope, tilted
from tests.support.media_files import encoded

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

STRAIGHTEN = ".upload [data-straighten]"
DIALOG = "dialog.straighten"
AREA = f"{DIALOG} canvas"
LEAST_OPAQUE = """(one) => {
  const { data } = one.getContext("2d").getImageData(4, 4, one.width - 8, one.height - 8);
  return data.reduce((least, value, at) => (at % 4 === 3 ? Math.min(least, value) : least), 255);
}"""


def photo(size=(1200, 900)):
    return {"name": "sea.jpg", "mimeType": "image/jpeg", "buffer": encoded(tilted(TILT, size), "JPEG")}


@pytest.fixture
async def composer(open_page):
    async def open_home(name, **choices):
        person = await open_page(name, **choices)
        return person, await person.visit("/")

    return open_home


async def by_keys(page, degrees):
    """Arrow keys turn by a tenth of a degree."""
    await page.focus(f"{DIALOG} [data-turn]")
    for _step in range(round(abs(degrees) * 10)):
        await page.keyboard.press("ArrowRight" if degrees > 0 else "ArrowLeft")


async def posted(page):
    """The original of the picture in the newest post."""
    await page.click(SEND)
    link = page.locator("#feed > li").first.locator("a:has(img[src*='/media/'])")
    await expect(page.locator(".file-row")).to_have_count(0, timeout=LONG)
    address = await link.get_attribute("href", timeout=LONG)
    return await (await page.request.get(address)).body()


async def test_a_picture_that_has_arrived_is_straightened_by_keyboard_and_cropped_by_hand(composer):
    cyrille, page = await composer("cyrille")
    await page.fill("#status", words())
    await page.set_input_files(ADD, photo())
    await expect(page.locator(ARRIVED)).to_be_visible(timeout=LONG)
    await page.locator(".upload textarea").fill("la mer")
    before = await page.locator(".upload > img").get_attribute("src")

    await page.focus(STRAIGHTEN)
    await page.keyboard.press("Enter")
    await expect(page.locator(DIALOG)).to_be_visible(timeout=LONG)
    await by_keys(page, TILT)
    await expect(page.locator(f"{DIALOG} output")).to_have_text("3°")
    box = await page.locator(AREA).bounding_box()
    await page.mouse.move(box["x"] + 4, box["y"] + 4)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4, steps=4)
    await page.mouse.up()
    assert await cyrille.accessibility_violations() == []
    await page.click(f"{DIALOG} [value=apply]")

    await expect(page.locator(STRAIGHTEN)).to_be_focused()
    await expect(page.locator(".upload > img")).not_to_have_attribute("src", before, timeout=LONG)
    await expect(page.locator(".upload textarea")).to_have_value("la mer")
    content = await posted(page)
    with Image.open(BytesIO(content)) as picture:
        assert picture.width < 700
        assert picture.height < 900 * 0.75
    assert abs(slope(content)) < 0.2
    assert colours_of_the_edge(content) == {"blue", "green"}


async def test_a_picture_that_is_still_being_sent_is_straightened_when_it_arrives(composer):
    cyrille, page = await composer("cyrille", size=PHONE)
    network = await Network.of(page)
    await page.fill("#status", words())
    await network.becomes(rate=SLOW)
    await page.set_input_files(ADD, photo((1000, 800)))
    await network.becomes(rate=SLOW)

    await page.click(STRAIGHTEN)
    await expect(page.locator(DIALOG)).to_be_visible(timeout=LONG)
    await by_keys(page, TILT)
    await network.becomes()
    await page.click(f"{DIALOG} [data-quarter='1']")
    await page.click(f"{DIALOG} [data-quarter='-1']")
    await page.click(f"{DIALOG} [value=apply]")

    await expect(page.locator(ARRIVED)).to_be_visible(timeout=LONG)
    content = await posted(page)
    assert abs(slope(content)) < 0.2
    assert colours_of_the_edge(content) == {"blue", "green"}
    cyrille.faults.clear()


async def test_who_cancels_keeps_the_picture_as_it_is(composer):
    _cyrille, page = await composer("cyrille")
    await page.set_input_files(ADD, photo((400, 300)))
    await expect(page.locator(ARRIVED)).to_be_visible(timeout=LONG)
    before = await page.locator(".upload > img").get_attribute("src")

    for leave in ("Escape", None):
        await page.click(STRAIGHTEN)
        await by_keys(page, -1)
        await (page.keyboard.press(leave) if leave else page.click(f"{DIALOG} .quiet.button:not([type])"))
        await expect(page.locator(DIALOG)).to_have_count(0)
        await expect(page.locator(STRAIGHTEN)).to_be_focused()

    assert await page.locator(".upload > img").get_attribute("src") == before
    await page.click("[data-remove]")
    await page.wait_for_timeout(KEPT)


async def test_the_dialog_shows_no_background_and_its_frame_obeys_the_keys(composer):
    """At any angle, no pixel of the dialog's picture is transparent."""
    cyrille, page = await composer("cyrille", size=(320, 640))
    await page.set_input_files(ADD, photo((400, 300)))
    await page.click(STRAIGHTEN, timeout=LONG)
    await expect(page.locator(DIALOG)).to_be_visible(timeout=LONG)

    for degrees in (45, -45, 12.3, 0.1):
        await page.locator(f"{DIALOG} [data-turn]").fill(str(degrees))
        least = await page.locator(AREA).evaluate(LEAST_OPAQUE)
        assert least == 255, degrees
    await page.click(f"{DIALOG} summary")
    left = page.get_by_label("Bord gauche")
    await left.focus()
    await page.keyboard.press("End")
    await expect(left).to_have_value("90")
    await expect(page.get_by_label("Bord droit")).to_have_value("100")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.keyboard.press("Escape")
    await page.click("[data-remove]")
    cyrille.faults.clear()  # the browser advises against reading a canvas so often


async def test_without_a_script_a_picture_is_turned_by_fields_and_looked_at_before_it_is_posted(open_page):
    cyrille = await open_page("cyrille", size=PHONE, java_script_enabled=False)
    page = await cyrille.visit("/compose")
    await page.fill("#status", words())
    await page.locator(".files > summary").click()
    await page.set_input_files("[name='file.1']", photo())
    await page.click(".show-files")
    await page.locator(".adjusting > summary").click()
    await page.fill("[name^='turn.']", f"{TILT:g}")
    await page.fill("[name^='cut_top.']", "10")
    await page.click(".show-files")

    preview = page.locator(".adjusting > img")
    await expect(preview).to_be_visible()
    assert abs(slope(await (await page.request.get(await preview.get_attribute("src"))).body())) < 0.3
    assert await preview.evaluate("one => one.naturalWidth") > 500
    await page.click(SEND)
    link = page.locator("#feed > li").first.locator("a:has(img[src*='/media/'])")
    content = await (await page.request.get(await link.get_attribute("href", timeout=LONG))).body()
    assert abs(slope(content)) < 0.3
