"""What one did can be taken back, whatever one may see today."""

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


PARTINGS = [the_author_blocks, the_actor_blocks, the_actor_unfollows, the_follower_is_removed]


async def undone(person, verb, status):
    return await person.client.post(f"/api/v1/statuses/{status['id']}/un{verb}")


@pytest.mark.parametrize("parting", PARTINGS)
@pytest.mark.parametrize("visibility", ["public", "private"])
@pytest.mark.parametrize("verb", ACTS)
async def test_an_act_is_undone_after_a_parting(alice, bob, verb, visibility, parting):
    await bob.follows(alice)
    said = await alice.posts("for my followers", visibility=visibility)
    if (verb, visibility) == ("reblog", "private"):
        said = await bob.posts("my own", visibility=visibility)
    await bob.post(f"/api/v1/statuses/{said['id']}/{verb}")
    await parting(alice, bob)

    first, second = await undone(bob, verb, said), await undone(bob, verb, said)

    assert (first.status_code, first.json()["id"], first.json()[ACTS[verb]]) == (200, said["id"], False)
    assert second.status_code in {200, 404}
    if said["account"]["id"] == alice.id:
        counted = await alice.get(f"/api/v1/statuses/{said['id']}")
        assert (counted["favourites_count"], counted["reblogs_count"]) == (0, 0)


@pytest.mark.parametrize("verb", ACTS)
async def test_what_one_may_not_read_any_more_comes_without_its_words(alice, bob, verb):
    said = await alice.posts("first @bob #words", spoiler_text="secret")
    await bob.post(f"/api/v1/statuses/{said['id']}/{verb}")
    await alice.blocks(bob)
    await alice.edits(said, "written since")

    shown = (await undone(bob, verb, said)).json()

    assert (shown["content"], shown["spoiler_text"], shown["mentions"], shown["tags"]) == ("", "", [], [])
    assert shown["account"]["acct"] == "alice"


@pytest.mark.parametrize("verb", ACTS)
async def test_undoing_what_one_never_did_says_nothing_of_what_is_hidden(alice, mallory, verb):
    said = await alice.posts("for my followers", visibility="private")

    assert (await undone(mallory, verb, said)).status_code == 404


@pytest.mark.parametrize("verb", ACTS)
async def test_undoing_after_the_author_deleted_it_does_no_harm(alice, bob, verb):
    said = await alice.posts("hello")
    await bob.post(f"/api/v1/statuses/{said['id']}/{verb}")
    await alice.deletes(said)

    answer = await undone(bob, verb, said)

    assert (answer.status_code, answer.json()["content"], answer.json()[ACTS[verb]]) == (200, "", False)


@pytest.mark.parametrize("verb", ACTS)
async def test_an_act_is_undone_by_the_id_of_a_reblog(alice, bob, carol, verb):
    said = await alice.posts("hello")
    made = await carol.reblogs(said)
    await bob.post(f"/api/v1/statuses/{said['id']}/{verb}")
    await carol.blocks(bob)

    answer = await undone(bob, verb, made)

    assert (answer.status_code, answer.json()["id"], answer.json()[ACTS[verb]]) == (200, said["id"], False)


@pytest.mark.parametrize("parting", [the_author_blocks, the_actor_blocks])
async def test_ones_own_reblog_is_deleted_after_a_block(alice, bob, parting):
    said = await alice.posts("hello")
    made = await bob.reblogs(said)
    await parting(alice, bob)

    deleted = await bob.deletes(made)

    assert (deleted["id"], deleted["reblog"]["id"], deleted["reblog"]["content"]) == (made["id"], said["id"], "")
    assert (await alice.get(f"/api/v1/statuses/{said['id']}"))["reblogs_count"] == 0


async def test_a_reply_to_somebody_who_blocks_one_is_deleted(alice, bob):
    answer = await bob.replies(await alice.posts("a question"), "@alice an answer")
    await alice.blocks(bob)

    assert (await bob.deletes(answer))["text"] == "@alice an answer"
    assert (await bob.client.delete(f"/api/v1/statuses/{answer['id']}")).status_code == 404


@pytest.mark.parametrize("verb", ["unfollow", "unmute", "unblock"])
async def test_ties_are_undone_after_a_block_and_twice(alice, bob, verb):
    await bob.follows(alice)
    await bob.mutes(alice)
    await alice.blocks(bob)

    answers = [await bob.post(f"/api/v1/accounts/{alice.id}/{verb}") for _ in range(2)]

    assert answers[0] == answers[1]
    assert not answers[0]["following"]


async def test_marks_and_answers_at_a_reblog_are_those_of_its_original(alice, bob, carol):
    said = await alice.posts("hello")
    made = await carol.reblogs(said)

    answer = await bob.replies(made, "@alice hi")

    assert answer["in_reply_to_id"] == said["id"]
    assert answer["in_reply_to_account_id"] == alice.id
    assert (await bob.favourites(made))["favourited"]
    assert (await bob.bookmarks(made))["bookmarked"]
    assert (await bob.thread(made)) == ([], ["@alice hi"])
    assert [one["acct"] for one in await bob.get(f"/api/v1/statuses/{made['id']}/favourited_by")] == ["bob"]
    assert [words(one) for one in await bob.get("/api/v1/bookmarks")] == ["hello"]
