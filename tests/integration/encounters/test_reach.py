"""Where answers came from: the road is kept with the act, checked, and told to the author alone, without anybody's secrets."""

from datetime import UTC, datetime, timedelta

import pytest

from gazouillis.accounts.suspend import suspend
from tests.support.stays import LYON

SHELF = "/api/gazouillis/v1/shelf"


def path(status):
    return f"/api/gazouillis/v1/statuses/{status['id']}/reach"


async def roads(author, status):
    """By road, how many: `reblog:xuoan`, and `<=3` for a rounded number."""
    found = {}
    for one in (await author.get(path(status)))["roads"]:
        name = f"{one['road']}:{one['account']['username']}" if one["account"] else one["road"]
        found[name] = f"<={one['count']}" if one["at_most"] else one["count"]
    return found


@pytest.fixture
async def xuoan(running_site):
    return await running_site.person("xuoan")


async def favourites(person, status, via=""):
    await person.post(f"/api/v1/statuses/{status['id']}/favourite", via=via)


async def test_each_act_keeps_the_road_by_which_it_came(running_site, alice, bob, carol, xuoan):
    dora = await running_site.person("dora")
    await bob.follows(alice)
    await carol.follows(xuoan)
    status = await alice.posts("Une soupe à Budapest ?")
    await bob.replies(status, "la rouge")
    await xuoan.reblogs(status)
    await carol.favourites(status)
    await dora.replies(status, "la verte", via=f"reblog:{xuoan.id}")
    await dora.follows(alice, via=f"status:{status['id']},reblog:{xuoan.id}")

    assert await roads(alice, status) == {"reblog:xuoan": 3, "follow": 1, "unknown": "<=3"}
    told = await alice.get(path(status))
    assert [told[name] for name in ("replies", "reblogs", "favourites", "follows")] == [2, 1, 1, 1]
    assert sum(one["count"] for one in told["waves"]) == 5


async def test_without_a_road_the_first_reblog_by_somebody_followed_counts_and_not_the_latest(running_site, alice, bob, carol, xuoan):
    await bob.follows(xuoan, carol)
    status = await alice.posts("bonjour")
    await xuoan.reblogs(status)
    await carol.reblogs(status)
    await favourites(bob, status)

    assert (await roads(alice, status))["reblog:xuoan"] == 1


async def test_a_road_that_is_not_true_counts_for_nothing(running_site, alice, bob, carol, xuoan):
    await bob.follows(alice)
    await bob.post("/api/gazouillis/v1/tracks", query="bonjour")
    status = await alice.posts("je dis bonjour")
    await running_site.run_until_idle()
    for via in ("track", "town", "ff", f"reblog:{carol.id}", f"reblog:{alice.id}", "reblog:0x1", "reblog:99999999999999999999", "x" * 999):
        await favourites(carol, status, via)
        assert await roads(alice, status) == {"unknown": "<=3"}
        await carol.post(f"/api/v1/statuses/{status['id']}/unfavourite")
        assert await roads(alice, status) == {}
    await favourites(bob, status, "track")
    assert await roads(alice, status) == {"track": "<=3"}


async def test_a_private_reblog_names_nobody(alice, bob, carol):
    await bob.follows(carol)
    status = await alice.posts("bonjour")
    await carol.post(f"/api/v1/statuses/{status['id']}/reblog", visibility="private")
    await favourites(bob, status, f"reblog:{carol.id}")

    assert await roads(alice, status) == {"unknown": "<=3"}


async def test_a_withdrawn_reblog_is_credited_to_nobody_else(running_site, alice, bob, carol, xuoan):
    await bob.follows(xuoan, carol)
    status = await alice.posts("bonjour")
    await xuoan.reblogs(status)
    await carol.reblogs(status)
    await bob.replies(status, "salut")
    await xuoan.unreblogs(status)

    assert await roads(alice, status) == {"reblog": 1, "unknown": "<=3"}  # carol's own reblog came by an unknown road


async def test_what_is_undone_is_no_longer_told(running_site, alice, bob):
    status = await alice.posts("bonjour")
    reply = await bob.replies(status, "salut", via="link")
    await favourites(bob, status, "link")
    await bob.follows(alice, via=f"status:{status['id']},link")
    assert await roads(alice, status) == {"link": 3}

    await bob.unfollows(alice)
    await bob.follows(alice)
    assert await roads(alice, status) == {"link": 2}
    await bob.deletes(reply)
    assert await roads(alice, status) == {"link": 1}
    await bob.post(f"/api/v1/statuses/{status['id']}/unfavourite")
    assert await roads(alice, status) == {}
    await favourites(bob, status)
    assert await roads(alice, status) == {"follow": 1}


async def test_a_follow_that_was_asked_for_counts_once_it_is_accepted(alice, bob):
    await alice.locks()
    status = await alice.posts("bonjour")
    await bob.follows(alice, via=f"status:{status['id']},link")
    assert await roads(alice, status) == {}

    await alice.post(f"/api/v1/follow_requests/{bob.id}/authorize")
    assert await roads(alice, status) == {"link": 1}


