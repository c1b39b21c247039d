import re

import pytest

from gazouillis.web.pages.settings_sessions import device
from tests.support.browser import Browser, leads_to, text


async def test_sessions_are_listed_by_device_and_last_use(alices_browser):
    page = text(await alices_browser.reads("/settings/sessions"))

    assert "Firefox, Linux" in page
    assert "this one" in page


async def test_sessions_are_listed_in_french(running_site, alice):
    browser = Browser(running_site, language="fr")
    await browser.was_signed_in("alice")

    assert "Firefox, Linux" in text(await browser.reads("/settings/sessions"))


async def test_one_session_is_ended(running_site, alices_browser):
    other = await _other_browser(running_site)
    [ended] = _session_ids(await alices_browser.reads("/settings/sessions"))

    assert leads_to(await alices_browser.sends("/settings/sessions", end=ended, confirmed="yes")) == "/settings/sessions"
    assert leads_to(await other.reads("/settings/profile")).startswith("/sign-in")
    assert "This browser is signed out" in text(await alices_browser.reads("/settings/sessions"))


async def test_ending_it_twice_says_so(running_site, alices_browser):
    await _other_browser(running_site)
    [ended] = _session_ids(await alices_browser.reads("/settings/sessions"))
    await alices_browser.sends("/settings/sessions", end=ended, confirmed="yes")

    again = await alices_browser.sends("/settings/sessions", end=ended, confirmed="yes")
    assert again.status_code == 404
    assert "This session is already over" in text(again)


async def test_all_the_others_are_ended(running_site, alices_browser):
    others = [await _other_browser(running_site), await _other_browser(running_site)]
    await alices_browser.sends("/settings/sessions", end="others", confirmed="yes")

    assert [leads_to(await other.reads("/settings/profile"))[:8] for other in others] == ["/sign-in"] * 2
    assert (await alices_browser.reads("/settings/profile")).status_code == 200


async def test_nobody_ends_the_session_of_somebody_else(running_site, alices_browser, mallory):
    await _other_browser(running_site)
    [alices] = _session_ids(await alices_browser.reads("/settings/sessions"))
    malicious = Browser(running_site)
    await malicious.was_signed_in("mallory")

    assert (await malicious.sends("/settings/sessions", end=alices, confirmed="yes")).status_code == 404
    assert len(_session_ids(await alices_browser.reads("/settings/sessions"))) == 1


@pytest.mark.parametrize("end", ["", "0", "-1", "x", "²", "9" * 30, "1; drop table sessions"])
async def test_an_invalid_session_id_is_not_found(alices_browser, end):
    assert (await alices_browser.sends("/settings/sessions", end=end, confirmed="yes")).status_code == 404


async def test_an_app_is_revoked(alices_browser, alice):
    app = re.search(r'name="app" value="(\d+)"', (await alices_browser.reads("/settings/sessions")).text)[1]
    await alices_browser.sends("/settings/sessions", app=app, confirmed="yes")

    assert (await alice.client.get("/api/v1/accounts/verify_credentials")).status_code == 401
    assert 'name="app"' not in (await alices_browser.reads("/settings/sessions")).text


async def test_nobody_revokes_the_app_of_somebody_else(running_site, alices_browser, alice, mallory):
    app = re.search(r'name="app" value="(\d+)"', (await alices_browser.reads("/settings/sessions")).text)[1]
    malicious = Browser(running_site)
    await malicious.was_signed_in("mallory")
    await malicious.sends("/settings/sessions", app=app, confirmed="yes")

    assert (await alice.client.get("/api/v1/accounts/verify_credentials")).status_code == 200


async def test_a_session_in_use_is_renewed_and_an_unused_one_expires(running_site, alices_browser, clock):
    other = await _other_browser(running_site)
    clock.advance(days=60)
    await alices_browser.reads("/")
    clock.advance(days=60)

    assert (await alices_browser.client.get("/settings/profile")).status_code == 200
    assert leads_to(await other.reads("/settings/profile")).startswith("/sign-in")


async def test_visitors_are_asked_to_sign_in(visitor):
    assert leads_to(await visitor.reads("/settings/sessions")) == "/sign-in?next=/settings/sessions"
    assert leads_to(await visitor.sends("/settings/sessions", end="others", confirmed="yes")) == "/sign-in?next=/"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Lynx/2.9", "Lynx"),
        ("🐦" * 300, ""),
    ],
)
def test_a_device_is_named_by_browser_and_system(user_agent, words):
    assert device(user_agent) == words


async def _other_browser(running_site):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    return browser


def _session_ids(page):
    """The sessions that can be ended one by one."""
    return re.findall(r'name="end" value="(\d+)"', page.text)


async def test_pages_are_shown_while_the_database_is_read_only(running_site, alices_browser):
    if running_site.site.db.dialect != "sqlite":
        pytest.skip("PostgreSQL is made read-only by its operator alone")
    running_site.clock.advance(hours=1)
    running_site.site.db._writer.execute("PRAGMA query_only = 1")
    try:
        assert [(await alices_browser.reads(path)).status_code for path in ("/", "/settings/sessions", "/notifications")] == [200] * 3
        assert (await alices_browser.sends("/statuses", status="is anybody there?")).status_code == 503
    finally:
        running_site.site.db._writer.execute("PRAGMA query_only = 0")
    assert (await alices_browser.sends("/statuses", status="I am back")).status_code == 303
