import pytest

from gazouillis.graph.events import AccountFollowed, FollowRequested
from gazouillis.infra.basics.ids import StatusId
from gazouillis.notifications import notify
from gazouillis.statuses.events import StatusFavourited

NOTIFICATIONS = "/api/v1/notifications"


async def test_what_happened_the_latest_first(alice, bob):
    said = await alice.posts("hello")
    await bob.follows(alice)
    await bob.favourites(said)
    await bob.reblogs(said)
    await bob.replies(said, "@alice hi")

    assert await alice.notified_of() == ["mention by bob", "reblog by bob", "favourite by bob", "follow by bob"]


async def test_only_some_kinds(alice, bob):
    said = await alice.posts("hello")
    await bob.favourites(said)
    await bob.follows(alice)

    only = await alice.notifications(**{"types[]": ["follow", "poll"]})
    without = await alice.notifications(**{"exclude_types[]": "follow"})

    assert [one["type"] for one in only] == ["follow"]
    assert [one["type"] for one in without] == ["favourite"]
    assert await alice.notifications(**{"types[]": "poll"}) == []


async def test_only_from_one_account(alice, bob, carol):
    await bob.follows(alice)
    await carol.follows(alice)

    assert [one["account"]["acct"] for one in await alice.notifications(account_id=bob.id)] == ["bob"]


async def test_one_is_read_alone_and_let_go(alice, bob):
    await bob.follows(alice)
    (told,) = await alice.notifications()

    assert (await alice.get(f"{NOTIFICATIONS}/{told['id']}"))["type"] == "follow"
    assert await alice.post(f"{NOTIFICATIONS}/{told['id']}/dismiss") == {}
    assert (await alice.client.get(f"{NOTIFICATIONS}/{told['id']}")).status_code == 404


async def test_nobody_reads_or_dismisses_those_of_another(alice, bob, mallory):
    await bob.follows(alice)
    (told,) = await alice.notifications()

    assert (await mallory.client.get(f"{NOTIFICATIONS}/{told['id']}")).status_code == 404
    await mallory.post(f"{NOTIFICATIONS}/{told['id']}/dismiss")
    assert len(await alice.notifications()) == 1


async def test_all_are_let_go_at_once(alice, bob):
    await bob.follows(alice)
    await alice.notifications()

    await alice.post(f"{NOTIFICATIONS}/clear")

    assert await alice.notifications() == []


async def test_unread_are_those_after_the_marker(alice, bob, carol):
    await bob.follows(alice)
    (told,) = await alice.notifications()
    await alice.post("/api/v1/markers", notifications={"last_read_id": told["id"]})
    await carol.follows(alice)

    assert await alice.get(f"{NOTIFICATIONS}/unread_count") == {"count": 1}
    assert await alice.get("/api/v2/notifications/unread_count") == {"count": 1}


async def test_markers_go_forward_only(alice):
    await alice.post("/api/v1/markers", home={"last_read_id": "20"}, notifications={"last_read_id": "7"})
    await alice.post("/api/v1/markers", home={"last_read_id": "10"})

    found = await alice.get("/api/v1/markers", **{"timeline[]": ["home", "notifications", "elsewhere"]})

    assert {name: one["last_read_id"] for name, one in found.items()} == {"home": "20", "notifications": "7"}


async def test_everything_is_let_through(alice):
    assert (await alice.get("/api/v2/notifications/policy"))["for_not_following"] == "accept"
    assert await alice.get("/api/v1/notifications/requests") == []


@pytest.mark.parametrize("verb", ["favourite", "reblog"])
async def test_a_mark_taken_back_is_told_no_more_and_the_next_one_is(alice, bob, verb):
    said = await alice.posts("hello")
    told = []
    for act in (verb, f"un{verb}", verb):
        await bob.post(f"/api/v1/statuses/{said['id']}/{act}")
        told.append(await alice.notified_of())

    assert told == [[f"{verb} by bob"], [], [f"{verb} by bob"]]


async def test_what_was_over_before_it_could_be_told_is_not(town, alice, bob):
    """As when a reaction failed, and is tried again after what undid its cause."""
    said = await alice.posts("hello")
    gone = [
        (notify.on_account_followed, AccountFollowed(bob.account_id, alice.account_id)),
        (notify.on_follow_requested, FollowRequested(bob.account_id, alice.account_id)),
        (notify.on_status_favourited, StatusFavourited(StatusId(int(said["id"])), bob.account_id, alice.account_id)),
    ]
    async with town.site.db.write() as tx:
        for reaction, event in gone:
            await reaction(tx, event)

    assert await alice.notified_of() == []
