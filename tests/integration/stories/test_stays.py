"""Stays: announced to an audience, seen by it on the page of the place, and gone when the last day is over there."""

from datetime import UTC, date, datetime

import pytest

from gazouillis.accounts import suspend
from gazouillis.places import queries
from gazouillis.places.days import begins, is_over_at
from tests.support.people import Person
from tests.support.stays import (
    APIA,
    AUVERGNE_RHONE_ALPES,
    BUDAPEST,
    FRANCE,
    LYON,
    NANTES,
    PAGO_PAGO,
    PLACES,
    RESIDENCE,
    STAYS,
    lives,
    people_of,
    stays,
)

# The clock of tests starts on Friday 6 March 2026, at 18:00 UTC.
NOTHING = {"here": [], "coming": [], "residents": []}


async def test_a_stay_is_announced_changed_and_cancelled(alice, bob):
    stay = await stays(alice, BUDAPEST, "2026-03-06", "2026-03-08", audience="mutuals")
    assert (stay["place"]["names"]["local"], stay["from"], stay["to"]) == ("Budapest", "2026-03-06", "2026-03-08")
    assert await alice.get(STAYS) == [stay]

    path = f"{STAYS}/{stay['id']}"
    changed = (await alice.client.patch(path, json={"to": "2026-03-10", "place_id": LYON})).json()
    assert (changed["place"]["names"]["fr"], changed["from"], changed["to"], changed["audience"]) == (
        *("Lyon", "2026-03-06"),
        *("2026-03-10", "mutuals"),
    )
    assert [(await bob.client.patch(path, json={"to": "2026-03-09"})).status_code, (await bob.client.delete(path)).status_code] == [
        404,
        404,
    ]

    assert (await alice.client.delete(path)).json() == {}
    assert await alice.get(STAYS) == []
    assert (await alice.client.delete(path)).status_code == 404


async def test_the_audience_must_be_sent_and_the_answer_repeats_it(alice):
    """A lock that showed "private" stood before a default that was stored."""
    refused = await alice.client.post(STAYS, json={"place_id": LYON, "from": "2026-03-06", "to": "2026-03-08"})
    assert (refused.status_code, list(refused.json()["details"])) == (422, ["audience"])

    circle = await alice.has_circle()
    for audience in ("everyone", "followers", "mutuals", "nobody"):
        stay = await stays(alice, LYON, "2026-03-06", "2026-03-08", audience=audience)
        assert (stay["audience"], stay["circle_id"]) == (audience, None)
    stay = await stays(alice, LYON, "2026-03-06", "2026-03-08", audience="circle", circle_id=circle)
    assert (stay["audience"], stay["circle_id"]) == ("circle", circle)
    assert await alice.get(STAYS) == [stay]


async def test_each_audience_sees_the_stay_and_nobody_else(running_site, alice, bob, carol, mallory):
    """Bob and Alice follow each other, Carol follows Alice, Mallory is a stranger. Bob is in the circle."""
    await alice.follows(bob)
    await bob.follows(alice)
    await carol.follows(alice)
    family = await alice.has_circle(bob)
    seen_by = {}
    for audience in ("everyone", "followers", "mutuals", "circle", "nobody"):
        stay = await stays(alice, LYON, "2026-03-06", "2026-03-08", audience=audience, circle_id=family)
        viewers = {"alice": alice, "bob": bob, "carol": carol, "mallory": mallory, "": running_site}
        lists = {name: (await people_of(one, LYON))["here"] for name, one in viewers.items()}
        seen_by[audience] = [name for name, here in lists.items() if here]
        assert seen_by[audience] == [name for name, one in viewers.items() if await _is_found(one, stay["id"])]

    assert seen_by == {
        "everyone": ["alice", "bob", "carol", "mallory", ""],
        "followers": ["alice", "bob", "carol"],
        "mutuals": ["alice", "bob"],
        "circle": ["alice", "bob"],
        "nobody": ["alice"],
    }


async def test_the_audience_is_asked_at_each_read(alice, bob):
    """Who was blocked, left the circle or unfollowed reads no more, from that moment on."""
    await bob.follows(alice)
    family = await alice.has_circle(bob)
    await stays(alice, LYON, "2026-03-06", "2026-03-08", audience="circle", circle_id=family)
    assert (await people_of(bob, LYON))["here"] == ["alice"]

    await alice.client.request("DELETE", f"/api/v1/circles/{family}/accounts", json={"account_ids": [bob.id]})
    assert await people_of(bob, LYON) == NOTHING

    await stays(alice, LYON, "2026-03-06", "2026-03-08", audience="followers")
    assert (await people_of(bob, LYON))["here"] == ["alice"]
    await bob.unfollows(alice)
    assert await people_of(bob, LYON) == NOTHING


