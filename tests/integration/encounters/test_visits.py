"""Whom one meets, whom one misses by a day, and which residents hear once that somebody comes."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.browser import Browser, text
from tests.support.random_stories import fresh_site, stories
from tests.support.stays import APIA, BUDAPEST, ENCOUNTERS, LYON, PAGO_PAGO, STAYS, lives, stays

AWAITED = "/api/gazouillis/v1/awaited_visits"


async def encounters(person):
    """Whom they meet or miss, where, and on which days."""
    found = []
    for one in await person.get(ENCOUNTERS):
        days = (one["overlap"]["from"], one["overlap"]["to"]) if one["overlap"] else None
        found.append((one["stay"]["account"]["username"], one["stay"]["place"]["id"], days))
    return found


async def visits(person):
    found = await person.get("/api/v1/notifications", **{"types[]": "stay"})
    return [one["account"]["username"] for one in found]


async def test_one_overlaps_on_the_11th_and_misses_another_by_a_day(running_site, alice, bob, carol):
    await stays(alice, BUDAPEST, "2026-03-09", "2026-03-11", audience="nobody")
    await stays(bob, BUDAPEST, "2026-03-11", "2026-03-14")
    await stays(carol, BUDAPEST, "2026-03-12", "2026-03-12")

    assert await encounters(alice) == [("bob", BUDAPEST, ("2026-03-11", "2026-03-11")), ("carol", BUDAPEST, None)]
    assert await encounters(bob) == [("carol", BUDAPEST, ("2026-03-12", "2026-03-12"))]
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    page = text(await browser.reads("/stays"))
    assert "You overlap: <time>11 Mar 2026</time>" in page
    assert "You miss each other by a day: <time>9–11 Mar 2026</time> / <time>12 Mar 2026</time>" in page


async def test_who_has_left_learns_who_came_on_the_day_after(running_site, alice, bob):
    await stays(alice, LYON, "2026-03-06", "2026-03-07")
    running_site.clock.advance(days=2)
    await stays(bob, LYON, "2026-03-08", "2026-03-09")

    assert await encounters(alice) == [("bob", LYON, None)]
    assert await encounters(bob) == []


async def test_invented_stays_find_nobodys_hidden_dates(alice, bob, mallory):
    """Thirty of them, one for each day, compared with what is hidden from who invents them."""
    await stays(alice, LYON, "2026-03-20", "2026-03-22", audience="mutuals")
    await stays(bob, LYON, "2026-03-20", "2026-03-22")
    await bob.blocks(mallory)
    for day in range(30):
        await stays(mallory, LYON, date(2026, 3, 7) + timedelta(days=day), date(2026, 3, 7) + timedelta(days=day))

    assert await encounters(mallory) == []


NAMES = ("ada", "ben", "cleo")
SPANS = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from((LYON, BUDAPEST, APIA, PAGO_PAGO)),
    st.sampled_from(("everyone", "followers", "nobody")),
    st.integers(20, 26),  # days from the 6th of March: the clocks of Europe change on the 29th
    st.integers(0, 3),
)


@stories(few=3, many=40)
@given(said=st.lists(SPANS, min_size=4, max_size=10, unique_by=lambda one: (one[0], one[1], one[3], one[4])), follow=st.sampled_from(NAMES))
async def test_encounters_are_those_of_a_comparison_day_by_day(database_kind, said, follow):
    async with fresh_site(database_kind) as running_site:
        people = {name: await running_site.person(name) for name in NAMES}
        await people["ada"].follows(*[people[follow]] if follow != "ada" else [])
        days = {}
        for who, where, audience, begins, length in said:
            first = date(2026, 3, 6) + timedelta(days=begins)
            stay = await stays(people[who], where, first, first + timedelta(days=length), audience=audience)
            days[stay["id"]] = (who, where, audience, {first + timedelta(days=one) for one in range(length + 1)})
        for viewer in NAMES:
            expected = set()
            for (mine, own), (theirs, other) in product(days.items(), days.items()):
                sees = other[2] == "everyone" or (other[2] == "followers" and viewer == "ada" and other[0] == follow)
                if own[0] == viewer != other[0] and own[1] == other[1] and sees:
                    both = sorted(own[3] & other[3])
                    touching = {one + timedelta(days=by) for one in own[3] for by in (-1, 1)} & other[3]
                    if both or touching:
                        expected.add((mine, theirs, str(both[0]) if both else "", str(both[-1]) if both else ""))
            found = (await people[viewer].client.get(ENCOUNTERS)).json()
            got = {(one["own_stay"]["id"], one["stay"]["id"], *((one["overlap"] or {"from": "", "to": ""}).values())) for one in found}
            assert got == expected


async def test_residents_who_asked_hear_once_of_whom_they_follow(running_site, alice, bob, carol):
    await lives(bob, BUDAPEST, hears=True)
    await lives(carol, BUDAPEST)
    await bob.follows(alice)
    await carol.follows(alice)
    stay = await stays(alice, BUDAPEST, "2026-03-09", "2026-03-11")
    assert (await visits(bob), await visits(carol)) == (["alice"], [])

    await bob.post("/api/v1/notifications/clear")
    await alice.client.patch(f"{STAYS}/{stay['id']}", json={"to": "2026-03-12"})
    await stays(alice, BUDAPEST, "2026-03-09", "2026-03-12", audience="followers")
    assert await visits(bob) == []


async def test_many_stays_notify_once_until_a_month_has_passed(running_site, alice, bob):
    await lives(bob, BUDAPEST, hears=True)
    await bob.follows(alice)
    for day in range(9, 14):
        stay = await stays(alice, BUDAPEST, f"2026-03-{day:02}", "2026-03-20")
        await alice.client.delete(f"{STAYS}/{stay['id']}")
        await stays(alice, BUDAPEST, f"2026-03-{day:02}", "2026-03-21")
    first = await bob.get("/api/v1/notifications", **{"types[]": "stay"})
    assert len(first) == 1

    running_site.clock.advance(days=31)
    await stays(alice, BUDAPEST, "2026-04-10", "2026-04-20")
    [second] = await bob.get("/api/v1/notifications", **{"types[]": "stay"})
    assert second["id"] != first[0]["id"]


async def test_they_hear_of_a_friend_of_a_friend_and_not_of_a_stranger(alice, bob, carol, mallory):
    """Bob and Carol follow each other, and so do Carol and Alice. Mallory follows Carol only."""
    for one, other in ((bob, carol), (carol, alice)):
        await one.follows(other)
        await other.follows(one)
    await mallory.follows(carol)
    await lives(bob, BUDAPEST, hears=True)
    await stays(alice, BUDAPEST, "2026-03-09", "2026-03-11")
    await stays(mallory, BUDAPEST, "2026-03-09", "2026-03-11")

    assert await visits(bob) == ["alice"]


@pytest.mark.parametrize("audience", ["mutuals", "nobody", "circle"])
async def test_nobody_hears_of_what_they_may_not_see(alice, bob, audience):
    await lives(bob, BUDAPEST, hears=True)
    await bob.follows(alice)
    circle_id = await alice.has_circle()
    await stays(alice, BUDAPEST, "2026-03-09", "2026-03-11", audience=audience, circle_id=circle_id)

    assert await visits(bob) == []


@pytest.mark.parametrize("act", ["mutes", "blocks"])
async def test_whom_one_mutes_or_blocks_one_does_not_hear_of(alice, bob, act):
    await lives(bob, BUDAPEST, hears=True)
    await bob.follows(alice)
    await getattr(bob, act)(alice)
    await stays(alice, BUDAPEST, "2026-03-09", "2026-03-11")

    assert await visits(bob) == []


async def test_the_notification_leads_to_the_page_of_the_town_and_tells_no_days(running_site, alice, bob):
    await lives(bob, BUDAPEST, hears=True)
    await bob.follows(alice)
    await stays(alice, BUDAPEST, "2026-03-09", "2026-03-11")
    await running_site.run_until_idle()
    browser = Browser(running_site)
    await browser.was_signed_in("bob")

    page = await browser.reads("/notifications")
    assert "announced a stay of which you asked to hear" in text(page)
    assert "2026-03-09" not in page.text
    assert (await browser.reads("/places/home")).headers["location"].endswith(f"/places/{BUDAPEST}")
    assert "stay" not in [one["type"] for one in await bob.get("/api/v1/notifications")]


async def test_a_notification_goes_with_its_stay_and_with_the_right_to_see_it(alice, bob, carol):
    for one in (bob, carol):
        await lives(one, BUDAPEST, hears=True)
        await one.follows(alice)
    await alice.follows(bob)
    stay = await stays(alice, BUDAPEST, "2026-03-09", "2026-03-11")
    path = f"{STAYS}/{stay['id']}"
    assert [await visits(one) for one in (bob, carol)] == [["alice"], ["alice"]]

    await alice.client.patch(path, json={"to": "2026-03-12"})
    assert [await visits(one) for one in (bob, carol)] == [["alice"], ["alice"]]
    await alice.client.patch(path, json={"audience": "mutuals"})
    assert [await visits(one) for one in (bob, carol)] == [["alice"], []]
    await alice.client.patch(path, json={"place_id": LYON})
    assert await visits(bob) == []

    await lives(alice, APIA, hears=True)
    await alice.follows(carol)
    [kept, cancelled] = [await stays(one, APIA, "2026-04-09", "2026-04-11") for one in (bob, carol)]
    assert await visits(alice) == ["carol", "bob"]
    await carol.client.delete(f"{STAYS}/{cancelled['id']}")
    assert await visits(alice) == ["bob"]
    assert (await bob.client.delete(f"{STAYS}/{kept['id']}")).status_code == 200
    assert await visits(alice) == []


async def test_who_was_missed_by_a_day_is_heard_of_next_time_and_once(running_site, alice, bob, carol):
    await stays(alice, LYON, "2026-03-09", "2026-03-10")
    missed = await stays(bob, LYON, "2026-03-11", "2026-03-12")
    await stays(carol, LYON, "2026-03-10", "2026-03-10")
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    page = await browser.reads("/stays")
    assert page.text.count("/next-time") == 1
    for _twice in range(2):
        await browser.sends(f"/stays/{missed['id']}/next-time")
    assert 'id="awaited"' in (await browser.reads("/stays")).text

    await stays(bob, BUDAPEST, "2026-04-01", "2026-04-02")
    await stays(bob, LYON, "2026-04-01", "2026-04-02", audience="nobody")
    assert await visits(alice) == []
    await stays(bob, LYON, "2026-04-03", "2026-04-04")
    assert await visits(alice) == ["bob"]
    assert 'id="awaited"' not in (await browser.reads("/stays")).text
    await alice.post("/api/v1/notifications/clear")
    await stays(bob, LYON, "2026-05-03", "2026-05-04")
    assert await visits(alice) == []


async def test_an_app_waits_for_whom_one_misses_by_a_day_and_for_nobody_else(alice, bob, carol, mallory):
    await stays(alice, LYON, "2026-03-09", "2026-03-10")
    missed = await stays(bob, LYON, "2026-03-11", "2026-03-12")
    met, hidden = await stays(carol, LYON, "2026-03-10", "2026-03-10"), await stays(mallory, LYON, "2026-03-11", "2026-03-11")
    await mallory.blocks(alice)
    refused = [await alice.client.post(AWAITED, json={"stay_id": one}) for one in (met["id"], hidden["id"], "1", "", "x", None)]
    assert [one.status_code for one in refused] == [404, 404, 404, 422, 422, 422]

    for _twice in range(2):
        awaited = await alice.post(AWAITED, stay_id=missed["id"])
    assert (awaited["account"]["username"], awaited["place"]["id"]) == ("bob", LYON)
    assert await alice.get(AWAITED) == [awaited]
    assert await bob.get(AWAITED) == []
    await stays(bob, LYON, "2026-04-01", "2026-04-02")
    assert await visits(alice) == ["bob"]
    assert await alice.get(AWAITED) == []

    await alice.post("/api/v1/notifications/clear")
    await alice.post(AWAITED, stay_id=missed["id"])
    assert [(await alice.client.delete(f"{AWAITED}/{bob.id}/{LYON}")).status_code for _twice in range(2)] == [200, 200]
    await stays(bob, LYON, "2026-05-01", "2026-05-02")
    assert await visits(alice) == []


async def test_who_waits_hears_though_they_have_just_heard_of_another_visit(running_site, alice, bob):
    await lives(alice, BUDAPEST, hears=True)
    await alice.follows(bob)
    await stays(alice, LYON, "2026-03-09", "2026-03-10")
    missed = await stays(bob, LYON, "2026-03-11", "2026-03-12")
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    await browser.sends(f"/stays/{missed['id']}/next-time")
    await stays(bob, BUDAPEST, "2026-04-01", "2026-04-02")
    assert await visits(alice) == ["bob"]
    await alice.post("/api/v1/notifications/clear")

    await stays(bob, LYON, "2026-04-03", "2026-04-04")

    assert await visits(alice) == ["bob"]


async def test_nobody_hears_again_of_what_was_cancelled_and_announced_again(alice, bob):
    await lives(bob, BUDAPEST, hears=True)
    await bob.follows(alice)
    heard = []
    for day in ("2026-03-09", "2026-03-10", "2026-03-09"):
        stay = await stays(alice, BUDAPEST, day, "2026-03-11")
        heard.append(await visits(bob))
        await bob.post("/api/v1/notifications/clear")
        await alice.client.delete(f"{STAYS}/{stay['id']}")

    assert heard == [["alice"], [], []]


async def test_one_waits_only_for_whom_one_sees_and_misses_and_may_wait_no_more(running_site, alice, bob, carol):
    await stays(alice, LYON, "2026-03-09", "2026-03-10")
    missed = await stays(bob, LYON, "2026-03-11", "2026-03-12")
    hidden = await stays(carol, LYON, "2026-03-11", "2026-03-12", audience="mutuals")
    met = await stays(carol, LYON, "2026-03-10", "2026-03-12")
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    for stay_id in (hidden["id"], met["id"], "1", "x"):
        assert (await browser.sends(f"/stays/{stay_id}/next-time")).status_code == 404

    await browser.sends(f"/stays/{missed['id']}/next-time")
    await browser.sends("/stays/next-time/delete", account_id=bob.id, place_id=LYON)
    await stays(bob, LYON, "2026-04-03", "2026-04-04")
    assert await visits(alice) == []
