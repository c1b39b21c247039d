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
    asked = await bob.post(f"/api/v1/accounts/{alice.id}/follow")
    await carol.follows(alice)
    waiting = [one["acct"] for one in await alice.get("/api/v1/follow_requests")]
    welcomed = await alice.post(f"/api/v1/follow_requests/{bob.id}/authorize")
    refused = await alice.post(f"/api/v1/follow_requests/{carol.id}/reject")

    assert (asked["following"], asked["requested"]) == (False, True)
    assert waiting == ["carol", "bob"]
    assert (welcomed["followed_by"], refused["followed_by"], refused["requested_by"]) == (True, False, False)


async def test_a_request_nobody_made_cannot_be_accepted(alice, bob):
    assert (await alice.client.post(f"/api/v1/follow_requests/{bob.id}/authorize")).status_code == 404


async def test_a_block_ends_what_was_between_them(alice, mallory):
    await mallory.follows(alice)
    blocked = await alice.post(f"/api/v1/accounts/{mallory.id}/block")
    refusal = await mallory.client.post(f"/api/v1/accounts/{alice.id}/follow")
    listed = [one["acct"] for one in await alice.get("/api/v1/blocks")]
    unblocked = await alice.post(f"/api/v1/accounts/{mallory.id}/unblock")

    assert (blocked["blocking"], blocked["followed_by"], refusal.status_code) == (True, False, 403)
    assert (listed, unblocked["blocking"]) == (["mallory"], False)


async def test_a_mute_lasts_as_long_as_it_was_asked_for(clock, alice, mallory):
    muted = await alice.post(f"/api/v1/accounts/{mallory.id}/mute", duration=3600, notifications=False)
    listed = await alice.get("/api/v1/mutes")
    clock.advance(hours=2)

    assert (muted["muting"], muted["muting_notifications"]) == (True, False)
    assert listed[0]["mute_expires_at"] == muted["muting_expires_at"]
    assert await alice.get("/api/v1/mutes") == []


async def test_a_mute_ends_at_its_second(town, clock, alice, mallory):
    await alice.follows(mallory)
    await alice.mutes(mallory, duration=60)
    await mallory.posts("while muted")
    clock.advance(seconds=58)
    assert await alice.home() == []

    clock.advance(seconds=2)
    await town.settle()
    await mallory.posts("a second later")

    assert await alice.home() == ["a second later", "while muted"]
    assert (await alice.get("/api/v1/accounts/relationships", id=mallory.id))[0]["muting"] is False


async def test_a_mute_is_lifted(alice, mallory):
    await alice.mutes(mallory)

    assert not (await alice.post(f"/api/v1/accounts/{mallory.id}/unmute"))["muting"]


async def test_a_follower_is_sent_away_without_a_block(alice, mallory):
    await mallory.follows(alice)

    relation = await alice.post(f"/api/v1/accounts/{mallory.id}/remove_from_followers")

    assert (relation["followed_by"], relation["blocking"]) == (False, False)


async def test_nobody_follows_themselves(alice):
    assert (await alice.client.post(f"/api/v1/accounts/{alice.id}/follow")).status_code == 422


async def test_older_apps_follow_with_the_scope_of_then(town, alice):
    dora = await town.person("dora", scopes="follow")

    assert (await dora.post(f"/api/v1/accounts/{alice.id}/follow"))["following"]


async def test_who_waits_is_let_in_when_the_account_is_unlocked(alice, bob, carol):
    await alice.locks()
    await bob.follows(alice, reblogs=False, notify=True)
    await carol.follows(alice)

    await alice.client.patch("/api/v1/accounts/update_credentials", json={"locked": False})

    [relation] = await bob.get("/api/v1/accounts/relationships", id=alice.id)
    assert (relation["following"], relation["requested"]) == (True, False)
    assert (relation["showing_reblogs"], relation["notifying"]) == (False, True)
    assert await alice.get("/api/v1/follow_requests") == []
    assert await alice.notified_of() == ["follow by carol", "follow by bob"]


async def test_more_wait_than_are_let_in_at_once(town, alice, monkeypatch):
    monkeypatch.setattr(follow, "AT_ONCE", 2)
    await alice.locks()
    for name in ("ann", "ben", "cam", "dan", "eve"):
        await (await town.person(name)).follows(alice)

    await alice.client.patch("/api/v1/accounts/update_credentials", json={"locked": False})

    assert len(await alice.get(f"/api/v1/accounts/{alice.id}/followers")) == 5
    assert await alice.get("/api/v1/follow_requests") == []


async def test_who_asked_while_the_account_was_being_unlocked_follows(town, alice, bob):
    """As when the request is written after those who waited were accepted."""
    async with town.site.db.write() as tx:
        edge = {"follower_id": bob.account_id, "followed_id": alice.account_id, "id": tx.new_id()}
        await tx.run(sa.insert(follow_requests), edge)
        await tx.emit(FollowRequested(bob.account_id, alice.account_id))

    assert await alice.notified_of() == ["follow by bob"]
    [relation] = await bob.get("/api/v1/accounts/relationships", id=alice.id)
    assert (relation["following"], relation["requested"]) == (True, False)


async def test_a_request_keeps_its_wishes_when_it_is_accepted(alice, bob):
    await alice.locks()
    asked = await bob.post(f"/api/v1/accounts/{alice.id}/follow", reblogs=False)
    changed = await bob.post(f"/api/v1/accounts/{alice.id}/follow", notify=True)

    await alice.post(f"/api/v1/follow_requests/{bob.id}/authorize")

    [relation] = await bob.get("/api/v1/accounts/relationships", id=alice.id)
    assert (asked["requested"], asked["showing_reblogs"], asked["notifying"]) == (True, False, False)
    assert (changed["showing_reblogs"], changed["notifying"]) == (False, True)
    assert (relation["following"], relation["showing_reblogs"], relation["notifying"]) == (True, False, True)


async def test_a_follow_taken_back_is_told_no_more_and_the_next_one_is(alice, bob):
    await bob.follows(alice)
    first = await alice.notified_of()
    await bob.unfollows(alice)
    between = await alice.notified_of()
    await bob.follows(alice)

    assert (first, between, await alice.notified_of()) == (["follow by bob"], [], ["follow by bob"])


async def test_languages_that_a_follow_cannot_keep_are_not_left_aside_in_silence(alice, bob):
    refusal = await alice.client.post(f"/api/v1/accounts/{bob.id}/follow", json={"languages": ["fr"]})

    assert (refusal.status_code, refusal.json()["field"]) == (422, "languages")
    assert (await alice.post(f"/api/v1/accounts/{bob.id}/follow", languages=[]))["following"]
