import re

import pytest


async def test_home_is_what_those_one_follows_said(alice, bob, carol):
    await bob.follows(alice)
    await alice.posts("one")
    await carol.posts("elsewhere")
    await alice.posts("two")

    assert await bob.home() == ["two", "one"]


async def test_home_is_for_those_who_signed_in(town):
    assert (await town.client().get("/api/v1/timelines/home")).status_code == 401


async def test_the_local_timeline_is_for_everybody(town, alice):
    await alice.posts("to all")
    await alice.posts("quietly", visibility="unlisted")

    found = (await town.client().get("/api/v1/timelines/public?local=true")).json()

    assert [one["content"] for one in found] == ["<p>to all</p>"]


async def test_nothing_comes_from_elsewhere_yet(alice):
    await alice.posts("to all")

    assert await alice.get("/api/v1/timelines/public", remote=True) == []
    assert await alice.get("/api/v1/timelines/public", only_media=True) == []


async def test_a_muted_person_is_not_in_the_local_timeline(alice, mallory):
    await mallory.posts("buy my watches")
    await alice.mutes(mallory)

    assert await alice.local() == []


@pytest.mark.parametrize(
    ("wishes", "found"),
    [
        ({}, ["#lyon and #tea", "#Lyon"]),
        ({"any[]": "tea"}, ["#tea", "#lyon and #tea", "#Lyon"]),
        ({"all[]": "tea"}, ["#lyon and #tea"]),
        ({"none[]": "TEA"}, ["#Lyon"]),
    ],
)
async def test_a_tag_with_others(alice, wishes, found):
    for text in ("#Lyon", "#lyon and #tea", "#tea", "nothing"):
        await alice.posts(text)

    shown = await alice.get("/api/v1/timelines/tag/LYON", **wishes)

    assert [re.sub("<[^>]*>", "", one["content"]) for one in shown] == found


async def test_a_tag_with_accents(alice):
    await alice.posts("un #café ?")

    assert len(await alice.get("/api/v1/timelines/tag/café")) == 1
