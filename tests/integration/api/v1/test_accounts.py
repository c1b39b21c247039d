import pytest

from tests.support.people import words

ACCOUNTS = "/api/v1/accounts"


async def test_anybody_may_read_an_account(running_site, alice):
    shown = (await running_site.client().get(f"{ACCOUNTS}/{alice.id}")).json()

    assert (shown["acct"], shown["url"]) == ("alice", "http://localhost:8000/@alice")
    assert shown["avatar"] == "http://localhost:8000/avatars/alice.png"


@pytest.mark.parametrize("acct", ["alice", "ALICE", "@alice", "alice@localhost:8000"])
async def test_an_account_is_found_by_its_handle(running_site, alice, acct):
    assert (await running_site.client().get(f"{ACCOUNTS}/lookup", params={"acct": acct})).json()["id"] == alice.id


async def test_an_unknown_account_is_not_found(running_site):
    response = await running_site.client().get(f"{ACCOUNTS}/lookup?acct=nobody")

    assert (response.status_code, response.json()) == (404, {"error": "There is no such account"})


async def test_a_lookup_without_a_name_is_refused(running_site):
    assert (await running_site.client().get(f"{ACCOUNTS}/lookup")).json()["field"] == "acct"


async def test_several_accounts_are_read_by_their_ids(alice, bob):
    found = await alice.get(ACCOUNTS, **{"id[]": [bob.id, alice.id, bob.id, "1"]})

    assert [one["acct"] for one in found] == ["bob", "alice"]


async def test_a_profile_excludes_replies_or_reblogs(alice, bob):
    status = await alice.posts("hello")
    await alice.replies(await bob.posts("hi"), "@bob hey")
    await alice.reblogs(await bob.posts("good"))

    assert await bob.profile(alice) == ["RT bob: good", "@bob hey", "hello"]
    assert await bob.profile(alice, exclude_replies=True, exclude_reblogs=True) == ["hello"]
    assert await bob.profile(alice, pinned=True) == []
    assert await bob.profile(alice, only_media=True) == []
    assert status["account"]["id"] == alice.id


async def test_a_profile_is_filtered_by_hashtag(alice):
    await alice.posts("in #Lyon")
    await alice.posts("in Nancy")

    assert await alice.profile(alice, tagged="lyon") == ["in #Lyon"]


async def test_a_profile_shows_private_statuses_to_followers(alice, bob, carol):
    await bob.follows(alice)
    await alice.posts("between us", visibility="private")

    assert await bob.profile(alice) == ["between us"]
    assert await carol.profile(alice) == []


async def test_followers_and_followed_accounts_are_listed_newest_first(running_site, alice, bob, carol):
    await bob.follows(alice)
    await carol.follows(alice)
    visitor = running_site.client()

    followers = (await visitor.get(f"{ACCOUNTS}/{alice.id}/followers")).json()
    followed = (await visitor.get(f"{ACCOUNTS}/{bob.id}/following")).json()

    assert [one["acct"] for one in followers] == ["carol", "bob"]
    assert [one["acct"] for one in followed] == ["alice"]


async def test_relationships_are_in_the_order_of_the_request(alice, bob, carol):
    await alice.follows(bob)

    found = await alice.get(f"{ACCOUNTS}/relationships", **{"id[]": [carol.id, bob.id, "12"]})

    assert [(one["id"], one["following"]) for one in found] == [(carol.id, False), (bob.id, True)]


async def test_accounts_are_searched_by_the_beginning_of_their_name(alice, bob):
    found = await alice.get(f"{ACCOUNTS}/search", q="bo")

    assert [one["acct"] for one in found] == ["bob"]


async def test_tombstones_are_on_no_profile(alice, bob):
    status = await alice.posts("oops")
    await bob.replies(status, "@alice what?")
    await alice.deletes(status)

    assert await bob.profile(alice) == []
    assert [words(one) for one in await bob.get(f"{ACCOUNTS}/{bob.id}/statuses")] == ["@alice what?"]
