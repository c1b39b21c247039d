"""Every page, in light and in dark, on a phone and on a desktop: axe finds nothing that keeps somebody out."""

import pytest

from tests.e2e.screenshots import busiest_thread

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FOR_VISITORS = ["/", "/local", "/@cyrille", "/sign-in", "/sign-up", "/password", "/about", "/search?q=parapluie", "/nowhere/at/all"]
FOR_MEMBERS = [
    *("/", "/local", "/notifications", "/mentions", "/favourites", "/bookmarks", "/follow-requests", "/compose"),
    *("/@cyrille", "/@Marievh", "/@Marievh/with_replies", "/@Marievh/media", "/@cyrille/followers", "/@cyrille/following"),
    *("/search", "/search?q=budapest", "/search?q=xyzzy", "/tags/Budapest", "/tags/nobody", "thread"),
    *("/settings/profile", "/settings/account", "/settings/sessions", "/settings/mutes", "/settings/blocks", "/settings/site"),
]
WIDTHS = (320, 390, 768, 1280)


@pytest.mark.parametrize("path", FOR_VISITORS)
async def test_nothing_keeps_a_visitor_out(looks, path):
    visitor = await looks()
    await visitor.goes(path)

    assert await visitor.barriers() == []


@pytest.mark.parametrize("path", FOR_MEMBERS)
async def test_nothing_keeps_a_member_out(looks, path):
    member = await looks("admin" if path == "/settings/site" else "cyrille")
    await member.goes(await busiest_thread(member.page.context) if path == "thread" else path)

    assert await member.barriers() == []


@pytest.mark.parametrize("path", ["/", "/notifications", "/@Marievh", "thread", "/search?q=budapest", "/settings/profile"])
async def test_no_page_scrolls_sideways(looks, path):
    member = await looks("cyrille")
    page = await member.goes(await busiest_thread(member.page.context) if path == "thread" else path)

    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["/", "/local", "/notifications", "/@Marievh", "/compose", "thread", "/search?q=budapest"])
async def test_core_pages_are_light(looks, path):
    """30 kB without pictures and scripts, as they travel."""
    member = await looks("cyrille")
    sizes: list[int] = []

    async def weigh(request):
        if request.resource_type in {"document", "stylesheet"}:
            sizes.append((await request.sizes())["responseBodySize"])

    path = await busiest_thread(member.page.context) if path == "thread" else path
    member.page.on("requestfinished", weigh)
    await member.goes(path)
    await member.page.wait_for_timeout(100)

    assert len(sizes) >= 2
    assert sum(sizes) < 30_000
