"""Every page in every state that it has: axe finds no violation in light and dark, nothing scrolls sideways, and no text is cut.

`visits.py` says which pages there are, and by whom they are visited.
"""

from __future__ import annotations

import re

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.browser_page import BrowserPage, signed_in_storage
from tests.e2e.lived_in import NEWCOMER, NEWCOMERS_PASSWORD, OWNER, READER, served_lived_in
from tests.e2e.narrow_pages import too_wide_or_cut
from tests.e2e.screenshots import new_context
from tests.e2e.visits import REFUSED_OR_ASKED, VISITOR, VISITS

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

SCRIPTS = re.compile(r"/static/.*\.js")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lived_in(tmp_path_factory):
    with served_lived_in(tmp_path_factory.mktemp("lived in")) as lived_in:
        await lived_in.settle_in()
        yield lived_in


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def contexts(browser, lived_in):
    """By name, a browser in which they are signed in. Without a service worker: it would fetch what these tests replace."""
    storages = {name: await signed_in_storage(browser, lived_in.address, name) for name in (READER, OWNER)}
    storages |= {NEWCOMER: await signed_in_storage(browser, lived_in.address, NEWCOMER, NEWCOMERS_PASSWORD), VISITOR: None}
    return {
        name: await new_context(browser, lived_in.address, storage_state=storage, service_workers="block")
        for name, storage in storages.items()
    }


@pytest_asyncio.fixture(loop_scope="session")
async def open_visit(lived_in, contexts):
    opened = []

    async def open_visit(visit):
        page = BrowserPage(await contexts[visit.who].new_page())
        opened.append(page)
        if visit.answers:
            await page.page.route(SCRIPTS, lambda route: route.fulfill(body="", content_type="text/javascript"))
        answer = await page.page.goto(visit.path.format_map(lived_in.paths))
        if visit.answers:
            await page.page.evaluate("for (const form of document.forms) form.noValidate = true")
            async with page.page.expect_navigation():
                await page.page.locator(visit.answers).first.dispatch_event("click")
        assert answer.status < 500
        if visit.heading:
            await expect(page.page.locator("h1")).to_contain_text(visit.heading)
        return page

    yield open_visit
    for page in opened:
        await page.page.close()
    assert [fault for page in opened for fault in page.faults] == []


@pytest.mark.parametrize("route", VISITS)
async def test_every_page_is_accessible_and_fits_narrow_screens(open_visit, route):
    faults = {}
    for visit in VISITS[route]:
        page = await open_visit(visit)
        faults[visit] = await too_wide_or_cut(page.page) + await page.accessibility_violations()

    assert {visit: found for visit, found in faults.items() if found} == {}


@pytest.mark.parametrize("visit", REFUSED_OR_ASKED, ids=lambda visit: f"{visit.path} {visit.answers}")
async def test_the_answer_to_a_form_is_accessible(open_visit, visit):
    page = await open_visit(visit)

    await expect(page.page.locator(".wrong:not([hidden]), .flash, form.confirmation, [name=confirmed]").first).to_be_attached()
    assert await too_wide_or_cut(page.page) + await page.accessibility_violations() == []


async def test_the_pages_of_a_new_server_are_accessible(open_browser, owners_link):
    owner = await open_browser()
    faults = {}
    for path in ("/", "/local", "/directory", "/about", "/search?q=somebody", owners_link):
        page = await owner.visit(path)
        faults[path] = await too_wide_or_cut(page) + await owner.accessibility_violations()

    assert {path: found for path, found in faults.items() if found} == {}