@pytest.mark.parametrize("is_blocker", [True, False])
async def test_across_a_block_nothing_is_seen(alice, bob, is_blocker):
    stay = await stays(alice, LYON, "2026-03-06", "2026-03-08")
    await lives(alice, BUDAPEST)
    await (alice.blocks(bob) if is_blocker else bob.blocks(alice))

    assert [await people_of(bob, place) for place in (LYON, AUVERGNE_RHONE_ALPES, FRANCE, BUDAPEST)] == [NOTHING] * 4
    assert not await _is_found(bob, stay["id"])


async def test_whom_i_mute_i_do_not_see_in_a_town(alice, bob):
    await stays(alice, LYON, "2026-03-06", "2026-03-08")
    await bob.mutes(alice)

    assert await people_of(bob, LYON) == NOTHING


async def test_a_stay_vanishes_when_its_last_day_is_over_in_the_town(running_site, alice, bob):
    """Without any job: nothing runs between the reads. Budapest is one hour ahead of UTC, so the 8th is over at 23:00."""
    stay = await stays(alice, BUDAPEST, "2026-03-08", "2026-03-08")
    assert await people_of(bob, BUDAPEST) == NOTHING | {"coming": ["alice"]}

    running_site.clock.now = datetime(2026, 3, 7, 23, 0, tzinfo=UTC)
    assert await people_of(bob, BUDAPEST) == NOTHING | {"here": ["alice"]}
    running_site.clock.now = datetime(2026, 3, 8, 22, 59, tzinfo=UTC)
    assert await people_of(bob, BUDAPEST) == NOTHING | {"here": ["alice"]}

    running_site.clock.now = datetime(2026, 3, 8, 23, 0, tzinfo=UTC)
    assert [await people_of(one, BUDAPEST) for one in (alice, bob)] == [NOTHING, NOTHING]
    assert (await alice.client.get(STAYS)).json() == []
    assert not await _is_found(bob, stay["id"])


async def test_what_is_over_is_answered_as_what_never_was(running_site, alice, bob):
    """For what was hidden too: who asks each day learns nothing of the days before."""
    over, hidden = (
        await stays(alice, BUDAPEST, "2026-03-07", "2026-03-07"),
        await stays(alice, LYON, "2026-03-07", "2026-03-20", audience="nobody"),
    )
    running_site.clock.advance(days=3)
    answers = [await bob.client.get(f"{STAYS}/{id}") for id in (over["id"], hidden["id"], "1", str(2**63 - 1), "9" * 30, "x")]

    assert {one.status_code for one in answers} == {404}
    assert len({one.text for one in answers[:4]}) == 1
    assert (await alice.client.patch(f"{STAYS}/{over['id']}", json={"to": "2026-03-20"})).status_code == 404


async def test_the_same_day_begins_a_day_apart_on_both_sides_of_the_date_line(running_site, alice, bob):
    """It is Saturday in Apia (UTC+13) while it is still Friday in Pago Pago (UTC-11), 125 km away."""
    await stays(alice, APIA, "2026-03-07", "2026-03-07")
    await stays(bob, PAGO_PAGO, "2026-03-06", "2026-03-07")

    assert (await people_of(bob, APIA))["here"] == ["alice"]
    assert (await people_of(alice, PAGO_PAGO))["here"] == ["bob"]
    running_site.clock.now = datetime(2026, 3, 7, 11, 0, tzinfo=UTC)
    assert await people_of(bob, APIA) == NOTHING
    running_site.clock.now = datetime(2026, 3, 8, 10, 59, tzinfo=UTC)
    assert (await people_of(alice, PAGO_PAGO))["here"] == ["bob"]
    running_site.clock.now = datetime(2026, 3, 8, 11, 0, tzinfo=UTC)
    assert await people_of(alice, PAGO_PAGO) == NOTHING


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Paris", date(2026, 3, 29), 23),
        ("Europe/Paris", date(2026, 10, 25), 25),
        ("America/Havana", date(2026, 3, 8), 23),
        ("America/Havana", date(2026, 11, 1), 25),
        ("Africa/Cairo", date(2026, 4, 24), 23),
        ("Africa/Cairo", date(2026, 10, 29), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Asia/Kathmandu", date(2026, 3, 29), 24),
    ],
)
def test_a_day_has_as_many_hours_as_its_clocks_say(zone, day, hours):
    """Havana and Cairo change their clocks at midnight: one of their days begins at 1:00, another has midnight twice."""
    assert (is_over_at(day, zone) - begins(day, zone)).total_seconds() == hours * 3600


