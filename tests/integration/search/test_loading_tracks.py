"""The worker reads the tracks in slices: other reactions go on, nothing is missed, and two workers know the same tracks."""

import pytest

from gazouillis.search.tracks import loaded
from gazouillis.search.tracks.loaded import LoadedTracks
from gazouillis.worker import Worker

TRACKS = "/api/gazouillis/v1/tracks"


@pytest.fixture
async def slow_site(running_site, alice, monkeypatch):
    """A server that has just started, and reads one track in each turn of the worker."""
    for query in ("orage", "lyon", "vent", "neige"):
        await alice.post(TRACKS, query=query)
    await running_site.run_until_idle()
    monkeypatch.setattr(loaded, "AT_ONCE", 1)
    running_site.site.add(LoadedTracks())
    return running_site


async def hits(person, query):
    track = next(one for one in await person.get(TRACKS) if one["query"] == query)
    return [one["content"] for one in await person.get(f"{TRACKS}/{track['id']}/timeline")]


async def test_other_reactions_go_on_while_the_tracks_are_read(slow_site, carol, bob):
    worker = Worker(slow_site.site)
    await bob.client.post("/api/v1/statuses", json={"status": "@carol un orage à Lyon"})

    assert await worker.catch_up()

    assert not slow_site.site.the(LoadedTracks).is_ready
    told = (await carol.client.get("/api/v1/notifications")).json()
    assert [one["type"] for one in told] == ["mention"]


async def test_what_is_said_while_the_tracks_are_read_is_matched_then(slow_site, alice, bob):
    worker = Worker(slow_site.site)
    said = (await bob.client.post("/api/v1/statuses", json={"status": "un orage"})).json()
    await worker.catch_up()
    await bob.client.put(f"/api/v1/statuses/{said['id']}", json={"status": "de la neige"})
    await worker.catch_up()
    gone = (await bob.client.post("/api/v1/statuses", json={"status": "encore de la neige"})).json()
    await worker.catch_up()
    await bob.client.delete(f"/api/v1/statuses/{gone['id']}")
    assert not slow_site.site.the(LoadedTracks).is_ready

    await slow_site.run_until_idle()

    assert slow_site.site.the(LoadedTracks).is_ready
    assert await hits(alice, "orage") == []
    assert await hits(alice, "neige") == ["<p>de la neige</p>"]


async def test_a_track_made_or_removed_while_the_others_are_read_counts(slow_site, alice, bob):
    worker = Worker(slow_site.site)
    await worker.catch_up()
    (removed,) = [one for one in await alice.get(TRACKS) if one["query"] == "lyon"]
    await alice.client.delete(f"{TRACKS}/{removed['id']}")
    await alice.client.post(TRACKS, json={"query": "grêle"})
    await bob.client.post("/api/v1/statuses", json={"status": "la grêle sur Lyon"})
    await slow_site.run_until_idle()

    assert await hits(alice, "grêle") == ["<p>la grêle sur Lyon</p>"]


async def test_a_second_worker_knows_the_tracks_that_came_while_it_waited(running_site, alice, bob):
    await alice.post(TRACKS, query="lyon")
    await running_site.run_until_idle()
    first, second = running_site.site.the(LoadedTracks), LoadedTracks()
    await second.prepare(running_site.site.db)
    for query in ("orage", "neige"):
        await alice.post(TRACKS, query=query)
    (removed,) = [one for one in await alice.get(TRACKS) if one["query"] == "lyon"]
    await alice.client.delete(f"{TRACKS}/{removed['id']}")
    await running_site.run_until_idle()
    assert len(first.matcher) == 2

    running_site.site.add(second)
    await bob.posts("un orage")
    await running_site.run_until_idle()

    assert len(second.matcher) == 2
    assert await hits(alice, "orage") == ["<p>un orage</p>"]
