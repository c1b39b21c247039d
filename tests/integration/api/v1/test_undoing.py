"""Favourites, bookmarks, reblogs and replies can be undo after the status became invisible to who made them."""

import pytest

from tests.support.people import words

ACTS = {"favourite": "favourited", "bookmark": "bookmarked", "reblog": "reblogged"}


async def the_author_blocks(author, actor):
    await author.blocks(actor)


async def the_actor_blocks(author, actor):
    await actor.blocks(author)


async def the_actor_unfollows(author, actor):
    await actor.unfollows(author)


async def the_follower_is_removed(author, actor):
    await author.post(f"/api/v1/accounts/{actor.id}/remove_from_followers")


ENDED_RELATIONS = [the_author_blocks, the_actor_blocks, the_actor_unfollows, the_follower_is_removed]


async def undo(person, verb, status):
    return await person.client.post(f"/api/v1/statuses/{status['id']}/un{verb}")


@pytest.mark.parametrize("end_relation", ENDED_RELATIONS)
@pytest.mark.parametrize("visibility", ["public", "private"])
@pytest.mark.parametrize("verb", ACTS)
async def test_an_act_is_undone_after_the_relation_ended(alice, bob, verb, visibility, end_relation):
    await bob.follows(alice)
    status = await alice.posts("for my followers", visibility=visibility)
    if (verb, visibility) == ("reblog", "private"):
        status = await bob.posts("my own", visibility=visibility)
    await bob.post(f"/api/v1/statuses/{status['id']}/{verb}")
    await end_relation(alice, bob)

    first, second = await undo(bob, verb, status), await undo(bob, verb, status)

    assert (first.status_code, first.json()["id"], first.json()[ACTS[verb]]) == (200, status["id"], False)
    assert second.status_code in {200, 404}
    if status["account"]["id"] == alice.id:
        counted = await alice.get(f"/api/v1/statuses/{status['id']}")
        assert (counted["favourites_count"], counted["reblogs_count"]) == (0, 0)


@pytest.mark.parametrize("verb", ACTS)
async def test_undoing_does_not_return_the_text_that_became_invisible(alice, bob, verb):
    status = await alice.posts("first @bob #words", spoiler_text="secret")
    await bob.post(f"/api/v1/statuses/{status['id']}/{verb}")
    await alice.blocks(bob)
    await alice.edits(status, "written since")

    shown = (await undo(bob, verb, status)).json()

    assert (shown["content"], shown["spoiler_text"], shown["mentions"], shown["tags"]) == ("", "", [], [])
    assert shown["account"]["acct"] == "alice"


@pytest.mark.parametrize("verb", ACTS)
async def test_undoing_an_act_that_never_happened_is_not_found(alice, mallory, verb):
    status = await alice.posts("for my followers", visibility="private")

    assert (await undo(mallory, verb, status)).status_code == 404


@pytest.mark.parametrize("verb", ACTS)
async def test_undoing_after_the_status_was_deleted_is_answered(alice, bob, verb):
    status = await alice.posts("hello")
    await bob.post(f"/api/v1/statuses/{status['id']}/{verb}")
    await alice.deletes(status)

    response = await undo(bob, verb, status)

    assert (response.status_code, response.json()["content"], response.json()[ACTS[verb]]) == (200, "", False)


@pytest.mark.parametrize("verb", ACTS)
async def test_an_act_is_undone_by_the_id_of_a_reblog(alice, bob, carol, verb):
    status = await alice.posts("hello")
    made = await carol.reblogs(status)
    await bob.post(f"/api/v1/statuses/{status['id']}/{verb}")
    await carol.blocks(bob)

    response = await undo(bob, verb, made)

    assert (response.status_code, response.json()["id"], response.json()[ACTS[verb]]) == (200, status["id"], False)


@pytest.mark.parametrize("end_relation", [the_author_blocks, the_actor_blocks])
async def test_ones_own_reblog_is_deleted_after_a_block(alice, bob, end_relation):
    status = await alice.posts("hello")
    made = await bob.reblogs(status)
    await end_relation(alice, bob)

    deleted = await bob.deletes(made)

    assert (deleted["id"], deleted["reblog"]["id"], deleted["reblog"]["content"]) == (made["id"], status["id"], "")
    assert (await alice.get(f"/api/v1/statuses/{status['id']}"))["reblogs_count"] == 0


async def test_a_reply_to_somebody_who_blocks_one_is_deleted(alice, bob):
    reply = await bob.replies(await alice.posts("a question"), "@alice an answer")
    await alice.blocks(bob)

    assert (await bob.deletes(reply))["text"] == "@alice an answer"
    assert (await bob.client.delete(f"/api/v1/statuses/{reply['id']}")).status_code == 404


@pytest.mark.parametrize("verb", ["unfollow", "unmute", "unblock"])
async def test_relations_are_undone_after_a_block_and_twice(alice, bob, verb):
    await bob.follows(alice)
    await bob.mutes(alice)
    await alice.blocks(bob)

    responses = [await bob.post(f"/api/v1/accounts/{alice.id}/{verb}") for _ in range(2)]

    assert responses[0] == responses[1]
    assert not responses[0]["following"]


async def test_acts_on_a_reblog_apply_to_its_original(alice, bob, carol):
    status = await alice.posts("hello")
    made = await carol.reblogs(status)

    reply = await bob.replies(made, "@alice hi")

    assert reply["in_reply_to_id"] == status["id"]
    assert reply["in_reply_to_account_id"] == alice.id
    assert (await bob.favourites(made))["favourited"]
    assert (await bob.bookmarks(made))["bookmarked"]
    assert (await bob.thread(made)) == ([], ["@alice hi"])
    assert [one["acct"] for one in await bob.get(f"/api/v1/statuses/{made['id']}/favourited_by")] == ["bob"]
    assert [words(one) for one in await bob.get("/api/v1/bookmarks")] == ["hello"]
