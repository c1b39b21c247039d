"""Meetings: planned for an audience, answered within their seats, changed and cancelled; and coffees, of which the two alone know."""

import asyncio
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from gazouillis.accounts import suspend
from gazouillis.places.meetings import queries
from tests.support.browser import Browser
from tests.support.meetings import MEETINGS, answers, drafted, plans, proposes, sees, told
from tests.support.stays import BUDAPEST, FRANCE, LYON, PLACES

# The clock of tests starts on Friday 6 March 2026, at 18:00 UTC.
NAMES = ("alice", "bob", "carol", "mallory")


async def titles(person, **query):
    return [one["title"] or one["kind"] for one in await person.get(MEETINGS, **query)]


async def who_comes(person, meeting):
    people = (await sees(person, meeting))["people"]
    return {name: [one["username"] for one in people[name]] for name in ("coming", "waiting", "maybe")}


async def in_town(viewer, place_id=BUDAPEST):
    return [one["title"] for one in (await viewer.client.get(f"{PLACES}/{place_id}")).json()["meetings"]]


async def test_a_meeting_is_planned_changed_and_cancelled(running_site, alice, bob, carol):
    meeting = await plans(alice)
    assert (meeting["starts_at"], meeting["time_zone"], meeting["state"]) == ("2026-03-11T11:30:00.000Z", "Europe/Budapest", "planned")
    assert await in_town(bob) == ["Twunch"]
    await answers(bob, meeting, "yes")
    await answers(carol, meeting, "no")

    path = f"{MEETINGS}/{meeting['id']}"
    changed = (await alice.client.patch(path, json={"starts_at": "2026-03-11T13:00", "seats": 5})).json()
    assert (changed["starts_at"], changed["seats"], changed["title"]) == ("2026-03-11T12:00:00.000Z", 5, "Twunch")
    assert await told(running_site, bob) == [("meeting_changed", "alice")]
    assert [(await one.client.patch(path, json={"seats": 1})).status_code for one in (bob, carol)] == [404, 404]

    assert (await alice.client.delete(path)).json()["state"] == "cancelled"
    assert await told(running_site, bob) == [("meeting_changed", "alice"), ("meeting_cancelled", "alice")]
    assert await told(running_site, carol) == []
    assert await in_town(bob) == []
    assert (await sees(bob, meeting))["state"] == "cancelled"
    assert (await bob.client.post(f"{path}/answer", json={"answer": "maybe"})).status_code == 422
    assert (await alice.client.delete(path)).status_code == 422


async def test_notifications_name_the_meeting_while_one_may_see_it(running_site, alice, bob):
    await bob.follows(alice)
    meeting = await plans(alice)
    await answers(bob, meeting, "yes")
    path = f"{MEETINGS}/{meeting['id']}"
    await alice.client.patch(path, json={"seats": 5})
    assert await told(running_site, bob) == [("meeting_changed", "alice")]
    browser = Browser(running_site)
    await browser.was_signed_in("bob")

    async def named():
        [one] = await bob.get("/api/v1/notifications", **{"types[]": "meeting_changed"})
        [group] = (await bob.get("/api/v2/notifications", **{"types[]": "meeting_changed"}))["notification_groups"]
        assert (await bob.get(f"/api/v1/notifications/{one['id']}")).get("meeting_id") == one.get("meeting_id") == group.get("meeting_id")
        page = await browser.reads("/notifications")
        assert f'href="/meetings{"/" + one["meeting_id"] if "meeting_id" in one else ""}"' in page.text.split("changed a meeting")[1]
        return one.get("meeting_id")

    assert await named() == meeting["id"]
    await alice.client.patch(path, json={"audience": "mutuals"})
    assert await sees(bob, meeting) is None
    assert await named() is None
    await alice.follows(bob)
    assert await named() == meeting["id"]


async def read_all(person, **query):
    """The titles on each page, onward, and then back from the last page to the first."""
    pages, address = [], MEETINGS + "?" + urlencode(query)
    while address:
        page = await person.client.get(address)
        assert page.status_code == 200, page.text
        pages.append(page)
        address = page.links.get("next", {}).get("url")
    back = [pages[-1]]
    while len(back) < len(pages):
        back.append(await person.client.get(back[-1].links["prev"]["url"]))
    found = [[one["title"] or one["kind"] for one in page.json()] for page in pages]
    assert [[one["title"] or one["kind"] for one in page.json()] for page in reversed(back)] == found
    assert "prev" not in back[-1].links
    return found


