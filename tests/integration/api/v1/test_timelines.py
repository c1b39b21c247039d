import re

import pytest


async def test_home_holds_the_statuses_of_followed_accounts(alice, bob, carol):
    await bob.follows(alice)
    await alice.posts("one")
    await carol.posts("elsewhere")
    await alice.posts("two")

    assert await bob.home() == ["two", "one"]


async def test_home_needs_a_token(running_site):
    assert (await running_site.client().get("/api/v1/timelines/home")).status_code == 401


async def test_the_local_timeline_is_public(running_site, alice):
    await alice.posts("to all")
    await alice.posts("quietly", visibility="unlisted")

    found = (await running_site.client().get("/api/v1/timelines/public?local=true")).json()

    assert [one["content"] for one in found] == ["<p>to all</p>"]


async def test_there_are_no_remote_statuses_nor_media(alice):
    await alice.posts("to all")

    assert await alice.get("/api/v1/timelines/public", remote=True) == []
    assert await alice.get("/api/v1/timelines/public", only_media=True) == []


async def test_a_muted_account_is_not_in_the_local_timeline(alice, mallory):
    await mallory.posts("buy my watches")
    await alice.mutes(mallory)

    assert await alice.local() == []


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, ["#lyon and #tea", "#Lyon"]),
        ({"any[]": "tea"}, ["#tea", "#lyon and #tea", "#Lyon"]),
        ({"all[]": "tea"}, ["#lyon and #tea"]),
        ({"none[]": "TEA"}, ["#Lyon"]),
    ],
)
async def test_a_hashtag_timeline_is_combined_with_other_hashtags(alice, parameters, found):
    for text in ("#Lyon", "#lyon and #tea", "#tea", "nothing"):
        await alice.posts(text)

    shown = await alice.get("/api/v1/timelines/tag/LYON", **parameters)

    assert [re.sub("<[^>]*>", "", one["content"]) for one in shown] == found


async def test_a_hashtag_may_have_accents(alice):
    await alice.posts("un #café ?")

    assert len(await alice.get("/api/v1/timelines/tag/café")) == 1
