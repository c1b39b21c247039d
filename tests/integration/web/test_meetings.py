"""The pages of meetings and coffees, without a script; and the files and the feed for calendars."""

import re

import pytest
from icalendar import Calendar

from tests.support.browser import Browser, leads_to, text
from tests.support.meetings import MEETINGS, answers, plans, proposes
from tests.support.stays import BUDAPEST, lives, stays

TYPED = {
    **{"title": "Twunch", "place": "Budapest", "starts_at": "2026-03-11T12:30", "minutes": "90", "seats": "2"},
    **{"spot": "Café New York", "about": "Les nouveaux <b>aussi</b>", "audience": "followers"},
}
COFFEE = {"with": "bob", "place": "Budapest", "starts_at": "2026-03-11T10:00", "minutes": "60", "spot": "Ruszwurm", "about": ""}


@pytest.fixture
async def browser(running_site, alice):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    return browser


@pytest.fixture
async def bobs(running_site, bob):
    browser = Browser(running_site)
    await browser.was_signed_in("bob")
    return browser


async def events(client, path):
    response = await client.get(path)
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, "text/calendar"), path
    return Calendar.from_ical(response.content).walk("VEVENT")


async def test_a_meeting_is_planned_in_two_steps_changed_and_cancelled(running_site, browser, bobs, alice, bob):
    await bob.follows(alice)
    preview = await browser.sends("/meetings/new", **TYPED)
    assert "1 person" in text(preview)
    assert await alice.get(MEETINGS) == []
    assert "&lt;b&gt;aussi" in preview.text

    again = await browser.sends("/meetings/new", **TYPED, step="change")
    assert 'value="Café New York"' in again.text
    path = leads_to(await browser.sends("/meetings/new", **TYPED, step="publish"))
    [meeting] = await alice.get(MEETINGS)
    assert (path, meeting["starts_at"], meeting["ends_at"]) == (
        *(f"/meetings/{meeting['id']}", "2026-03-11T11:30:00.000Z"),
        "2026-03-11T13:00:00.000Z",
    )
    assert leads_to(await browser.sends("/meetings/new", **TYPED, step="publish")) == path

    assert "Wed 11 Mar 2026, 12:30–14:00" in text(await bobs.reads(path))
    assert "Café New York" not in (await bobs.reads(path)).text
    assert leads_to(await bobs.sends(f"{path}/answer", answer="yes")) == path
    page = await bobs.reads(path)
    assert "Café New York" in page.text
    assert 'href="/messages/new?to=%40alice"' in page.text
    assert "Twunch" in text(await bobs.reads("/meetings"))
    assert "Twunch" in text(await bobs.reads(f"/places/{BUDAPEST}"))

    assert 'value="2026-03-11T12:30"' in (await browser.reads(f"{path}/edit")).text
    assert leads_to(await browser.sends(f"{path}/edit", **TYPED | {"title": "Twunch du Danube"})) == path
    assert "changed a meeting" in text(await _notifications(running_site, bobs))
    assert "their calendars" in text(await browser.sends(f"{path}/cancel"))
    assert leads_to(await browser.sends(f"{path}/cancel", confirmed="yes")) == path
    assert "cancelled" in text(await bobs.reads(path))
    assert "Twunch" not in text(await bobs.reads(f"/places/{BUDAPEST}"))
    assert (await browser.reads(f"{path}/edit")).status_code == 404


async def test_the_lists_of_meetings_go_on_on_other_pages(running_site, browser, bobs, alice, bob, carol):
    await bob.follows(alice)
    await bob.follows(carol)
    planned = []
    for number in range(23):
        organizer = carol if number % 10 == 0 else alice
        planned.append(await plans(organizer, title=f"twunch {number:02}", starts_at=f"2026-03-{10 + number % 9}T12:30"))
        if organizer is carol:
            await answers(alice, planned[-1], "yes")
    await answers(bob, planned[0], "yes")

    first = await browser.reads("/meetings")
    second = await browser.reads(_onward(first))
    assert [one.text.count('<article class="meeting') for one in (first, second)] == [20, 3]
    assert 'href="/meetings"' in second.text.split("<main")[1]
    of_bob = await bobs.reads("/meetings")
    others = await bobs.reads(_onward(of_bob))
    town = await bobs.reads(_onward(await bobs.reads(f"/places/{BUDAPEST}")))
    assert [one.text.count('<article class="meeting') for one in (of_bob, others, town)] == [21, 3, 3]
    for wrong in ("x", "1-x", "-", "%00"):
        assert (await browser.reads(f"/meetings?mine={wrong}&to_come={wrong}")).text.count('<article class="meeting') == 20

    running_site.clock.advance(days=14)
    past = await browser.reads("/meetings/past")
    older = await browser.reads(_onward(past))
    assert [one.text.count('<article class="meeting') for one in (past, older)] == [20, 3]
    assert 'rel="prev"' in older.text
    assert "twunch 00" in (await bobs.reads("/meetings/past")).text
    assert "twunch 01" not in (await bobs.reads("/meetings/past")).text


