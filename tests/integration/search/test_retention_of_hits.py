"""A track keeps its newest hits, for a time. What is deleted does not come back, and nobody is told of it again."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from gazouillis.search.tracks import sweep
from gazouillis.search.tracks.tables import track_hits
from tests.support.people import words

TRACKS = "/api/gazouillis/v1/tracks"


async def hits(running_site, person, track):
    await running_site.run_until_idle()
    return [words(one) for one in await person.get(f"{TRACKS}/{track['id']}/timeline")]


async def count(running_site):
    async with running_site.site.db.read() as reader:
        return await reader.value(sa.select(sa.func.count()).select_from(track_hits))


async def test_a_track_keeps_its_newest_hits(running_site, alice, bob, carol, monkeypatch):
    monkeypatch.setattr(sweep, "MOST_KEPT", 2)
    track, other = [await one.post(TRACKS, query="orage", delivery="notify") for one in (alice, carol)]
    await carol.client.patch(f"{TRACKS}/{other['id']}", json={"active": False})
    for number in range(4):
        await bob.posts(f"orage {number}")
    assert len(await hits(running_site, alice, track)) == 4

    await sweep.sweep(running_site.site)

    assert await hits(running_site, alice, track) == ["orage 3", "orage 2"]
    assert await count(running_site) == 2
    await bob.posts("orage 4")
    assert await hits(running_site, alice, track) == ["orage 4", "orage 3", "orage 2"]
    await sweep.sweep(running_site.site)
    assert await hits(running_site, alice, track) == ["orage 4", "orage 3"]


async def test_old_hits_go(running_site, alice, bob, monkeypatch):
    track = await alice.post(TRACKS, query="orage")
    for number in range(3):
        await bob.posts(f"orage {number}")
    assert len(await hits(running_site, alice, track)) == 3
    monkeypatch.setattr(sweep, "DELETED_AT_ONCE", 1)

    await sweep.sweep(running_site.site)
    assert await count(running_site) == 3
    monkeypatch.setattr(sweep, "KEPT_FOR", timedelta(seconds=-1))
    await sweep.sweep(running_site.site)

    assert await count(running_site) == 0


@pytest.mark.parametrize("reason", ["age", "number"])
async def test_what_was_deleted_is_no_hit_again_when_it_is_edited(running_site, alice, bob, monkeypatch, reason):
    track = await alice.post(TRACKS, query="orage", delivery="notify")
    said = await bob.posts("un orage")
    await bob.posts("deux orages")
    assert len(await hits(running_site, alice, track)) == 2
    monkeypatch.setattr(sweep, "MOST_KEPT", 1) if reason == "number" else monkeypatch.setattr(sweep, "KEPT_FOR", timedelta(seconds=-1))
    await sweep.sweep(running_site.site)
    await alice.post("/api/v1/notifications/clear")

    await bob.edits(said, "un gros orage")

    assert await hits(running_site, alice, track) == ([] if reason == "age" else ["deux orages"])
    assert await alice.notifications(types=["track"]) == []
