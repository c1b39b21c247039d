import pytest

from gazouillis.graph.events import AccountFollowed, FollowRequested
from gazouillis.infra.basics.ids import StatusId
from gazouillis.notifications import notify
from gazouillis.statuses.events import StatusFavourited

NOTIFICATIONS = "/api/v1/notifications"


async def test_notifications_are_listed_newest_first(alice, bob):
    status = await alice.posts("hello")
    await bob.follows(alice)
    await bob.favourites(status)
    await bob.reblogs(status)
    await bob.replies(status, "@alice hi")

    assert await alice.notified_of() == ["mention by bob", "reblog by bob", "favourite by bob", "follow by bob"]


async def test_notifications_are_filtered_by_type(alice, bob):
    status = await alice.posts("hello")
    await bob.favourites(status)
    await bob.follows(alice)

    only = await alice.notifications(**{"types[]": ["follow", "poll"]})
    without = await alice.notifications(**{"exclude_types[]": "follow"})

    assert [one["type"] for one in only] == ["follow"]
    assert [one["type"] for one in without] == ["favourite"]
    assert await alice.notifications(**{"types[]": "poll"}) == []


async def test_notifications_are_filtered_by_account(alice, bob, carol):
    await bob.follows(alice)
    await carol.follows(alice)

    assert [one["account"]["acct"] for one in await alice.notifications(account_id=bob.id)] == ["bob"]


async def test_one_notification_is_read_and_dismissed(alice, bob):
    await bob.follows(alice)
    (notification,) = await alice.notifications()

    assert (await alice.get(f"{NOTIFICATIONS}/{notification['id']}"))["type"] == "follow"
    assert await alice.post(f"{NOTIFICATIONS}/{notification['id']}/dismiss") == {}
    assert (await alice.client.get(f"{NOTIFICATIONS}/{notification['id']}")).status_code == 404


async def test_nobody_reads_or_dismisses_the_notifications_of_another(alice, bob, mallory):
    await bob.follows(alice)
    (notification,) = await alice.notifications()

    assert (await mallory.client.get(f"{NOTIFICATIONS}/{notification['id']}")).status_code == 404
    await mallory.post(f"{NOTIFICATIONS}/{notification['id']}/dismiss")
    assert len(await alice.notifications()) == 1


async def test_all_notifications_are_cleared(alice, bob):
    await bob.follows(alice)
    await alice.notifications()

    await alice.post(f"{NOTIFICATIONS}/clear")

    assert await alice.notifications() == []


async def test_unread_notifications_are_those_after_the_marker(alice, bob, carol):
    await bob.follows(alice)
    (notification,) = await alice.notifications()
    await alice.post("/api/v1/markers", notifications={"last_read_id": notification["id"]})
    await carol.follows(alice)

    assert await alice.get(f"{NOTIFICATIONS}/unread_count") == {"count": 1}
    assert await alice.get("/api/v2/notifications/unread_count") == {"count": 1}


async def test_markers_only_move_forward(alice):
    await alice.post("/api/v1/markers", home={"last_read_id": "20"}, notifications={"last_read_id": "7"})
    await alice.post("/api/v1/markers", home={"last_read_id": "10"})

    found = await alice.get("/api/v1/markers", **{"timeline[]": ["home", "notifications", "elsewhere"]})

    assert {name: one["last_read_id"] for name, one in found.items()} == {"home": "20", "notifications": "7"}


async def test_the_notification_policy_accepts_everything(alice):
    assert (await alice.get("/api/v2/notifications/policy"))["for_not_following"] == "accept"
    assert await alice.get("/api/v1/notifications/requests") == []


@pytest.mark.parametrize("verb", ["favourite", "reblog"])
async def test_an_undone_act_is_not_notified_and_the_next_one_is(alice, bob, verb):
    status = await alice.posts("hello")
    notified = []
    for act in (verb, f"un{verb}", verb):
        await bob.post(f"/api/v1/statuses/{status['id']}/{act}")
        notified.append(await alice.notified_of())

    assert notified == [[f"{verb} by bob"], [], [f"{verb} by bob"]]


async def test_an_act_undone_before_its_reaction_ran_is_not_notified(running_site, alice, bob):
    """A reaction that failed may be repeated after its cause was undone."""
    status = await alice.posts("hello")
    undone_causes = [
        (notify.on_account_followed, AccountFollowed(bob.account_id, alice.account_id)),
        (notify.on_follow_requested, FollowRequested(bob.account_id, alice.account_id)),
        (notify.on_status_favourited, StatusFavourited(StatusId(int(status["id"])), bob.account_id, alice.account_id)),
    ]
    async with running_site.site.db.write() as tx:
        for reaction, event in undone_causes:
            await reaction(tx, event)

    assert await alice.notified_of() == []


@pytest.mark.parametrize("timeline", ["home", "notifications"])
async def test_a_marker_beyond_all_ids_is_refused(alice, bob, timeline):
    refusal = await alice.client.post("/api/v1/markers", json={timeline: {"last_read_id": str(2**63 - 1)}})
    await bob.follows(alice)

    assert (refusal.status_code, refusal.json()["field"]) == (422, f"{timeline}.last_read_id")
    assert await alice.get(f"{NOTIFICATIONS}/unread_count") == {"count": 1}