async def test_lists_of_meetings_go_on_by_a_cursor_in_both_directions(running_site, alice, bob, carol):
    """Three begin at the same moment."""
    await bob.follows(alice)
    days = ("2026-03-12", "2026-03-11", "2026-03-11", "2026-03-11", "2026-03-10")
    planned = [await plans(alice, title=str(number), starts_at=f"{day}T12:30") for number, day in enumerate(days)]
    for one in planned[:4]:
        await answers(carol, one, "yes")
    await proposes(carol, bob, starts_at="2026-03-09T10:00")

    assert await read_all(alice, limit=2) == [["4", "1"], ["2", "3"], ["0"]]
    assert await read_all(bob, limit=2, scope="to_come") == [["4", "1"], ["2", "3"], ["0"]]
    assert await read_all(carol, limit=2) == [["coffee", "1"], ["2", "3"], ["0"]]
    assert await read_all(carol, limit=9) == [["coffee", "1", "2", "3", "0"]]
    assert await read_all(bob, limit=2, scope="past") == [[]]
    town = await bob.get(f"{PLACES}/{BUDAPEST}", limit=3)
    rest = await bob.get(f"{PLACES}/{BUDAPEST}", limit=3, meetings_after=town["next"]["meetings"])
    assert [[one["title"] for one in page["meetings"]] for page in (town, rest)] == [["4", "1", "2"], ["3", "0"]]
    assert rest["next"]["meetings"] is None

    first = await alice.client.get(MEETINGS, params={"limit": 2})
    await alice.client.delete(f"{MEETINGS}/{planned[4]['id']}")
    await alice.client.patch(f"{MEETINGS}/{planned[1]['id']}", json={"starts_at": "2026-03-13T12:30"})
    assert [one["title"] for one in (await alice.client.get(first.links["next"]["url"])).json()] == ["2", "3"]
    for wrong in ("x", "1", "-1", "1-", f"{2**63}-1", "1-x", "1-1-1"):
        refused = [await alice.client.get(MEETINGS, params={name: wrong}) for name in ("after", "before")]
        refused.append(await alice.client.get(f"{PLACES}/{BUDAPEST}", params={"meetings_after": wrong}))
        assert [(one.status_code, one.json()["field"]) for one in refused] == [(422, "after"), (422, "before"), (422, "meetings_after")]

    running_site.clock.advance(days=9)
    assert await read_all(carol, limit=2, scope="past") == [["1", "0"], ["3", "2"]]
    assert await read_all(alice, limit=9, scope="past") == [["1", "0", "3", "2"]]
    assert await read_all(bob, limit=2, scope="past") == [[]]
    assert await read_all(alice, limit=2) == [[]]


async def test_each_audience_sees_the_meeting_and_nobody_else(running_site, alice, bob, carol, mallory):
    """Bob and Alice follow each other, Carol follows Alice, Mallory is a stranger. Bob is in the circle."""
    await alice.follows(bob)
    await bob.follows(alice)
    await carol.follows(alice)
    family = await alice.has_circle(bob)
    viewers = {"alice": alice, "bob": bob, "carol": carol, "mallory": mallory, "": running_site}
    seen_by = {}
    for audience in ("everyone", "followers", "mutuals", "circle"):
        meeting = await plans(alice, title=audience, audience=audience, circle_id=family)
        assert meeting["audience"] == audience
        seen_by[audience] = [name for name, one in viewers.items() if await sees(one, meeting)]
    lists = {name: await in_town(viewers[name]) for name in NAMES}

    assert seen_by == {
        "everyone": ["alice", "bob", "carol", "mallory", ""],
        "followers": ["alice", "bob", "carol"],
        "mutuals": ["alice", "bob"],
        "circle": ["alice", "bob"],
    }
    assert {name: {one for one, seeing in seen_by.items() if name in seeing} for name in NAMES} == {
        name: {*found} for name, found in lists.items()
    }
    assert (await alice.client.post(MEETINGS, json=drafted(audience="nobody"))).status_code == 422


async def test_ten_who_say_yes_at_once_get_five_seats_and_a_line(running_site, alice):
    meeting = await plans(alice, seats=5)
    guests = [await running_site.person(f"guest{number}") for number in range(10)]
    await asyncio.gather(*(answers(one, meeting, "yes") for one in guests))

    seen = await sees(alice, meeting)
    assert (seen["coming_count"], seen["waiting_count"]) == (5, 5)
    seated = sorted([one.name for one in guests if not (await sees(one, meeting))["waiting"]])
    assert seated == sorted(await _names(alice, meeting, "coming"))


