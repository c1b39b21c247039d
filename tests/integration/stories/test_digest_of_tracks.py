"""Tracks that notify once a day: at 18:00 where one lives, of what one may see, once."""

from datetime import UTC, datetime

import pytest

from gazouillis.accounts.quiet_hours import QuietHours
from gazouillis.search.tracks.digest import is_due, send_digests
from tests.support.browser import Browser, text
from tests.support.page import read

TRACKS = "/api/gazouillis/v1/tracks"


@pytest.fixture
async def browser(running_site, alice, clock):
    """It is Friday, 10:00 UTC."""
    clock.advance(hours=-8)
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    return browser


async def tracks(person, query):
    return await person.post(TRACKS, query=query, delivery="daily")


async def told(running_site, alice, clock, **span):
    """How many digests Alice has after this time, of which there can only be one, and whether it came now."""
    before = await alice.notifications(types=["track_digest"])
    clock.advance(**span)
    await running_site.run_until_idle()
    await send_digests(running_site.site)
    await running_site.run_until_idle()
    after = await alice.notifications(types=["track_digest"])
    assert len(after) <= 1
    return after != before


async def shown(browser):
    return read(await browser.reads("/tracks/digest"))


async def test_one_notification_a_day_tells_of_all_that_was_said(running_site, browser, alice, bob, clock):
    await tracks(alice, "orage")
    await tracks(alice, "lyon")
    await alice.post(TRACKS, query="neige")
    for said in ("un orage", "un orage à Lyon", "la neige", "rien"):
        await bob.posts(said)
    assert not await told(running_site, alice, clock, hours=1)

    assert await told(running_site, alice, clock, hours=7.5)

    assert await shown(browser) == ["un orage à Lyon", "un orage"]
    page = await browser.reads("/notifications")
    assert "Something that you track was said since yesterday" in text(page)
    assert 'href="/tracks/digest"' in page.text
    assert not await told(running_site, alice, clock, hours=1)


async def test_each_post_is_told_of_once_and_none_is_left_out(running_site, browser, alice, bob, clock):
    await tracks(alice, "orage")
    await bob.posts("orage 1")
    assert await told(running_site, alice, clock, hours=8.5)
    await bob.posts("orage 2")
    clock.advance(hours=12)
    await bob.posts("orage 3")
    assert await told(running_site, alice, clock, hours=12.5)

    assert await shown(browser) == ["orage 3", "orage 2"]
    assert not await told(running_site, alice, clock, hours=24)
    assert await shown(browser) == ["orage 3", "orage 2"]
    await bob.posts("orage 4")
    assert await told(running_site, alice, clock, hours=24)
    assert await shown(browser) == ["orage 4"]


async def test_what_one_may_not_see_is_no_digest(running_site, browser, alice, bob, carol, clock):
    await tracks(alice, "orage")
    await carol.client.patch("/api/gazouillis/v1/limits", json={"who_may_track": "nobody"})
    await carol.posts("un orage")
    gone = await bob.posts("un orage")
    await running_site.run_until_idle()
    await bob.deletes(gone)

    assert not await told(running_site, alice, clock, hours=8.5)


@pytest.mark.parametrize("change", ["edits", "deletes", "narrows", "blocks", "refuses"])
async def test_the_page_shows_what_one_may_see_now(running_site, browser, alice, bob, carol, clock, change):
    await tracks(alice, "orage")
    said = await bob.posts("un orage")
    await carol.posts("deux orages")
    assert await told(running_site, alice, clock, hours=8.5)
    assert await shown(browser) == ["deux orages", "un orage"]
    match change:
        case "edits":
            await bob.edits(said, "du soleil")
        case "deletes":
            await bob.deletes(said)
        case "narrows":
            await bob.narrows(said, "unlisted")
        case "blocks":
            await bob.blocks(alice)
        case "refuses":
            await bob.client.patch("/api/gazouillis/v1/limits", json={"who_may_track": "nobody"})
    await running_site.run_until_idle()

    assert await shown(browser) == ["deux orages"]


async def test_quiet_hours_are_waited_for(running_site, browser, alice, bob, clock):
    await browser.sends("/settings/limits", quiet_from="17:00", quiet_to="21:00", time_zone="Europe/Paris")
    await tracks(alice, "orage")
    await bob.posts("un orage")

    assert not await told(running_site, alice, clock, hours=9)
    assert await told(running_site, alice, clock, hours=1.5)


async def test_it_is_chosen_on_the_page_of_a_track(running_site, browser, alice, bob, clock):
    track = await alice.post(TRACKS, query="orage")
    page = f"/tracks/{track['id']}"
    assert "Notify me once a day" in text(await browser.reads(page))
    await browser.sends(page, part="delivery", delivery="daily")
    assert "The last day" in text(await browser.reads(page))
    assert "notifies you once a day" in text(await browser.reads("/tracks"))
    assert (await browser.sends(page, part="delivery", delivery="pigeon")).status_code == 404
    await bob.posts("un orage")
    await browser.sends("/tracks/off")

    assert not await told(running_site, alice, clock, hours=9)


async def test_an_app_that_does_not_know_digests_gets_none(running_site, browser, alice, bob, clock):
    await tracks(alice, "orage")
    await bob.posts("un orage")
    assert await told(running_site, alice, clock, hours=9)

    assert await alice.notifications() == []


def test_the_hour_is_that_of_the_zone_on_days_when_the_clocks_change():
    paris = QuietHours(0, 60, "Europe/Paris")
    yesterday = datetime(2026, 3, 28, 17, 5, tzinfo=UTC)
    moments = [datetime(2026, 3, 29, *time, tzinfo=UTC) for time in ((15, 59), (16, 0), (17, 0))]

    assert [is_due(paris, yesterday, one) for one in moments] == [False, True, True]
    assert [is_due(None, yesterday.replace(hour=18), one.replace(hour=one.hour + 2)) for one in moments] == [False, True, True]


def test_the_first_one_waits_for_the_evening_and_a_missed_one_is_sent_later():
    morning = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)

    assert not is_due(None, None, morning)
    assert is_due(None, None, morning.replace(hour=18))
    assert is_due(None, morning.replace(day=5, hour=9), morning)
    assert not is_due(None, morning.replace(day=5, hour=18), morning)


async def test_one_sent_soon_after_the_hour_is_not_sent_again(running_site, browser, alice, bob, clock):
    await tracks(alice, "orage")
    clock.advance(hours=12)
    await bob.posts("orage 1")
    assert await told(running_site, alice, clock, hours=20, minutes=2)
    await bob.posts("orage 2")

    assert not await told(running_site, alice, clock, minutes=30)
    assert await shown(browser) == ["orage 1"]
