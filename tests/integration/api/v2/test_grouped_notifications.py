"""Grouped notifications: https://docs.joinmastodon.org/methods/grouped_notifications/"""

import pytest

from gazouillis.infra.database.paging import Window
from gazouillis.notifications import groups
from tests.support.query_plans import plans

GROUPED = "/api/v2/notifications"


def summary(found):
    """(type, number of notifications, usernames) of each group, newest first."""
    names = {one["id"]: one["acct"] for one in [*found["accounts"], *found.get("partial_accounts", ())]}
    return [
        (one["type"], one["notifications_count"], [names[each] for each in one["sample_account_ids"]])
        for one in found["notification_groups"]
    ]


@pytest.fixture
async def friends(running_site):
    return [await running_site.person(f"friend{number}") for number in range(4)]


@pytest.fixture
async def favourited_posts(alice, friends):
    """Two posts that each friend favourites in turn. Then one mentions Alice, and all follow her."""
    one, two = await alice.posts("one"), await alice.posts("two")
    for friend in friends:
        await friend.favourites(one)
        await friend.favourites(two)
    await friends[0].posts("hello @alice")
    for friend in friends:
        await friend.follows(alice)
    return one, two


async def test_favourites_of_one_status_and_follows_are_grouped(alice, favourited_posts):
    found = await alice.get(GROUPED)

    names = ["friend3", "friend2", "friend1", "friend0"]
    assert summary(found) == [("follow", 4, names), ("mention", 1, ["friend0"]), ("favourite", 4, names), ("favourite", 4, names)]
    assert [one["status_id"] for one in found["notification_groups"][2:]] == [favourited_posts[1]["id"], favourited_posts[0]["id"]]
    assert {one["id"] for one in found["statuses"]} >= {favourited_posts[0]["id"], favourited_posts[1]["id"]}
    likes = found["notification_groups"][3]
    assert likes["page_max_id"] == str(likes["most_recent_notification_id"])
    assert int(likes["page_min_id"]) < int(likes["page_max_id"])


async def test_both_versions_of_the_api_give_the_same_group_keys(alice, favourited_posts):
    keys = {one["group_key"] for one in (await alice.get(GROUPED))["notification_groups"]}

    assert {one["group_key"] for one in await alice.notifications()} == keys
    assert sorted(key.partition("-")[0] for key in keys) == ["favourite", "favourite", "follow", "ungrouped"]


async def test_only_the_requested_types_are_grouped(alice, favourited_posts):
    found = await alice.get(GROUPED, **{"grouped_types[]": "favourite"})

    assert [(kind, count) for kind, count, _names in summary(found)] == [("follow", 1)] * 4 + [("mention", 1)] + [("favourite", 4)] * 2
    key = found["notification_groups"][0]["group_key"]
    assert key.startswith("ungrouped-")
    assert summary(await alice.get(f"{GROUPED}/{key}")) == [("follow", 1, ["friend3"])]
    assert await alice.post(f"{GROUPED}/{key}/dismiss") == {}
    assert summary(await alice.get(GROUPED, **{"types[]": "follow"})) == [("follow", 3, ["friend2", "friend1", "friend0"])]


async def test_a_group_samples_eight_accounts_and_lists_all_in_pages(running_site, alice):
    for number in range(10):
        await (await running_site.person(f"p{number}")).follows(alice)
    [group] = (await alice.get(GROUPED))["notification_groups"]

    first = await alice.client.get(f"{GROUPED}/{group['group_key']}/accounts", params={"limit": 6})
    second = await alice.client.get(first.links["next"]["url"])

    assert (group["notifications_count"], len(group["sample_account_ids"])) == (10, 8)
    assert [one["acct"] for one in first.json() + second.json()] == [f"p{number}" for number in range(9, -1, -1)]


async def test_each_group_is_on_one_page_only(alice, favourited_posts):
    await alice.notifications()
    pages, page = [], await alice.client.get(GROUPED, params={"limit": 1})
    while "next" in page.links:
        pages.append(page)
        page = await alice.client.get(page.links["next"]["url"])
    upward = await alice.client.get(pages[1].links["prev"]["url"])

    assert [kind for one in pages for kind, *_rest in summary(one.json())] == ["follow", "mention", "favourite", "favourite"]
    assert summary(upward.json()) == summary(pages[0].json())


