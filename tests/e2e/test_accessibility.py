"""The pages that most people see: axe finds no violation, and nothing scrolls sideways. `test_every_page` visits all pages."""

import pytest

from tests.e2e.screenshots import busiest_thread

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CORE_PATHS = ["/", "/notifications", "/@Marievh", "thread", "/search?q=budapest", "/settings/profile"]
WIDTHS = (320, 390, 768, 1280)


def core_first(paths, core=CORE_PATHS):
    """Each path as a parameter; those of `core` in the first part of the tests, the others in the second."""
    return [path if path in core else pytest.param(path, marks=pytest.mark.thorough) for path in paths]


@pytest.mark.parametrize("path", ["/", "/sign-in"])
async def test_pages_of_visitors_are_accessible(open_page, path):
    visitor = await open_page()
    await visitor.visit(path)

    assert await visitor.accessibility_violations() == []


@pytest.mark.parametrize("path", CORE_PATHS)
async def test_pages_of_members_are_accessible(open_page, path):
    member = await open_page("cyrille")
    await member.visit(await busiest_thread(member.page.context) if path == "thread" else path)

    assert await member.accessibility_violations() == []


@pytest.mark.parametrize("path", ["/", "thread"])
async def test_no_page_scrolls_sideways(open_page, path):
    member = await open_page("cyrille")
    page = await member.visit(await busiest_thread(member.page.context) if path == "thread" else path)

    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