async def test_a_region_and_a_country_show_the_stays_of_their_towns(alice, bob, carol):
    await stays(alice, LYON, "2026-03-06", "2026-03-08")
    await stays(bob, FRANCE, "2026-03-07", "2026-03-20")
    await lives(carol, NANTES)

    assert await people_of(carol, LYON) == NOTHING | {"here": ["alice"]}
    assert await people_of(carol, AUVERGNE_RHONE_ALPES) == NOTHING | {"here": ["alice"]}
    assert await people_of(carol, FRANCE) == {"here": ["alice"], "coming": ["bob"], "residents": ["carol"]}


async def test_no_page_shows_a_home_beside_an_absence(alice, bob):
    """ "In Lyon until Sunday" beside "lives in Nantes" tells of an empty house."""
    await lives(alice, NANTES)
    assert await people_of(bob, FRANCE) == NOTHING | {"residents": ["alice"]}

    await stays(alice, LYON, "2026-03-06", "2026-03-08")
    assert await people_of(bob, FRANCE) == NOTHING | {"here": ["alice"]}
    page = (await bob.client.get(f"{PLACES}/{LYON}")).json()
    assert page["here"][0]["place"]["names"]["fr"] == "Lyon"
    assert "Nantes" not in str(page)

    await stays(alice, LYON, "2026-03-06", "2026-03-08", audience="nobody")
    assert await people_of(bob, FRANCE) == NOTHING | {"residents": ["alice"]}


async def test_french_speakers_living_in_budapest(alice, bob, carol):
    await lives(alice, BUDAPEST, languages=["fr", "hu"])
    await lives(bob, BUDAPEST, languages=["HU", "pt-BR"])
    await stays(carol, BUDAPEST, "2026-03-06", "2026-03-08")

    assert (await people_of(carol, BUDAPEST, language="fr"))["residents"] == ["alice"]
    assert await people_of(carol, BUDAPEST, language="hu") == NOTHING | {"residents": ["alice", "bob"]}
    assert await people_of(carol, BUDAPEST, language="pt") == NOTHING | {"residents": ["bob"]}
    assert await people_of(carol, BUDAPEST) == NOTHING | {"here": ["carol"], "residents": ["alice", "bob"]}
    assert await people_of(carol, BUDAPEST, language="xx' or 1=1") == NOTHING


async def test_a_residence_has_an_audience_and_the_limit_of_the_town_holds(running_site, alice, bob, carol):
    await bob.follows(alice)
    own = await lives(alice, NANTES, audience="followers", hears=True)
    assert (own["place"]["names"]["fr"], own["audience"], own["hears"], own["languages"]) == ("Nantes", "followers", True, [])
    assert [(await people_of(one, NANTES))["residents"] for one in (alice, bob, carol, running_site)] == [["alice"], ["alice"], [], []]

    await alice.client.patch("/api/gazouillis/v1/limits", json={"who_may_see_town": "mutuals"})
    assert [(await people_of(one, NANTES))["residents"] for one in (alice, bob)] == [["alice"], []]

    assert (await alice.client.delete(RESIDENCE)).json() == {}
    assert (await people_of(alice, NANTES))["residents"] == []
    assert (await alice.get(RESIDENCE))["place"] is None


async def test_people_who_are_suspended_or_deleted_are_in_no_town(running_site, alice, bob):
    await stays(alice, LYON, "2026-03-06", "2026-03-08")
    async with running_site.site.db.write() as tx:
        await suspend.suspend(tx, alice.account_id)

    assert await people_of(bob, LYON) == NOTHING


async def test_the_lists_of_a_place_have_pages_without_gaps(running_site):
    people = [await running_site.person(f"guest{number}") for number in range(7)]
    for number, one in enumerate(people):
        await stays(one, LYON, "2026-03-06", f"2026-03-{10 + number}", audience="everyone" if number % 3 else "nobody")
        await lives(one, LYON, audience="everyone" if number % 2 else "nobody")
    found = {name: [] for name in ("here", "residents")}
    query = {"limit": 2}
    while query is not None:
        page = (await running_site.client().get(f"{PLACES}/{LYON}", params=query)).json()
        for name, names in found.items():
            names += [one["account"]["username"] for one in page[name]]
        following = {f"{name}_after": after for name, after in page["next"].items() if after}
        query = {"limit": 2, **{"here_after": "9999999-1", "residents_after": 2**62}, **following} if following else None

    assert found == {"here": ["guest1", "guest2", "guest4", "guest5"], "residents": ["guest1", "guest3", "guest5"]}


