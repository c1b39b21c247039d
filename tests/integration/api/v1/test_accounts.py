import pytest

from tests.support.people import words

ACCOUNTS = "/api/v1/accounts"


async def test_anybody_may_look_at_an_account(town, alice):
    shown = (await town.client().get(f"{ACCOUNTS}/{alice.id}")).json()

    assert (shown["acct"], shown["url"]) == ("alice", "http://localhost:8000/@alice")
    assert shown["avatar"] == "http://localhost:8000/avatars/alice.png"


@pytest.mark.parametrize("acct", ["alice", "ALICE", "@alice", "alice@localhost:8000"])
async def test_an_account_is_found_by_its_handle(town, alice, acct):
    assert (await town.client().get(f"{ACCOUNTS}/lookup", params={"acct": acct})).json()["id"] == alice.id


async def test_nobody_is_not_found(town):
    answer = await town.client().get(f"{ACCOUNTS}/lookup?acct=nobody")

    assert (answer.status_code, answer.json()) == (404, {"error": "There is no such account"})


async def test_a_lookup_without_a_name_says_what_is_missing(town):
    assert (await town.client().get(f"{ACCOUNTS}/lookup")).json()["field"] == "acct"


async def test_several_accounts_at_once(alice, bob):
    found = await alice.get(ACCOUNTS, **{"id[]": [bob.id, alice.id, bob.id, "1"]})

    assert [one["acct"] for one in found] == ["bob", "alice"]


async def test_a_profile_without_answers_or_reblogs(alice, bob):
    said = await alice.posts("hello")
    await alice.replies(await bob.posts("hi"), "@bob hey")
    await alice.reblogs(await bob.posts("good"))

    assert await bob.profile(alice) == ["RT bob: good", "@bob hey", "hello"]
    assert await bob.profile(alice, exclude_replies=True, exclude_reblogs=True) == ["hello"]
    assert await bob.profile(alice, pinned=True) == []
    assert await bob.profile(alice, only_media=True) == []
    assert said["account"]["id"] == alice.id


async def test_a_profile_by_tag(alice):
    await alice.posts("in #Lyon")
    await alice.posts("in Nancy")

    assert await alice.profile(alice, tagged="lyon") == ["in #Lyon"]


async def test_a_profile_shows_followers_what_is_for_them(alice, bob, carol):
    await bob.follows(alice)
    await alice.posts("between us", visibility="private")

    assert await bob.profile(alice) == ["between us"]
    assert await carol.profile(alice) == []


async def test_followers_and_followed_the_latest_first(town, alice, bob, carol):
    await bob.follows(alice)
    await carol.follows(alice)
    visitor = town.client()

    followers = (await visitor.get(f"{ACCOUNTS}/{alice.id}/followers")).json()
    followed = (await visitor.get(f"{ACCOUNTS}/{bob.id}/following")).json()

    assert [one["acct"] for one in followers] == ["carol", "bob"]
    assert [one["acct"] for one in followed] == ["alice"]


async def test_relationships_answer_for_each_in_order(alice, bob, carol):
    await alice.follows(bob)

    found = await alice.get(f"{ACCOUNTS}/relationships", **{"id[]": [carol.id, bob.id, "12"]})

    assert [(one["id"], one["following"]) for one in found] == [(carol.id, False), (bob.id, True)]


async def test_a_search_by_the_beginning_of_a_name(alice, bob):
    found = await alice.get(f"{ACCOUNTS}/search", q="bo")

    assert [one["acct"] for one in found] == ["bob"]


async def test_tombstones_are_on_no_profile(alice, bob):
    said = await alice.posts("oops")
    await bob.replies(said, "@alice what?")
    await alice.deletes(said)

    assert await bob.profile(alice) == []
    assert [words(one) for one in await bob.get(f"{ACCOUNTS}/{bob.id}/statuses")] == ["@alice what?"]