async def test_groups_are_filtered_by_type_and_account(alice, friends, favourited_posts):
    only = await alice.get(GROUPED, **{"types[]": ["favourite", "poll"]})
    without = await alice.get(GROUPED, **{"exclude_types[]": ["favourite", "follow"]})
    alone = await alice.get(GROUPED, account_id=friends[1].id)

    assert [kind for kind, *_rest in summary(only)] == ["favourite", "favourite"]
    assert [kind for kind, *_rest in summary(without)] == ["mention"]
    assert summary(alone) == [("follow", 1, ["friend1"]), ("favourite", 1, ["friend1"]), ("favourite", 1, ["friend1"])]
    assert summary(await alice.get(GROUPED, **{"types[]": "poll"})) == []


async def test_accounts_but_the_newest_are_partial_on_request(alice, favourited_posts):
    found = await alice.get(GROUPED, expand_accounts="partial_avatars")

    assert sorted(one["acct"] for one in found["accounts"]) == ["friend0", "friend3"]
    assert sorted(one["acct"] for one in found["partial_accounts"]) == ["friend1", "friend2"]
    assert set(found["partial_accounts"][0]) == {"id", "acct", "url", "avatar", "avatar_static", "locked", "bot"}
    assert "partial_accounts" not in await alice.get(GROUPED)
    assert (await alice.client.get(GROUPED, params={"expand_accounts": "some"})).status_code == 422


async def test_a_group_is_dismissed_as_a_whole(alice, favourited_posts):
    key = (await alice.get(GROUPED))["notification_groups"][0]["group_key"]

    assert await alice.post(f"{GROUPED}/{key}/dismiss") == {}

    assert [kind for kind, *_rest in summary(await alice.get(GROUPED))] == ["mention", "favourite", "favourite"]
    for path in (f"{GROUPED}/{key}", f"{GROUPED}/{key}/accounts"):
        assert (await alice.client.get(path)).status_code == 404
    assert await alice.post(f"{GROUPED}/{key}/dismiss") == {}


@pytest.mark.parametrize("key", ["nonsense", "follow-1", "favourite-1", "favourite-9999999999999999999-1", "mention-1-2", "ungrouped-1"])
async def test_an_unknown_group_key_is_not_found(alice, key):
    for path in (f"{GROUPED}/{key}", f"{GROUPED}/{key}/accounts"):
        assert (await alice.client.get(path)).status_code == 404


async def test_nobody_reads_the_groups_of_another(alice, mallory, favourited_posts):
    for one in (await alice.get(GROUPED))["notification_groups"]:
        for path in (f"{GROUPED}/{one['group_key']}", f"{GROUPED}/{one['group_key']}/accounts"):
            assert (await mallory.client.get(path)).status_code == 404
        await mallory.post(f"{GROUPED}/{one['group_key']}/dismiss")

    assert len((await alice.get(GROUPED))["notification_groups"]) == 4


async def test_notifications_half_a_day_later_begin_a_new_group(clock, alice, friends):
    status = await alice.posts("hello")
    for friend, hours in zip(friends, (0, 11, 2, 11), strict=True):
        clock.advance(hours=hours)
        await friend.favourites(status)
        await alice.notifications()

    assert summary(await alice.get(GROUPED)) == [("favourite", 2, ["friend3", "friend2"]), ("favourite", 2, ["friend1", "friend0"])]


async def test_blocked_and_muted_accounts_are_not_counted_in_groups(alice, friends, favourited_posts):
    await alice.mutes(friends[3])

    assert summary(await alice.get(GROUPED))[0] == ("follow", 3, ["friend2", "friend1", "friend0"])
    assert await alice.get(f"{GROUPED}/unread_count") == {"count": 4}


async def test_unread_groups_are_counted(alice, friends, favourited_posts):
    groups = (await alice.get(GROUPED))["notification_groups"]
    assert await alice.get(f"{GROUPED}/unread_count") == {"count": 4}
    assert await alice.get(f"{GROUPED}/unread_count", limit=2) == {"count": 2}
    assert await alice.get(f"{GROUPED}/unread_count", **{"grouped_types[]": "follow"}) == {"count": 10}
    assert await alice.get(f"{GROUPED}/unread_count", **{"types[]": "mention"}) == {"count": 1}

    await alice.post("/api/v1/markers", notifications={"last_read_id": groups[1]["page_max_id"]})

    assert await alice.get(f"{GROUPED}/unread_count") == {"count": 1}


async def test_the_newest_of_each_group_is_found_without_a_table_scan(running_site, alice, favourited_posts):
    await alice.notifications()
    async with running_site.site.db.read() as reader:
        if reader.dialect != "sqlite":
            pytest.skip("the plan is SQLite's")
        steps = await plans(reader, lambda recording_reader: groups.page(recording_reader, alice.account_id, Window()))

    assert [one for one in steps if one.startswith("SCAN") and "notifications" in one] == []
    assert any("notifications_of_group" in one for one in steps)
