"""Rate limits of pages, by IP address; signed-in accounts are counted apart."""

import re
from datetime import timedelta

import msgspec
import pytest

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.cache.responses import RESPONSES
from gazouillis.infra.settings import read
from gazouillis.web import page_limits
from tests.support.browser import Browser, text

FEW = 60


@pytest.fixture
def settings(limited_settings):
    return msgspec.structs.replace(limited_settings, pages_per_address=FEW)


@pytest.fixture
def browser_at(running_site):
    """A browser at this address."""
    return lambda address, language="en": Browser(running_site, language, address)


async def _status_codes(browser, times, path="/about"):
    return [(await browser.client.get(path)).status_code for _ in range(times)]


async def test_visitors_of_one_address_read_so_many_pages(browser_at, clock):
    assert await _status_codes(browser_at("192.0.2.1"), FEW + 1) == [200] * FEW + [429]
    assert await _status_codes(browser_at("192.0.2.2"), 1) == [200]
    clock.advance(minutes=5)
    assert await _status_codes(browser_at("192.0.2.1"), 1) == [200]


async def test_a_network_of_64_bits_is_one_address(browser_at):
    pages = [status for number in range(FEW + 1) for status in await _status_codes(browser_at(f"2001:db8::{number:x}"), 1)]

    assert pages == [200] * FEW + [429]


@pytest.mark.parametrize("path", ["/local", "/nothing/is/here", "/sign-in", "/@nobody", "/live/public", "/oups"])
async def test_every_page_counts_cached_and_missing_ones_too(browser_at, path):
    visitor = browser_at("192.0.2.1")
    await _status_codes(visitor, FEW)

    assert await _status_codes(visitor, 2, path) == [429, 429]
    assert (await visitor.client.head(path)).status_code == 429


async def test_a_cached_response_is_counted(running_site, browser_at):
    visitor = browser_at("192.0.2.1")
    hits = running_site.site.db.cache.region(RESPONSES).hits

    assert await _status_codes(visitor, FEW + 1, "/local") == [200] * FEW + [429]
    assert running_site.site.db.cache.region(RESPONSES).hits > hits + FEW // 2


@pytest.mark.parametrize("path", ["/static/app.css", "/favicon.ico", "/avatars/alice.svg", "/robots.txt"])
async def test_files_are_not_counted(browser_at, alice, path):
    visitor = browser_at("192.0.2.1")
    await _status_codes(visitor, FEW + 1)

    assert await _status_codes(visitor, 1, path) == [200]


async def test_apps_are_counted_apart(browser_at, alice):
    visitor = browser_at("127.0.0.1")
    await _status_codes(visitor, FEW + 1)

    assert (await alice.client.get("/api/v1/timelines/home")).status_code == 200


async def test_signed_in_people_read_on_behind_an_ip_address_over_its_limit(browser_at, alice, bob):
    """And is counted for themselves, wherever they are."""
    browsers = [browser_at("192.0.2.1"), browser_at("192.0.2.1"), browser_at("192.0.2.9")]
    for browser, name in zip(browsers, ("alice", "bob", "alice"), strict=True):
        await browser.was_signed_in(name)
        await browser.reads("/")
    await _status_codes(browser_at("192.0.2.1"), FEW + 1)

    assert [await _status_codes(one, 3, path) for one in browsers for path in ("/", "/about")] == [[200] * 3] * 6


async def test_an_account_has_one_limit_from_all_ip_addresses(browser_at, alice, bob, monkeypatch):
    monkeypatch.setattr(page_limits, "READING", (msgspec.structs.replace(page_limits.PAGES, members=5),))
    first_address, second_address, bobs_browser = browser_at("192.0.2.1"), browser_at("192.0.2.2"), browser_at("192.0.2.1")
    for browser, name in ((first_address, "alice"), (second_address, "alice"), (bobs_browser, "bob")):
        await browser.was_signed_in(name)
        await browser.reads("/")
    pages = [await _status_codes(one, 3, "/") for one in (first_address, second_address)]

    assert pages[1][-1] == 429
    assert await _status_codes(bobs_browser, 3, "/") == [200] * 3


@pytest.mark.parametrize("session", ["a" * 43, "é", "", "a" * 3000])
async def test_a_made_up_session_gives_no_more_pages(browser_at, session):
    visitor = browser_at("192.0.2.1")
    statuses = [
        (await visitor.client.get("/about", headers={"Cookie": f"session={session}{number}".encode()})).status_code
        for number in range(FEW + 1)
    ]

    assert statuses == [200] * FEW + [429]


async def test_the_page_429_is_in_the_language_of_its_reader(browser_at, clock):
    visitor, french_visitor = browser_at("192.0.2.1"), browser_at("192.0.2.1", "fr")
    await _status_codes(visitor, FEW)

    page, feuille = await visitor.reads("/local"), await french_visitor.reads("/local")

    seconds = int(page.headers["retry-after"])
    ends = f"{clock.now + timedelta(seconds=seconds):%H:%M}"
    assert (page.status_code, 0 < seconds <= 300, page.headers["content-type"]) == (429, True, "text/html; charset=utf-8")
    assert re.search(rf"A little slower.*Too many requests: please wait .* until {ends} UTC", text(page), re.DOTALL)
    assert re.search(rf'lang="fr".*Trop de demandes\s: attendez .* jusqu’à {ends} UTC', text(feuille), re.DOTALL)
    assert "content-security-policy" in page.headers
    assert "set-cookie" not in page.headers


async def test_searches_have_a_lower_limit_shared_with_the_api(running_site, browser_at, alice, monkeypatch):
    monkeypatch.setattr(page_limits, "SEARCHING", (msgspec.structs.replace(page_limits.SEARCHES, visitors=2, members=3),))
    visitor, alices_browser = browser_at("192.0.2.1"), browser_at("192.0.2.1")
    await alices_browser.was_signed_in("alice")
    await alices_browser.reads("/")
    await alice.client.get("/api/v2/search?q=a")

    assert await _status_codes(visitor, 3, "/search?q=a") == [200, 200, 429]
    assert await _status_codes(alices_browser, 3, "/search?q=a") == [200, 200, 429]
    assert await _status_codes(visitor, 1) == [200]


async def test_forms_have_a_lower_limit_than_pages(browser_at, monkeypatch):
    monkeypatch.setattr(page_limits, "SENDING", (msgspec.structs.replace(page_limits.FORMS, visitors=3),))
    visitor = browser_at("192.0.2.1")
    await visitor.reads("/about")

    sent = [(await visitor.sends("/password", email="nobody")).status_code for _ in range(4)]

    assert sent == [422] * 3 + [429]
    assert (await visitor.client.post("/nowhere")).status_code == 429


async def test_limits_can_be_switched_off_for_pages_too(running_site, browser_at):
    running_site.site.settings = msgspec.structs.replace(running_site.site.settings, rate_limits="off")

    assert await _status_codes(browser_at("192.0.2.1"), FEW + 2) == [200] * (FEW + 2)


def test_a_setting_with_too_few_pages_is_refused():
    with pytest.raises(Invalid) as refused:
        read({"pages_per_address": 10}, {})

    assert refused.value.field == "pages_per_address"