BAD = [
    ({"place_id": "1"}, "place_id"),
    ({"place_id": str(2**63 - 1)}, "place_id"),
    ({"place_id": "9" * 30}, "place_id"),
    ({"place_id": ["1"]}, "place_id"),
    ({"place_id": None}, "place_id"),
    ({"from": ""}, "from"),
    ({"from": "tomorrow"}, "from"),
    ({"from": "2026-02-30"}, "from"),
    ({"from": "20260306"}, "from"),
    ({"from": "0001-01-01"}, "from"),
    ({"from": "9999-12-31", "to": "9999-12-31"}, "from"),
    ({"from": ["2026-03-06"]}, "from"),
    ({"from": "2026-03-06\0"}, "from"),
    ({"from": "2029-03-06", "to": "2029-03-07"}, "from"),
    ({"to": None}, "to"),
    ({"to": "2026-03-05"}, "to"),
    ({"from": "2026-03-01", "to": "2026-03-05"}, "to"),
    ({"to": "2027-09-01"}, "to"),
    ({"audience": "everybody"}, "audience"),
    ({"audience": {"a": "b"}}, "audience"),
    ({"audience": "circle"}, "circle_id"),
    ({"audience": "circle", "circle_id": "1"}, "circle_id"),
]


@pytest.mark.parametrize(("fields", "field"), BAD)
async def test_a_bad_stay_is_refused_with_its_field(alice, fields, field):
    refused = await alice.client.post(
        STAYS, json={"place_id": LYON, "from": "2026-03-06", "to": "2026-03-08", "audience": "everyone", **fields}
    )

    assert (refused.status_code, list(refused.json()["details"])) == (422, [field])
    assert await alice.get(STAYS) == []


async def test_a_bad_change_is_refused_and_changes_nothing(alice, bob):
    stay = await stays(alice, LYON, "2026-03-06", "2026-03-08")
    theirs = await bob.has_circle()
    for fields, field in (
        ({"to": "2026-03-05"}, "to"),
        ({"audience": "circle", "circle_id": theirs}, "circle_id"),
        ({"from": "x"}, "from"),
    ):
        refused = await alice.client.patch(f"{STAYS}/{stay['id']}", json=fields)
        assert (refused.status_code, list(refused.json()["details"])) == (422, [field])

    assert await alice.get(STAYS) == [stay]


async def test_the_same_form_sent_twice_announces_one_stay_and_fifty_are_enough(alice):
    first = await stays(alice, LYON, "2026-03-06", "2026-03-08")
    assert await stays(alice, LYON, "2026-03-06", "2026-03-08") == first
    for day in range(1, 50):
        await stays(alice, BUDAPEST, date.fromordinal(date(2026, 4, 1).toordinal() + day), date(2026, 7, 1))

    assert len(await alice.get(STAYS)) == 50
    one_more = {"place_id": NANTES, "from": "2026-03-06", "to": "2026-03-08", "audience": "everyone"}
    assert (await alice.client.post(STAYS, json=one_more)).status_code == 422


async def test_a_stay_that_was_over_long_ago_is_deleted_and_the_archive_has_the_others(running_site, alice):
    await stays(alice, LYON, "2026-03-06", "2026-03-07")
    assert await _stored(running_site, alice) == ["2996944"]
    running_site.clock.advance(days=20)
    await running_site.run_until_idle()
    assert await _stored(running_site, alice) == ["2996944"]

    running_site.clock.advance(days=15)
    await running_site.run_until_idle()
    assert await _stored(running_site, alice) == []


@pytest.mark.parametrize("place_id", ["1", "x", str(2**63 - 1), str(2**63), "9" * 30, "-1", "%00"])
async def test_an_unknown_place_is_not_found(running_site, place_id):
    assert (await running_site.client().get(f"{PLACES}/{place_id}")).status_code == 404


@pytest.mark.parametrize(
    "query", [{"here_after": "x"}, {"coming_after": "1"}, {"here_after": "9" * 30 + "-1"}, {"limit": 0}, {"residents_after": "x"}]
)
async def test_a_bad_page_of_a_place_is_refused(running_site, query):
    refused = await running_site.client().get(f"{PLACES}/{LYON}", params=query)

    assert (refused.status_code, list(refused.json()["details"])) == (422, list(query))


async def test_visitors_announce_nothing(running_site):
    visitor = running_site.client()
    answers = [await visitor.get(STAYS), await visitor.post(STAYS), await visitor.get(RESIDENCE), await visitor.put(RESIDENCE)]

    assert [one.status_code for one in answers] == [401] * 4


async def _is_found(viewer, stay_id):
    client = viewer.client if isinstance(viewer, Person) else viewer.client()
    return (await client.get(f"{STAYS}/{stay_id}")).status_code == 200


async def _stored(running_site, person):
    async with running_site.site.db.read() as reader:
        return [str(one.place_id) for one in await queries.all_own_stays(reader, person.account_id)]
