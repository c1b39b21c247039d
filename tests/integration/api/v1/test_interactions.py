from tests.support.people import words


async def test_a_favourite_is_seen_at_once_by_who_gave_it(alice, bob):
    said = await alice.posts("hello")

    shown = await bob.favourites(said)

    assert (shown["favourited"], shown["favourites_count"]) == (True, 1)
    assert [words(one) for one in await bob.get("/api/v1/favourites")] == ["hello"]
    assert [one["acct"] for one in await alice.get(f"/api/v1/statuses/{said['id']}/favourited_by")] == ["bob"]


async def test_a_favourite_is_given_once_and_taken_back(alice, bob):
    said = await alice.posts("hello")
    await bob.favourites(said)
    await bob.favourites(said)

    shown = await bob.post(f"/api/v1/statuses/{said['id']}/unfavourite")

    assert (shown["favourited"], shown["favourites_count"]) == (False, 0)


async def test_a_reblog_shows_what_it_repeats(alice, bob):
    said = await alice.posts("hello")

    made = await bob.reblogs(said)

    assert words(made) == "RT alice: hello"
    assert (made["reblog"]["reblogged"], made["reblog"]["reblogs_count"]) == (True, 1)
    assert [one["acct"] for one in await alice.get(f"/api/v1/statuses/{said['id']}/reblogged_by")] == ["bob"]


async def test_a_reblog_taken_back_answers_with_the_original(alice, bob):
    said = await alice.posts("hello")
    await bob.reblogs(said)

    shown = await bob.unreblogs(said)

    assert (shown["id"], shown["reblogged"], shown["reblogs_count"]) == (said["id"], False, 0)


async def test_a_reblog_of_ones_own_is_deleted_like_a_post(alice, bob):
    made = await bob.reblogs(await alice.posts("hello"))

    assert words(await bob.deletes(made) | {"content": ""}) == "RT alice: hello"
    assert await bob.profile(bob) == []


async def test_what_is_not_for_everybody_cannot_be_repeated(alice, bob):
    await bob.follows(alice)
    said = await alice.posts("between us", visibility="private")

    refusal = await bob.client.post(f"/api/v1/statuses/{said['id']}/reblog")

    assert refusal.status_code == 403


async def test_bookmarks_are_between_oneself_and_the_server(alice, bob):
    said = await alice.posts("a recipe")

    assert (await bob.bookmarks(said))["bookmarked"]
    assert [words(one) for one in await bob.get("/api/v1/bookmarks")] == ["a recipe"]
    assert await alice.notified_of() == []
    assert not (await bob.post(f"/api/v1/statuses/{said['id']}/unbookmark"))["bookmarked"]


async def test_those_one_blocked_are_not_named_among_those_who_liked(alice, bob, mallory):
    said = await alice.posts("hello")
    await mallory.favourites(said)
    await bob.blocks(mallory)

    assert await bob.get(f"/api/v1/statuses/{said['id']}/favourited_by") == []


async def test_what_one_may_not_see_one_cannot_like(alice, mallory):
    said = await alice.posts("@alice a note to myself", visibility="direct")

    assert (await mallory.client.post(f"/api/v1/statuses/{said['id']}/favourite")).status_code == 404
