"""A status carries a town, a region or a country that its author chose: at the API."""

import pytest

from gazouillis.places import gazetteer
from tests.support.query_count import recorded_queries

LYON, LISBON, BRITTANY, JAPAN = "2996944", "2267057", "3030293", "1861060"
ENTITY = {"id": LYON, "kind": "town", "country": "FR", "names": {"fr": "Lyon", "en": "Lyon", "local": "Lyon"}}


async def test_a_status_carries_the_place_that_its_author_chose(alice, bob):
    posted = await alice.posts("hello", place_id=LYON)

    assert posted["place"] == ENTITY
    assert (await bob.get(f"/api/v1/statuses/{posted['id']}"))["place"] == ENTITY
    assert [one["place"] for one in await bob.get("/api/v1/timelines/public")] == [ENTITY]


@pytest.mark.parametrize(("place_id", "kind"), [(LYON, "town"), (BRITTANY, "region"), (JAPAN, "country")])
async def test_a_place_is_a_town_a_region_or_a_country(alice, place_id, kind):
    assert (await alice.posts("hello", place_id=place_id))["place"]["kind"] == kind


async def test_a_status_without_a_place_has_no_such_field(alice):
    for given in ({}, {"place_id": None}, {"place_id": ""}):
        assert "place" not in await alice.posts("hello", **given)


@pytest.mark.parametrize("place_id", ["1", 0, str(2**63 - 1), str(2**63), "9" * 30, -1, "Lyon", "2996944\x00", [LYON], {"id": LYON}, 3.5])
async def test_an_unknown_place_is_refused_and_nothing_is_published(alice, place_id):
    kept = await alice.posts("before")
    asked = {"status": "hello", "place_id": place_id}

    answers = [
        await alice.client.post("/api/v1/statuses", json=asked),
        await alice.client.put(f"/api/v1/statuses/{kept['id']}", json=asked),
    ]

    assert [(one.status_code, one.json()["field"]) for one in answers] == [(422, "place_id")] * 2
    assert await alice.profile(alice) == ["before"]


async def test_an_edit_keeps_changes_or_removes_the_place_and_its_history_tells(alice):
    posted = await alice.posts("one", place_id=LYON)

    kept = await alice.edits(posted, "two")
    changed = await alice.edits(posted, "two", place_id=LISBON)
    removed = await alice.edits(posted, "two", place_id=None)

    assert (kept["place"]["id"], changed["place"]["id"], removed.get("place")) == (LYON, LISBON, None)
    history = await alice.get(f"/api/v1/statuses/{posted['id']}/history")
    assert [one.get("place", {}).get("id") for one in history] == [LYON, LYON, LISBON, None]


async def test_an_edit_that_changes_nothing_leaves_no_version(alice):
    posted = await alice.posts("one", place_id=LYON)

    edited = await alice.edits(posted, "one", place_id=LYON)

    assert edited["edited_at"] is None


async def test_the_place_is_shown_to_those_who_may_read_the_status_and_to_nobody_else(running_site, alice, bob, carol):
    await bob.follows(alice)
    posted = await alice.posts("for my followers", place_id=LYON, visibility="private")
    path = f"/api/v1/statuses/{posted['id']}"

    assert (await bob.get(path))["place"] == ENTITY
    assert [(await one.client.get(path)).status_code for one in (carol,)] == [404]
    assert "Lyon" not in (await running_site.client().get("/@alice")).text


async def test_a_reblog_shows_the_place_of_the_original(alice, bob):
    reblog = await bob.reblogs(await alice.posts("hello", place_id=LYON))

    assert "place" not in reblog
    assert reblog["reblog"]["place"] == ENTITY


async def test_a_deleted_status_tells_its_place_to_nobody(running_site, alice, bob):
    posted = await alice.posts("hello", place_id=LYON)
    await bob.replies(posted, "@alice hello")

    await alice.deletes(posted)

    assert "Lyon" not in (await running_site.client().get(f"/@alice/{posted['id']}")).text


async def test_a_place_that_a_later_gazetteer_lacks_is_not_shown(running_site, alice, monkeypatch):
    posted = await alice.posts("hello", place_id=LYON)
    monkeypatch.setattr(gazetteer, "by_id", lambda _id: None)

    edited = await alice.edits(posted, "hello again")

    assert "place" not in edited
    assert 'class="placed"' not in (await running_site.client().get(f"/@alice/{posted['id']}")).text


@pytest.mark.parametrize("path", ["/api/v1/timelines/public", "/api/v1/timelines/home"])
async def test_places_take_no_query_more(running_site, alice, monkeypatch, path):
    counts, listed = [], []
    for place_id in (None, LYON):
        for number in range(5):
            await alice.posts(f"post {number}", place_id=place_id)
        await running_site.run_until_idle()
        running_site.site.db.cache.clear()
        with recorded_queries(running_site.site, monkeypatch) as queries:
            listed = await alice.get(path, limit=5)
        counts.append(len(queries))

    assert [one["place"] for one in listed] == [ENTITY] * 5
    assert counts[1] <= counts[0]
