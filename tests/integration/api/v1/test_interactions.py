from tests.support.people import words


async def test_a_favourite_is_shown_at_once_to_who_gave_it(alice, bob):
    status = await alice.posts("hello")

    shown = await bob.favourites(status)

    assert (shown["favourited"], shown["favourites_count"]) == (True, 1)
    assert [words(one) for one in await bob.get("/api/v1/favourites")] == ["hello"]
    assert [one["acct"] for one in await alice.get(f"/api/v1/statuses/{status['id']}/favourited_by")] == ["bob"]


async def test_a_favourite_is_counted_once_and_can_be_undone(alice, bob):
    status = await alice.posts("hello")
    await bob.favourites(status)
    await bob.favourites(status)

    shown = await bob.post(f"/api/v1/statuses/{status['id']}/unfavourite")

    assert (shown["favourited"], shown["favourites_count"]) == (False, 0)


async def test_a_reblog_contains_its_original(alice, bob):
    status = await alice.posts("hello")

    made = await bob.reblogs(status)

    assert words(made) == "RT alice: hello"
    assert (made["reblog"]["reblogged"], made["reblog"]["reblogs_count"]) == (True, 1)
    assert [one["acct"] for one in await alice.get(f"/api/v1/statuses/{status['id']}/reblogged_by")] == ["bob"]


async def test_undoing_a_reblog_is_answered_with_the_original(alice, bob):
    status = await alice.posts("hello")
    await bob.reblogs(status)

    shown = await bob.unreblogs(status)

    assert (shown["id"], shown["reblogged"], shown["reblogs_count"]) == (status["id"], False, 0)


async def test_a_reblog_of_ones_own_is_deleted_like_a_post(alice, bob):
    made = await bob.reblogs(await alice.posts("hello"))

    assert words(await bob.deletes(made) | {"content": ""}) == "RT alice: hello"
    assert await bob.profile(bob) == []


async def test_a_private_status_cannot_be_reblogged_by_others(alice, bob):
    await bob.follows(alice)
    status = await alice.posts("between us", visibility="private")

    refusal = await bob.client.post(f"/api/v1/statuses/{status['id']}/reblog")

    assert refusal.status_code == 403


async def test_a_bookmark_notifies_nobody(alice, bob):
    status = await alice.posts("a recipe")

    assert (await bob.bookmarks(status))["bookmarked"]
    assert [words(one) for one in await bob.get("/api/v1/bookmarks")] == ["a recipe"]
    assert await alice.notified_of() == []
    assert not (await bob.post(f"/api/v1/statuses/{status['id']}/unbookmark"))["bookmarked"]


async def test_blocked_accounts_are_not_listed_among_favouriters(alice, bob, mallory):
    status = await alice.posts("hello")
    await mallory.favourites(status)
    await bob.blocks(mallory)

    assert await bob.get(f"/api/v1/statuses/{status['id']}/favourited_by") == []


async def test_a_status_one_may_not_see_cannot_be_favourited(alice, mallory):
    status = await alice.posts("@alice a note to myself", visibility="direct")

    assert (await mallory.client.post(f"/api/v1/statuses/{status['id']}/favourite")).status_code == 404