async def test_the_first_in_line_moves_up_when_a_seat_is_free(running_site, alice, bob, carol, mallory):
    meeting = await plans(alice, seats=1)
    await answers(bob, meeting, "yes")
    assert (await answers(carol, meeting, "yes"))["waiting"] is True
    await answers(mallory, meeting, "yes")
    assert (await sees(carol, meeting))["spot"] == ""
    assert await who_comes(alice, meeting) == {"coming": ["bob"], "waiting": ["carol", "mallory"], "maybe": []}

    await answers(carol, meeting, "yes")
    await answers(bob, meeting, "maybe")
    assert await who_comes(alice, meeting) == {"coming": ["carol"], "waiting": ["mallory"], "maybe": ["bob"]}
    assert await told(running_site, carol) == [("meeting_seat", "alice")]
    assert (await sees(carol, meeting))["spot"] == "Café New York"
    await answers(bob, meeting, "yes")
    await alice.client.patch(f"{MEETINGS}/{meeting['id']}", json={"seats": 3})
    assert await who_comes(alice, meeting) == {"coming": ["carol", "mallory", "bob"], "waiting": [], "maybe": []}
    assert ("meeting_seat", "alice") in await told(running_site, mallory)


async def test_the_exact_place_is_told_to_who_comes_and_forgotten_after_the_date(running_site, alice, bob, carol):
    meeting = await plans(alice)
    await answers(bob, meeting, "maybe")
    assert [(await sees(one, meeting))["spot"] for one in (alice, bob, carol)] == ["Café New York", "Café New York", ""]

    running_site.clock.now = datetime(2026, 3, 11, 13, 30, tzinfo=UTC)
    assert [(await sees(one, meeting) or {}).get("spot") for one in (alice, bob, carol)] == ["", "", None]
    assert await _stored_spot(running_site, meeting) == "Café New York"
    running_site.clock.advance(hours=2)
    await running_site.run_until_idle()
    assert await _stored_spot(running_site, meeting) == ""
    running_site.clock.advance(days=31)
    await running_site.run_until_idle()
    assert [await sees(one, meeting) for one in (alice, bob)] == [None, None]


async def test_who_comes_is_named_to_who_comes(running_site, alice, bob, carol, mallory):
    """The map of nobody's week: a stranger sees how many, not who. Across a block nobody is named."""
    meeting = await plans(alice)
    await answers(bob, meeting, "yes")
    await answers(carol, meeting, "yes")
    assert [(await sees(one, meeting)).get("people") for one in (mallory, running_site)] == [None, None]
    assert (await sees(mallory, meeting))["coming_count"] == 2

    await carol.blocks(bob)
    await running_site.run_until_idle()
    assert [await _names(one, meeting, "coming") for one in (alice, bob, carol)] == [["bob", "carol"], ["bob"], ["carol"]]


@pytest.mark.parametrize("is_blocker", [True, False])
async def test_across_a_block_there_is_no_meeting_and_no_answer(running_site, alice, bob, carol, is_blocker):
    meeting = await plans(alice, seats=1)
    await answers(bob, meeting, "yes")
    await answers(carol, meeting, "yes")
    await (alice.blocks(bob) if is_blocker else bob.blocks(alice))

    assert await sees(bob, meeting) is None
    assert await in_town(bob) == []
    assert await titles(bob) == []
    assert (await bob.client.post(f"{MEETINGS}/{meeting['id']}/answer", json={"answer": "yes"})).status_code == 404
    assert await told(running_site, carol) == [("meeting_seat", "alice")]
    assert await who_comes(alice, meeting) == {"coming": ["carol"], "waiting": [], "maybe": []}


async def test_who_leaves_the_audience_sees_it_no_more_and_gives_the_seat_back(running_site, alice, bob, carol):
    await bob.follows(alice)
    await carol.follows(alice)
    family = await alice.has_circle(bob, carol)
    meeting = await plans(alice, audience="circle", circle_id=family, seats=1)
    await answers(bob, meeting, "yes")
    await answers(carol, meeting, "yes")

    await alice.client.request("DELETE", f"/api/v1/circles/{family}/accounts", json={"account_ids": [bob.id]})
    assert await sees(bob, meeting) is None
    assert await told(running_site, carol) == [("meeting_seat", "alice")]
    await carol.unfollows(alice)
    assert await sees(carol, meeting) is None
    await running_site.run_until_idle()
    assert await who_comes(alice, meeting) == {"coming": [], "waiting": [], "maybe": []}