async def test_a_follow_is_of_the_author_of_the_status(alice, bob, carol):
    status = await alice.posts("bonjour")
    await bob.follows(carol, via=f"status:{status['id']},link")
    await bob.follows(alice, via="status:1,link")

    assert await roads(alice, status) == {}


async def test_nobody_hidden_is_told(running_site, alice, bob, carol, xuoan):
    await bob.follows(xuoan)
    status = await alice.posts("bonjour")
    await xuoan.reblogs(status)
    await bob.favourites(status)
    await carol.replies(status, "pour mes abonnés", visibility="private")
    await carol.replies(status, "@alice rien que pour toi", visibility="direct")
    assert await roads(alice, status) == {"reblog:xuoan": 1, "unknown": "<=3"}  # alice is no follower of carol

    await xuoan.blocks(alice)
    assert await roads(alice, status) == {"reblog": 1}
    async with running_site.site.db.write() as tx:
        await suspend(tx, bob.account_id)
    assert await roads(alice, status) == {}


async def test_only_the_author_asks(alice, bob, running_site):
    status = await alice.posts("bonjour")
    await bob.reblogs(status)
    message = await alice.posts("@bob entre nous", visibility="direct")
    reblog = (await bob.get(f"/api/v1/accounts/{bob.id}/statuses"))[0]

    assert (await bob.client.get(path(status))).status_code == 404
    assert (await bob.client.get(path(reblog))).status_code == 404
    assert (await running_site.client().get(path(status))).status_code == 401
    for wrong in (message["id"], "1", "abc", "0x1", "9" * 20):
        assert (await alice.client.get(path({"id": wrong}))).status_code == 404


async def test_the_acts_of_the_author_are_not_counted(alice, bob):
    status = await alice.posts("bonjour")
    await alice.replies(status, "encore")
    await alice.favourites(status)
    await alice.reblogs(status)

    assert await roads(alice, status) == {}


async def test_an_act_that_is_sent_twice_counts_once(alice, bob):
    status = await alice.posts("bonjour")
    await favourites(bob, status, "link")
    await favourites(bob, status, "blog")
    for _ in range(2):
        sent = {"status": "salut", "in_reply_to_id": status["id"], "via": "blog"}
        await bob.client.post("/api/v1/statuses", json=sent, headers={"Idempotency-Key": "once"})

    assert await roads(alice, status) == {"blog": 1, "link": 1}


async def test_waves_are_hours_then_days_and_tell_no_secret(running_site, alice, bob, carol, xuoan):
    await alice.client.patch("/api/gazouillis/v1/limits", json={"quiet_from": "22:00", "quiet_to": "07:00", "time_zone": "Asia/Kolkata"})
    await bob.post("/api/gazouillis/v1/tracks", query="bonjour")
    running_site.clock.now = datetime(2026, 3, 7, 12, 10, tzinfo=UTC)
    status = await alice.posts("bonjour")
    await running_site.run_until_idle()
    running_site.clock.now += timedelta(minutes=15)
    await favourites(bob, status, "track")
    running_site.clock.now += timedelta(minutes=10)
    await favourites(carol, status)
    running_site.clock.now = datetime(2026, 3, 9, 3, tzinfo=UTC)
    await favourites(xuoan, status)

    told = await alice.get(path(status))

    assert told["time_zone"] == "Asia/Kolkata"
    assert [(one["from"], one["to"]) for one in told["waves"]] == [
        ("2026-03-07T11:30:00.000Z", "2026-03-07T12:30:00.000Z"),
        ("2026-03-07T12:30:00.000Z", "2026-03-07T13:30:00.000Z"),
        ("2026-03-08T18:30:00.000Z", "2026-03-09T18:30:00.000Z"),
    ]
    assert all(one["roads"] == [{"road": "other", "account": None, "count": 1}] for one in told["waves"])


async def test_who_leaves_is_no_longer_named(running_site, alice, bob, carol, xuoan):
    await bob.follows(xuoan)
    status = await alice.posts("bonjour")
    await xuoan.reblogs(status)
    await bob.replies(status, "salut")
    async with running_site.site.db.write() as tx:
        await suspend(tx, xuoan.account_id)

    assert await roads(alice, status) == {"reblog": 1}


async def test_a_town_a_recommendation_and_the_shelf_are_roads_where_they_can_be_true(running_site, alice, bob, carol):
    dora = await running_site.person("dora")
    status = await alice.posts("#FF @dora, la bonne adresse de Lyon ?", place_id=LYON)
    await favourites(bob, status, "town")
    await favourites(carol, status, "ff")
    await alice.post(SHELF, status_id=status["id"])
    assert [one["status"]["id"] for one in await dora.get(SHELF)] == [status["id"]]
    await favourites(dora, status, "shelf")
    assert await roads(alice, status) == {"town": "<=3", "ff": "<=3", "shelf": "<=3"}

    told = await running_site.client(Authorization=f"Bearer {alice.token}").get(path(status))
    assert not any(name in told.text for name in ("bob", "carol", "dora"))


async def test_who_was_never_shown_it_on_the_shelf_did_not_come_from_there(alice, bob):
    status = await alice.posts("Une bonne adresse ?")
    await favourites(bob, status, "shelf")

    assert await roads(alice, status) == {"unknown": "<=3"}