def _onward(page):
    return re.search(r'rel="next" href="([^"]+)"', page.text)[1].replace("&amp;", "&")


async def test_the_second_step_names_who_is_there_and_not_invited(browser, alice, bob, carol, mallory):
    """Bob follows Alice and lives there; Carol stays there on that day, Mallory the day after."""
    await bob.follows(alice)
    await lives(bob, BUDAPEST)
    await stays(carol, BUDAPEST, "2026-03-11", "2026-03-12")
    await stays(mallory, BUDAPEST, "2026-03-12", "2026-03-13")
    preview = (await browser.sends("/meetings/new", **TYPED)).text
    not_invited = preview[preview.index("not invited") : preview.index("Publish it")]

    assert [name for name in ("bob", "carol", "mallory") if f'href="/@{name}"' in not_invited] == ["carol"]
    assert "not invited" not in (await browser.sends("/meetings/new", **TYPED | {"audience": "everyone"})).text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": ""}, "title"),
        ({"place": "Nowhereville"}, "place"),
        ({"place": "France"}, "place"),
        ({"place": ""}, "place"),
        ({"starts_at": "2026-03-29T02:30", "place": "Lyon"}, "starts_at"),
        ({"seats": "x"}, "seats"),
        ({"minutes": ""}, "minutes"),
        ({"audience": ""}, "audience"),
    ],
)
@pytest.mark.parametrize("step", ["preview", "publish"])
async def test_a_form_that_is_refused_comes_back_with_what_was_typed(browser, alice, fields, field, step):
    answer = await browser.sends("/meetings/new", **TYPED | fields, step=step)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Les nouveaux &lt;b&gt;aussi" in answer.text
    assert await alice.get(MEETINGS) == []


async def test_a_coffee_is_proposed_moved_and_accepted(running_site, browser, bobs, alice, bob):
    assert 'href="/meetings/coffee?with=bob"' in (await browser.reads("/@bob")).text
    assert "Propose a coffee to" in text(await browser.reads(f"/meetings/coffee?with=bob&place={BUDAPEST}"))
    path = leads_to(await browser.sends("/meetings/coffee", **COFFEE))
    assert leads_to(await browser.reads("/meetings/coffee?with=bob")) == path
    assert leads_to(await bobs.reads("/meetings/coffee?with=alice")) == path
    assert (await browser.sends("/meetings/coffee", **COFFEE)).status_code == 422

    told = await _notifications(running_site, bobs)
    assert "proposes a coffee" in text(told)
    assert f'href="{path}">Read it and answer' in told.text
    page = await bobs.reads(path)
    assert "Accept" in text(page)
    assert "Accept" not in text(await browser.reads(path))
    wrong = await bobs.sends(f"{path}/another-time", starts_at="2026-03-01T10:00", minutes="60", about="le matin")
    assert wrong.status_code == 422
    assert "le matin" in wrong.text
    assert leads_to(await bobs.sends(f"{path}/another-time", starts_at="2026-03-12T10:00", minutes="60", spot="Gerbeaud")) == path
    assert leads_to(await browser.sends(f"{path}/answer", answer="yes")) == path
    assert "agreed" in text(await bobs.reads(path))
    assert leads_to(await bobs.sends(f"{path}/cancel", confirmed="yes")) == path


async def test_what_is_unknown_or_of_others_is_not_found(browser, running_site, alice, bob, carol):
    await proposes(bob, carol)
    [coffee] = await bob.get(MEETINGS)
    meeting = await plans(bob)
    paths = [f"/meetings/{one}{tail}" for one in ("1", "x", "0x1", "9" * 20, coffee["id"]) for tail in ("", ".ics", "/edit")]
    for path in (*paths, f"/meetings/{meeting['id']}/edit", "/meetings/coffee?with=nobody", "/meetings/coffee?with=alice"):
        assert (await browser.reads(path)).status_code == 404, path
    for path in ("answer", "another-time", "cancel", "edit"):
        assert (await browser.sends(f"/meetings/{coffee['id']}/{path}", answer="yes", confirmed="yes")).status_code == 404, path
    assert (await browser.sends(f"/meetings/{meeting['id']}/cancel", confirmed="yes")).status_code == 404


