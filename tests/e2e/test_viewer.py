"""Photos of a post, full screen: by keyboard, by fingers, and without JavaScript."""

import pytest
from playwright.async_api import expect

from tests.e2e.browser_page import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

BOOKS = "Quatre étagères de livres de toutes les couleurs, serrés."
SHOWN = ".viewer [aria-hidden=false] .pswp__img:not(.pswp__img--placeholder)"


async def visit_photos(browser):
    """By its own address: other tests may have made cyrille post, so that it has left the first page of the profile."""
    api = browser.page.request
    account = await (await api.get("/api/v1/accounts/lookup?acct=cyrille")).json()
    posts = await (await api.get(f"/api/v1/accounts/{account['id']}/statuses?only_media=true&limit=40")).json()
    return await browser.visit(next(one["url"] for one in posts if "Bilan du jour" in one["content"]))


@pytest.fixture
def open_photos(open_page):
    """The photos of the day of cyrille, of which the second has the focus."""

    async def open_them(name="", **choices):
        page = await visit_photos(await open_page(name, **choices))
        photos = page.locator("article.status", has_text="Bilan du jour").locator(".photo")
        await photos.nth(1).focus()
        return page, photos

    return open_them


async def opened(page):
    """Waits until the viewer has appeared."""
    await expect(page.locator(".pswp--open .pswp__button--close")).to_be_visible(timeout=20_000)
    await page.wait_for_function("() => document.querySelector('.pswp__bg').style.opacity === '1'")
    await page.wait_for_timeout(400)


async def swipe(page, start, end, steps=6):
    devtools = await page.context.new_cdp_session(page)
    for step in range(steps + 1):
        x, y = (one + (other - one) * step / steps for one, other in zip(start, end, strict=True))
        await devtools.send("Input.dispatchTouchEvent", {"type": "touchMove" if step else "touchStart", "touchPoints": [{"x": x, "y": y}]})
        await page.wait_for_timeout(16)
    await devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def test_by_keyboard_photos_are_opened_told_zoomed_and_closed(open_photos):
    page, photos = await open_photos()
    address = page.url

    await page.keyboard.press("Enter")
    await opened(page)
    told, picture = page.locator(".viewer [role=status]"), page.locator(SHOWN)
    await expect(told).to_have_text(f"Image 2 sur 4. {BOOKS}")
    width = (await picture.bounding_box())["width"]
    await page.keyboard.press("+")
    await page.wait_for_timeout(500)
    assert (await picture.bounding_box())["width"] > 1.3 * width
    await page.get_by_role("button", name="ALT").click()
    await expect(page.locator(".pswp__description")).to_have_text(BOOKS)

    await page.keyboard.press("ArrowRight")
    await page.get_by_role("button", name="Image suivante").click()
    await expect(told).to_have_text("Image 4 sur 4. Image sans description")
    await expect(page.get_by_role("button", name="ALT")).to_be_hidden()
    await page.keyboard.press("Escape")

    await expect(page.locator(".viewer")).to_have_count(0)
    await expect(photos.nth(3)).to_be_focused()
    assert page.url == address
    assert await page.evaluate("history.state") is None


async def test_back_closes_the_viewer_and_stays_on_the_page(open_photos):
    page, photos = await open_photos()
    address = page.url
    for photo in (photos.nth(1), photos.first):
        await photo.click()
        await opened(page)

        await page.go_back()

        await expect(page.locator(".viewer")).to_have_count(0)
        await expect(photo).to_be_focused()
        assert page.url == address


async def test_a_swipe_shows_the_next_photo_and_one_down_closes(open_photos):
    page, photos = await open_photos(size=PHONE, has_touch=True)
    await photos.first.tap()
    await opened(page)

    await swipe(page, (330, 400), (60, 400))
    await expect(page.locator(".viewer [role=status]")).to_have_text(f"Image 2 sur 4. {BOOKS}")
    await page.wait_for_timeout(500)
    await swipe(page, (195, 350), (195, 750))

    await expect(page.locator(".viewer")).to_have_count(0)
    await expect(photos.nth(1)).to_be_focused()


async def test_the_open_viewer_is_accessible(open_page):
    viewer = await open_page()
    page = await visit_photos(viewer)
    await page.locator("article.status", has_text="Bilan du jour").locator(".photo").first.click()
    await opened(page)
    await page.get_by_role("button", name="ALT").click()

    assert await viewer.accessibility_violations() == []


async def test_a_photo_for_followers_is_shown_to_a_follower(open_page):
    page = await (await open_page("cyrille")).visit("/@LaPriss")
    await page.locator("article.status", has_text="Entre nous").locator(".photo").click()
    await opened(page)

    await page.wait_for_function(f"() => document.querySelector('{SHOWN}')?.naturalWidth === 1200")


async def test_the_viewer_is_loaded_when_it_opens(open_photos):
    page, photos = await open_photos()
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))
    await page.reload()
    assert not any("viewer" in one or "photoswipe" in one for one in loaded)

    await photos.first.click()
    await opened(page)

    assert {"viewer.js", "viewer.css", "photoswipe.js", "photoswipe.css"} <= {one.partition("?")[0].rpartition("/")[2] for one in loaded}


async def test_without_a_script_a_photo_leads_to_its_file(open_photos):
    page, photos = await open_photos(java_script_enabled=False)

    answer = await page.request.get(await photos.first.get_attribute("href"))

    assert answer.headers["content-type"] == "image/jpeg"
    assert len(await answer.body()) > 10_000
