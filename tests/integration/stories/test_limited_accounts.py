"""Limiting somebody: a degree between muting and blocking, told to nobody and taken back at any time."""

import pytest

from tests.support.browser import Browser, leads_to, text
from tests.support.page import read


@pytest.fixture
async def alices_browser(running_site, alice):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    return browser


async def test_what_a_limited_person_says_waits_and_notifies_no_more(alices_browser, alice, bob, carol):
    await bob.follows(alice)
    status = await alice.posts("hello @bob")
    await alice.notifications()
    await alice.post(f"/api/v1/accounts/{bob.id}/limit")

    reply = await bob.replies(status, "@alice me again")
    await bob.favourites(status)
    await bob.posts("@alice look")

    assert await alice.notified_of() == ["follow by bob"]
    assert (await carol.thread(status))[1] == []
    assert (await bob.thread(status))[1] == ["@alice me again"]
    assert read(await alices_browser.reads("/settings/held-replies")) == ["@alice me again"]
    await alice.post(f"/api/v1/statuses/{reply['id']}/show_reply")
    assert (await carol.thread(status))[1] == ["@alice me again"]


async def test_a_limited_person_is_told_nothing_and_goes_on_reading(alice, bob):
    await bob.follows(alice)
    before = (await bob.get("/api/v1/accounts/relationships", id=alice.id), await bob.notifications())

    await alice.post(f"/api/v1/accounts/{bob.id}/limit")
    await alice.posts("hello", visibility="private")

    assert (await bob.get("/api/v1/accounts/relationships", id=alice.id), await bob.notifications()) == before
    assert await bob.home() == ["hello"]


async def test_a_limit_is_listed_and_taken_back(alices_browser, alice, bob):
    limited = await alice.post(f"/api/v1/accounts/{bob.id}/limit")
    again = await alice.post(f"/api/v1/accounts/{bob.id}/limit")
    assert limited["limiting"] is again["limiting"] is True
    assert [one["acct"] for one in await alice.get("/api/v1/limits")] == ["bob"]
    assert "@bob" in text(await alices_browser.reads("/settings/limited"))
    assert "limited" in text(await alices_browser.reads("/@bob"))

    assert leads_to(await alices_browser.sends(f"/accounts/{bob.id}/unlimit")) == "/@bob"

    status = await alice.posts("hello")
    await bob.replies(status, "@alice hello")
    assert (await alice.notified_of())[0] == "mention by bob"
    assert await alice.get("/api/v1/limits") == []
    page = text(await alices_browser.reads("/settings/limited"))
    assert "You have limited nobody." in page
    assert '<p class="lead"><a href="/settings/limits">' in page


async def test_nobody_limits_themselves(alice):
    assert (await alice.client.post(f"/api/v1/accounts/{alice.id}/limit")).status_code == 422


async def test_distance_is_taken_for_two_weeks_by_one_button(running_site, alices_browser, alice, bob):
    await alice.follows(bob)
    assert "Take distance for two weeks" in text(await alices_browser.reads("/@bob"))

    await alices_browser.sends(f"/accounts/{bob.id}/take-distance")
    await bob.posts("hello")
    await running_site.run_until_idle()

    assert await alice.home() == []
    running_site.clock.advance(hours=14 * 24 + 1)
    await running_site.run_until_idle()
    assert await alice.home() == ["hello"]
