"""Quiet hours: what happens in them waits, is lost nowhere, and is told to nobody by itself."""

import re

import pytest

from gazouillis.infra.pubsub.channels import PubSub
from gazouillis.notifications.reactions import channel
from tests.support.browser import Browser, leads_to, text
from tests.support.query_count import recorded_queries


@pytest.fixture
async def browser(running_site, alice):
    """Alice sleeps from 19:00 to 7:00 of Paris. It is Friday evening, 18:00 UTC."""
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    saved = await browser.sends("/settings/limits", quiet_from="19:00", quiet_to="07:00", time_zone="Europe/Paris")
    assert leads_to(saved) == "/settings/limits"
    return browser


async def _counts(alice):
    return [(await alice.get(f"/api/{version}/notifications/unread_count"))["count"] for version in ("v1", "v2")]


async def test_what_happens_in_quiet_hours_waits_and_is_counted_after_them(running_site, browser, alice, bob, clock):
    await bob.posts("@alice are you asleep?")

    assert await alice.notified_of() == ["mention by bob"]
    assert await _counts(alice) == [0, 0]
    clock.advance(hours=13)
    assert await _counts(alice) == [1, 1]
    assert "are you asleep" in text(await browser.reads("/notifications"))


async def test_a_cached_page_ends_with_the_quiet_hours(browser, alice, bob, clock):
    await bob.posts("@alice are you asleep?")
    await alice.notifications()
    asleep = [await browser.reads("/local") for _ in range(2)]

    clock.advance(hours=13)

    awake = await browser.reads("/local")
    assert [_unread(page) for page in (*asleep, awake)] == [0, 0, 1]


async def test_no_stream_tells_of_it(running_site, browser, alice, bob, clock, monkeypatch):
    pubsub, told = running_site.site.the(PubSub), []
    monkeypatch.setattr(pubsub, "subscribed", lambda _topic: {alice.account_id})
    publish = pubsub.publish
    monkeypatch.setattr(pubsub, "publish", lambda *given: told.append(given[2]) or publish(*given))

    await bob.posts("@alice one")
    await running_site.run_until_idle()
    assert [channel(alice.account_id)] not in told
    clock.advance(hours=13)
    await bob.posts("@alice two")
    await running_site.run_until_idle()
    assert [channel(alice.account_id)] in told


async def test_a_page_makes_no_more_queries_in_quiet_hours(running_site, browser, alice, clock, monkeypatch):
    async def queries():
        await alice.notifications()
        await browser.reads("/notifications")
        with recorded_queries(running_site.site, monkeypatch) as made:
            await browser.reads("/notifications")
        return len(made)

    asleep = await queries()
    clock.advance(hours=13)
    assert asleep <= await queries()


async def test_hours_are_shown_again_and_taken_back(browser, alice):
    page = text(await browser.reads("/settings/limits"))
    assert 'type="time" value="19:00"' in page
    assert '<option value="Europe/Paris" selected>' in page

    await browser.sends("/settings/limits", who_may_mention="everyone")
    assert 'value="19:00"' in text(await browser.reads("/settings/limits"))
    await browser.sends("/settings/limits", quiet_from="", quiet_to="", time_zone="Europe/Paris")
    assert 'value="19:00"' not in text(await browser.reads("/settings/limits"))


async def test_bad_hours_are_refused_and_what_was_typed_stays(browser):
    page = await browser.sends("/settings/limits", quiet_from="21:15", quiet_to="", time_zone="Europe/Paris", who_may_mention="nobody")

    assert page.status_code == 422
    assert 'id="quiet_to-error"' in page.text
    assert 'value="21:15"' in page.text
    assert 'value="19:00"' in text(await browser.reads("/settings/limits"))


def _unread(page):
    """The number beside the bell."""
    return int(re.search(r'id="unread".*?data-number>([0-9]+)', page.text)[1])