async def test_a_mute_hides_meetings_but_not_that_mine_is_cancelled(alice, bob, carol):
    meeting = await plans(alice)
    await answers(bob, meeting, "yes")
    for one in (bob, carol):
        await one.mutes(alice)

    assert await sees(carol, meeting) is None
    assert [await in_town(one) for one in (bob, carol)] == [[], []]
    assert await titles(bob) == ["Twunch"]
    assert await who_comes(alice, meeting) == {"coming": ["bob"], "waiting": [], "maybe": []}


async def test_meetings_to_come_are_of_those_one_follows_and_where_one_lives(alice, bob, carol):
    await plans(alice)
    await plans(alice, title="Lyon", place_id=LYON)
    assert await titles(bob, scope="to_come") == []
    await bob.post("/api/gazouillis/v1/stays", **{"place_id": LYON, "from": "2026-03-11", "to": "2026-03-12", "audience": "nobody"})
    await carol.follows(alice)

    assert await titles(bob, scope="to_come") == ["Lyon"]
    assert sorted(await titles(carol, scope="to_come")) == ["Lyon", "Twunch"]
    assert sorted(await titles(alice)) == ["Lyon", "Twunch"]


class TestCoffee:
    async def test_one_is_proposed_moved_and_accepted_and_the_two_alone_know(self, running_site, alice, bob, carol):
        coffee = await proposes(bob, alice)
        assert (coffee["kind"], coffee["state"], coffee["account"]["username"], coffee["asks_me"]) == ("coffee", "proposed", "alice", False)
        assert await told(running_site, alice) == [("coffee", "bob")]
        assert [(one["asks_me"], one["spot"]) for one in await alice.get(MEETINGS)] == [(True, "Ruszwurm")]

        moved = await alice.post(f"{MEETINGS}/{coffee['id']}/another_time", starts_at="2026-03-12T10:00")
        assert (moved["starts_at"], moved["state"], moved["spot"]) == ("2026-03-12T09:00:00.000Z", "proposed", "Ruszwurm")
        assert await told(running_site, bob) == [("coffee_moved", "alice")]
        assert (await alice.client.post(f"{MEETINGS}/{coffee['id']}/answer", json={"answer": "yes"})).status_code == 422
        assert (await answers(bob, coffee, "yes"))["state"] == "agreed"
        assert await told(running_site, alice) == [("coffee_accepted", "bob")]

        assert [await sees(one, coffee) for one in (carol, running_site)] == [None, None]
        assert [await in_town(one) for one in (alice, bob, carol)] == [[], [], []]
        for method, path in (("PATCH", ""), ("DELETE", ""), ("POST", "/answer"), ("POST", "/another_time")):
            refused = await carol.client.request(
                method, f"{MEETINGS}/{coffee['id']}{path}", json={"answer": "yes", "starts_at": "2026-03-12T10:00"}
            )
            assert refused.status_code == 404, (method, path)

    async def test_declining_tells_who_proposed_and_they_do_not_ask_again(self, running_site, alice, bob):
        coffee = await proposes(bob, alice)
        assert (await alice.client.post(f"{MEETINGS}/{coffee['id']}/answer", json={"answer": "maybe"})).status_code == 422
        assert (await answers(alice, coffee, "no"))["state"] == "declined"
        assert await told(running_site, bob) == [("coffee_declined", "alice")]

        again = await bob.client.post(MEETINGS, json={"with": alice.id, "place_id": LYON, "starts_at": "2026-03-20T10:00"})
        assert (again.status_code, list(again.json()["details"])) == (422, ["with"])
        assert (await proposes(alice, bob))["state"] == "proposed"

    async def test_there_is_one_proposal_between_two_people(self, alice, bob, carol):
        coffee = await proposes(bob, alice)
        for one, other in ((bob, alice), (alice, bob)):
            again = await one.client.post(MEETINGS, json={"with": other.id, "place_id": LYON, "starts_at": "2026-03-20T10:00"})
            assert (again.status_code, list(again.json()["details"])) == (422, ["with"])
        await bob.client.delete(f"{MEETINGS}/{coffee['id']}")
        assert (await proposes(alice, bob))["state"] == "proposed"
        assert (await proposes(carol, bob))["state"] == "proposed"

    @pytest.mark.parametrize("is_blocker", [True, False])
    async def test_a_block_removes_it_and_refuses_another(self, running_site, alice, bob, is_blocker):
        coffee = await proposes(bob, alice)
        await running_site.run_until_idle()
        await (alice.blocks(bob) if is_blocker else bob.blocks(alice))
        assert [await sees(one, coffee) for one in (alice, bob)] == [None, None]
        await running_site.run_until_idle()
        assert [await told(running_site, one) for one in (alice, bob)] == [[], []]
        for one, other in ((alice, bob), (bob, alice)):
            refused = await one.client.post(MEETINGS, json={"with": other.id, "place_id": LYON, "starts_at": "2026-03-20T10:00"})
            assert refused.status_code == 404

    async def test_who_takes_no_messages_gets_no_proposals_and_makes_none(self, alice, bob):
        await alice.client.patch("/api/gazouillis/v1/limits", json={"who_may_write": "nobody"})
        for one, other in ((alice, bob), (bob, alice)):
            refused = await one.client.post(MEETINGS, json={"with": other.id, "place_id": LYON, "starts_at": "2026-03-20T10:00"})
            assert (refused.status_code, list(refused.json()["details"])) == (422, ["with"])

    async def test_who_limits_somebody_is_not_notified_of_their_coffee(self, running_site, alice, bob):
        await alice.post(f"/api/v1/accounts/{bob.id}/limit")
        await proposes(bob, alice)
        assert await told(running_site, alice) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 101}, "title"),
        ({"spot": "x" * 201}, "spot"),
        ({"seats": 0}, "seats"),
        ({"seats": "many"}, "seats"),
        ({"place_id": FRANCE}, "place_id"),
        ({"place_id": 1}, "place_id"),
        ({"place_id": "x"}, "place_id"),
        ({"place_id": None}, "place_id"),
        ({"starts_at": ""}, "starts_at"),
        ({"starts_at": "soon"}, "starts_at"),
        ({"starts_at": "2026-03-06T18:59"}, "starts_at"),
        ({"starts_at": "2029-01-01T10:00"}, "starts_at"),
        ({"starts_at": "2026-03-29T02:30"}, "starts_at"),
        ({"minutes": 0}, "minutes"),
        ({"audience": ""}, "audience"),
        ({"audience": "circle"}, "circle_id"),
        ({"with": 2**70}, "with"),
    ],
)
async def test_a_bad_field_is_named(alice, fields, field):
    refused = await alice.client.post(MEETINGS, json=drafted(**fields))
    assert (refused.status_code, list(refused.json()["details"])) == (422, [field])


