"""Who asks for too many pages is told to wait; who shares their address and is signed in is not."""

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
def at(town):
    """A browser at this address."""
    return lambda address, language="en": Browser(town, language, address)


async def _reads(browser, times, path="/about"):
    return [(await browser.client.get(path)).status_code for _ in range(times)]


async def test_visitors_of_one_address_read_so_many_pages(at, clock):
    assert await _reads(at("192.0.2.1"), FEW + 1) == [200] * FEW + [429]
    assert await _reads(at("192.0.2.2"), 1) == [200]
    clock.advance(minutes=5)
    assert await _reads(at("192.0.2.1"), 1) == [200]


async def test_a_network_of_64_bits_is_one_address(at):
    pages = [status for number in range(FEW + 1) for status in await _reads(at(f"2001:db8::{number:x}"), 1)]

    assert pages == [200] * FEW + [429]


@pytest.mark.parametrize("path", ["/local", "/nothing/is/here", "/sign-in", "/@nobody", "/live/public", "/oups"])
async def test_every_page_counts_cached_and_missing_ones_too(at, path):
    visitor = at("192.0.2.1")
    await _reads(visitor, FEW)

    assert await _reads(visitor, 2, path) == [429, 429]
    assert (await visitor.client.head(path)).status_code == 429


async def test_a_cached_response_is_counted(town, at):
    visitor = at("192.0.2.1")
    hits = town.site.db.cache.region(RESPONSES).hits

    assert await _reads(visitor, FEW + 1, "/local") == [200] * FEW + [429]
    assert town.site.db.cache.region(RESPONSES).hits > hits + FEW // 2


@pytest.mark.parametrize("path", ["/static/app.css", "/favicon.ico", "/avatars/alice.svg", "/robots.txt"])
async def test_files_are_not_counted(at, alice, path):
    visitor = at("192.0.2.1")
    await _reads(visitor, FEW + 1)

    assert await _reads(visitor, 1, path) == [200]


async def test_apps_are_counted_apart(at, alice):
    visitor = at("127.0.0.1")
    await _reads(visitor, FEW + 1)

    assert (await alice.client.get("/api/v1/timelines/home")).status_code == 200


async def test_signed_in_people_read_on_behind_an_ip_address_over_its_limit(at, alice, bob):
    """And is counted for themselves, wherever they are."""
    browsers = [at("192.0.2.1"), at("192.0.2.1"), at("192.0.2.9")]
    for browser, name in zip(browsers, ("alice", "bob", "alice"), strict=True):
        await browser.was_signed_in(name)
        await browser.reads("/")
    await _reads(at("192.0.2.1"), FEW + 1)

    assert [await _reads(one, 3, path) for one in browsers for path in ("/", "/about")] == [[200] * 3] * 6


async def test_an_account_has_one_limit_from_all_ip_addresses(at, alice, bob, monkeypatch):
    monkeypatch.setattr(page_limits, "READING", (msgspec.structs.replace(page_limits.PAGES, members=5),))
    here, there, his = at("192.0.2.1"), at("192.0.2.2"), at("192.0.2.1")
    for browser, name in ((here, "alice"), (there, "alice"), (his, "bob")):
        await browser.was_signed_in(name)
        await browser.reads("/")
    pages = [await _reads(one, 3, "/") for one in (here, there)]

    assert pages[1][-1] == 429
    assert await _reads(his, 3, "/") == [200] * 3


@pytest.mark.parametrize("session", ["a" * 43, "é", "", "a" * 3000])
async def test_a_made_up_session_gives_no_more_pages(at, session):
    visitor = at("192.0.2.1")
    statuses = [
        (await visitor.client.get("/about", headers={"Cookie": f"session={session}{number}".encode()})).status_code
        for number in range(FEW + 1)
    ]

    assert statuses == [200] * FEW + [429]


async def test_the_page_429_is_in_the_language_of_its_reader(at, clock):
    visitor, french_visitor = at("192.0.2.1"), at("192.0.2.1", "fr")
    await _reads(visitor, FEW)

    page, feuille = await visitor.reads("/local"), await french_visitor.reads("/local")

    seconds = int(page.headers["retry-after"])
    ends = f"{clock.now + timedelta(seconds=seconds):%H:%M}"
    assert (page.status_code, 0 < seconds <= 300, page.headers["content-type"]) == (429, True, "text/html; charset=utf-8")
    assert re.search(rf"A little slower.*Too many requests: please wait .* until {ends} UTC", text(page), re.DOTALL)
    assert re.search(rf'lang="fr".*Trop de demandes\s: attendez .* jusqu’à {ends} UTC', text(feuille), re.DOTALL)
    assert "content-security-policy" in page.headers
    assert "set-cookie" not in page.headers


async def test_searches_have_a_lower_limit_shared_with_the_api(town, at, alice, monkeypatch):
    monkeypatch.setattr(page_limits, "SEARCHING", (msgspec.structs.replace(page_limits.SEARCHES, visitors=2, members=3),))
    visitor, hers = at("192.0.2.1"), at("192.0.2.1")
    await hers.was_signed_in("alice")
    await hers.reads("/")
    await alice.client.get("/api/v2/search?q=a")

    assert await _reads(visitor, 3, "/search?q=a") == [200, 200, 429]
    assert await _reads(hers, 3, "/search?q=a") == [200, 200, 429]
    assert await _reads(visitor, 1) == [200]


async def test_forms_have_a_lower_limit_than_pages(at, monkeypatch):
    monkeypatch.setattr(page_limits, "SENDING", (msgspec.structs.replace(page_limits.FORMS, visitors=3),))
    visitor = at("192.0.2.1")
    await visitor.reads("/about")

    sent = [(await visitor.sends("/password", email="nobody")).status_code for _ in range(4)]

    assert sent == [422] * 3 + [429]
    assert (await visitor.client.post("/nowhere")).status_code == 429


async def test_limits_can_be_switched_off_for_pages_too(town, at):
    town.site.settings = msgspec.structs.replace(town.site.settings, rate_limits="off")

    assert await _reads(at("192.0.2.1"), FEW + 2) == [200] * (FEW + 2)


def test_a_setting_with_too_few_pages_is_refused():
    with pytest.raises(Invalid) as refused:
        read({"pages_per_address": 10}, {})

    assert refused.value.field == "pages_per_address"
