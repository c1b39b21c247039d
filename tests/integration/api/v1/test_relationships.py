import sqlalchemy as sa

from gazouillis.graph import follow
from gazouillis.graph.events import FollowRequested
from gazouillis.graph.tables import follow_requests


async def test_follow_and_unfollow(alice, bob):
    followed = await bob.post(f"/api/v1/accounts/{alice.id}/follow", reblogs=False, notify=True)
    left = await bob.post(f"/api/v1/accounts/{alice.id}/unfollow")

    assert (followed["following"], followed["showing_reblogs"], followed["notifying"]) == (True, False, True)
    assert not left["following"]


async def test_a_locked_account_chooses_its_followers(alice, bob, carol):
    await alice.locks()
    requested = await bob.post(f"/api/v1/accounts/{alice.id}/follow")
    await carol.follows(alice)
    waiting = [one["acct"] for one in await alice.get("/api/v1/follow_requests")]
    welcomed = await alice.post(f"/api/v1/follow_requests/{bob.id}/authorize")
    refused = await alice.post(f"/api/v1/follow_requests/{carol.id}/reject")

    assert (requested["following"], requested["requested"]) == (False, True)
    assert waiting == ["carol", "bob"]
    assert (welcomed["followed_by"], refused["followed_by"], refused["requested_by"]) == (True, False, False)


async def test_an_unknown_follow_request_cannot_be_accepted(alice, bob):
    assert (await alice.client.post(f"/api/v1/follow_requests/{bob.id}/authorize")).status_code == 404


async def test_a_block_ends_the_follows_of_both(alice, mallory):
    await mallory.follows(alice)
    blocked = await alice.post(f"/api/v1/accounts/{mallory.id}/block")
    refusal = await mallory.client.post(f"/api/v1/accounts/{alice.id}/follow")
    listed = [one["acct"] for one in await alice.get("/api/v1/blocks")]
    unblocked = await alice.post(f"/api/v1/accounts/{mallory.id}/unblock")

    assert (blocked["blocking"], blocked["followed_by"], refusal.status_code) == (True, False, 403)
    assert (listed, unblocked["blocking"]) == (["mallory"], False)


async def test_a_mute_has_the_requested_duration(clock, alice, mallory):
    muted = await alice.post(f"/api/v1/accounts/{mallory.id}/mute", duration=3600, notifications=False)
    listed = await alice.get("/api/v1/mutes")
    clock.advance(hours=2)

    assert (muted["muting"], muted["muting_notifications"]) == (True, False)
    assert listed[0]["mute_expires_at"] == muted["muting_expires_at"]
    assert await alice.get("/api/v1/mutes") == []


async def test_a_mute_ends_at_the_right_second(running_site, clock, alice, mallory):
    await alice.follows(mallory)
    await alice.mutes(mallory, duration=60)
    await mallory.posts("while muted")
    clock.advance(seconds=58)
    assert await alice.home() == []

    clock.advance(seconds=2)
    await running_site.run_until_idle()
    await mallory.posts("a second later")

    assert await alice.home() == ["a second later", "while muted"]
    assert (await alice.get("/api/v1/accounts/relationships", id=mallory.id))[0]["muting"] is False


async def test_a_mute_is_undone(alice, mallory):
    await alice.mutes(mallory)

    assert not (await alice.post(f"/api/v1/accounts/{mallory.id}/unmute"))["muting"]


async def test_a_follower_is_removed_without_a_block(alice, mallory):
    await mallory.follows(alice)

    relation = await alice.post(f"/api/v1/accounts/{mallory.id}/remove_from_followers")

    assert (relation["followed_by"], relation["blocking"]) == (False, False)


async def test_nobody_follows_themselves(alice):
    assert (await alice.client.post(f"/api/v1/accounts/{alice.id}/follow")).status_code == 422


async def test_the_deprecated_scope_follow_allows_following(running_site, alice):
    dora = await running_site.person("dora", scopes="follow")

    assert (await dora.post(f"/api/v1/accounts/{alice.id}/follow"))["following"]


async def test_follow_requests_are_accepted_when_the_account_is_unlocked(alice, bob, carol):
    await alice.locks()
    await bob.follows(alice, reblogs=False, notify=True)
    await carol.follows(alice)

    await alice.client.patch("/api/v1/accounts/update_credentials", json={"locked": False})

    [relation] = await bob.get("/api/v1/accounts/relationships", id=alice.id)
    assert (relation["following"], relation["requested"]) == (True, False)
    assert (relation["showing_reblogs"], relation["notifying"]) == (False, True)
    assert await alice.get("/api/v1/follow_requests") == []
    assert await alice.notified_of() == ["follow by carol", "follow by bob"]


async def test_more_follow_requests_than_one_batch_are_accepted(running_site, alice, monkeypatch):
    monkeypatch.setattr(follow, "AT_ONCE", 2)
    await alice.locks()
    for name in ("ann", "ben", "cam", "dan", "eve"):
        await (await running_site.person(name)).follows(alice)

    await alice.client.patch("/api/v1/accounts/update_credentials", json={"locked": False})

    assert len(await alice.get(f"/api/v1/accounts/{alice.id}/followers")) == 5
    assert await alice.get("/api/v1/follow_requests") == []


async def test_a_follow_request_during_the_unlocking_is_accepted(running_site, alice, bob):
    """The request is stored after the waiting ones were accepted."""
    async with running_site.site.db.write() as tx:
        edge = {"follower_id": bob.account_id, "followed_id": alice.account_id, "id": tx.new_id()}
        await tx.run(sa.insert(follow_requests), edge)
        await tx.emit(FollowRequested(bob.account_id, alice.account_id))

    assert await alice.notified_of() == ["follow by bob"]
    [relation] = await bob.get("/api/v1/accounts/relationships", id=alice.id)
    assert (relation["following"], relation["requested"]) == (True, False)


async def test_an_accepted_follow_request_keeps_its_options(alice, bob):
    await alice.locks()
    requested = await bob.post(f"/api/v1/accounts/{alice.id}/follow", reblogs=False)
    changed = await bob.post(f"/api/v1/accounts/{alice.id}/follow", notify=True)

    await alice.post(f"/api/v1/follow_requests/{bob.id}/authorize")

    [relation] = await bob.get("/api/v1/accounts/relationships", id=alice.id)
    assert (requested["requested"], requested["showing_reblogs"], requested["notifying"]) == (True, False, False)
    assert (changed["showing_reblogs"], changed["notifying"]) == (False, True)
    assert (relation["following"], relation["showing_reblogs"], relation["notifying"]) == (True, False, True)


async def test_an_undone_follow_is_not_notified_and_the_next_one_is(alice, bob):
    await bob.follows(alice)
    first = await alice.notified_of()
    await bob.unfollows(alice)
    between = await alice.notified_of()
    await bob.follows(alice)

    assert (first, between, await alice.notified_of()) == (["follow by bob"], [], ["follow by bob"])


async def test_a_follow_with_languages_is_refused(alice, bob):
    refusal = await alice.client.post(f"/api/v1/accounts/{bob.id}/follow", json={"languages": ["fr"]})

    assert (refusal.status_code, refusal.json()["field"]) == (422, "languages")
    assert (await alice.post(f"/api/v1/accounts/{bob.id}/follow", languages=[]))["following"]