@pytest.mark.parametrize(
    ("written", "place", "moment"),
    [
        ("2026-03-28T02:30", LYON, "2026-03-28T01:30:00.000Z"),
        ("2026-03-29T03:00", LYON, "2026-03-29T01:00:00.000Z"),
        ("2026-10-25T02:30", LYON, "2026-10-25T00:30:00.000Z"),
        ("2026-10-25T02:30+01:00", LYON, "2026-10-25T01:30:00.000Z"),
        ("2026-07-01T19:00Z", LYON, "2026-07-01T19:00:00.000Z"),
        ("2026-03-07T12:00", "4035413", "2026-03-06T23:00:00.000Z"),  # Apia, UTC+13
    ],
)
async def test_a_time_is_that_of_the_clocks_of_the_place(alice, written, place, moment):
    assert (await plans(alice, starts_at=written, place_id=place))["starts_at"] == moment


@pytest.mark.parametrize("meeting_id", ["1", "abc", "0x1", "9" * 20, str(2**63), "-1", "%00"])
async def test_an_unknown_meeting_is_not_found(alice, meeting_id):
    path = f"{MEETINGS}/{meeting_id}"
    answered = [await alice.client.get(path), await alice.client.patch(path, json={}), await alice.client.delete(path)]
    answered += [await alice.client.post(f"{path}/answer", json={"answer": "yes"})]
    answered += [await alice.client.post(f"{path}/another_time", json={"starts_at": "2026-03-20T10:00"})]
    assert {one.status_code for one in answered} == {404}


async def test_visitors_plan_nothing(running_site, alice):
    path = f"{MEETINGS}/{(await plans(alice))['id']}"
    visitor = running_site.client()
    answered = [await visitor.get(MEETINGS), await visitor.post(MEETINGS), await visitor.post(f"{path}/answer"), await visitor.delete(path)]
    assert [one.status_code for one in answered] == [401] * 4


async def test_a_suspended_organizer_leaves_no_meeting(running_site, alice, bob):
    meeting = await plans(alice)
    coffee = await proposes(bob, alice)
    async with running_site.site.db.write() as tx:
        await suspend.suspend(tx, alice.account_id)
    await running_site.run_until_idle()

    assert [await sees(bob, one) for one in (meeting, coffee)] == [None, None]
    assert await in_town(bob) == []


async def _names(person, meeting, group):
    return (await who_comes(person, meeting))[group]


async def _stored_spot(running_site, meeting):
    async with running_site.site.db.read() as reader:
        return (await queries.by_id(reader, int(meeting["id"]))).spot