async def test_visitors_are_asked_to_sign_in(running_site, alice):
    meeting = await plans(alice)
    visitor = Browser(running_site)
    answered = [await visitor.reads("/meetings"), await visitor.reads("/meetings/new"), await visitor.sends("/meetings/new", **TYPED)]

    assert all(leads_to(one).startswith("/sign-in") or "Sign in" in text(one) for one in answered)
    page = await visitor.reads(f"/meetings/{meeting['id']}")
    assert "Sign in" in text(page)
    assert "Café New York" not in page.text


class TestCalendars:
    async def test_a_file_has_the_moment_in_utc_and_the_place_for_who_comes(self, browser, bobs, alice, bob):
        meeting = await plans(alice, title="Pique-nique, \\ ; et\nle reste", about="ligne\nligne")
        path = f"/meetings/{meeting['id']}.ics"
        content = (await browser.client.get(path)).content
        assert b"DTSTART:20260311T113000Z" in content
        assert b"VTIMEZONE" not in content
        assert max(map(len, content.split(b"\r\n"))) <= 75

        [mine], [theirs] = await events(browser.client, path), await events(bobs.client, path)
        assert (str(mine["summary"]), str(mine["status"]), int(mine["sequence"])) == ("Pique-nique, \\ ; et le reste", "CONFIRMED", 0)
        assert str(mine["location"]).startswith("Café New York, Budapest")
        assert (str(theirs["status"]), str(theirs["location"]).startswith("Budapest")) == ("TENTATIVE", True)
        assert mine["uid"] == theirs["uid"]

    async def test_what_changes_grows_and_what_is_cancelled_stays_as_cancelled(self, browser, alice):
        meeting = await plans(alice)
        [before] = await events(browser.client, f"/meetings/{meeting['id']}.ics")
        await alice.client.patch(f"{MEETINGS}/{meeting['id']}", json={"starts_at": "2026-03-12T12:30"})
        await alice.client.patch(f"{MEETINGS}/{meeting['id']}", json={"starts_at": "2026-03-12T12:30"})
        [changed] = await events(browser.client, f"/meetings/{meeting['id']}.ics")
        await alice.client.delete(f"{MEETINGS}/{meeting['id']}")
        [cancelled] = await events(browser.client, f"/meetings/{meeting['id']}.ics")

        assert [int(one["sequence"]) for one in (before, changed, cancelled)] == [0, 1, 2]
        assert cancelled["uid"] == before["uid"]
        assert str(cancelled["status"]) == "CANCELLED"

    async def test_a_private_address_follows_ones_meetings_until_it_is_replaced(self, browser, running_site, alice, bob, carol):
        await plans(alice, title="mine")
        await answers(alice, await plans(bob, title="theirs"), "yes")
        await plans(bob, title="not mine")
        await proposes(carol, alice)
        assert leads_to(await browser.sends("/meetings/feed")) == "/meetings#calendar"
        first, calendar = await _feed(browser), running_site.client()

        assert sorted(str(one["summary"]) for one in await events(calendar, first)) == ["Coffee with carol", "mine", "theirs"]
        response = await calendar.get(first)
        assert (response.headers["referrer-policy"], response.headers["cache-control"]) == ("no-referrer", "private, no-cache")
        assert (await calendar.get(first, headers={"if-none-match": response.headers["etag"]})).status_code == 304
        assert (await browser.sends("/meetings/feed")).status_code == 200
        await browser.sends("/meetings/feed", confirmed="yes")
        assert [(await calendar.get(one)).status_code for one in (first, await _feed(browser))] == [404, 200]
        for wrong in ("x", "1-x", f"{bob.id}-", "9" * 30, "%00"):
            assert (await calendar.get(f"/feeds/meetings/{wrong}")).status_code == 404, wrong


async def _notifications(running_site, browser):
    await running_site.run_until_idle()
    return await browser.reads("/notifications")


async def _feed(browser):
    return re.search(r'value="https?://[^/"]+(/feeds/meetings/[^"]+)"', (await browser.reads("/meetings")).text)[1]
