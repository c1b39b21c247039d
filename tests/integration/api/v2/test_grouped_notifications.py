"""What is alike is listed once: https://docs.joinmastodon.org/methods/grouped_notifications/"""

import pytest

from gazouillis.infra.database.paging import Window
from gazouillis.notifications import groups
from tests.support.query_plans import plans

GROUPED = "/api/v2/notifications"


def summary(found):
    """Of each group: what it is, how many are in it, and who, newest first."""
    names = {one["id"]: one["acct"] for one in [*found["accounts"], *found.get("partial_accounts", ())]}
    return [
        (one["type"], one["notifications_count"], [names[each] for each in one["sample_account_ids"]])
        for one in found["notification_groups"]
    ]


@pytest.fixture
async def crowd(town):
    return [await town.person(f"friend{number}") for number in range(4)]


@pytest.fixture
async def said(alice, crowd):
    """Two posts that each of the crowd likes in turn, then a mention, then all of them follow."""
    one, two = await alice.posts("one"), await alice.posts("two")
    for friend in crowd:
        await friend.favourites(one)
        await friend.favourites(two)
    await crowd[0].posts("hello @alice")
    for friend in crowd:
        await friend.follows(alice)
    return one, two


async def test_likes_and_followers_are_told_together(alice, said):
    found = await alice.get(GROUPED)

    names = ["friend3", "friend2", "friend1", "friend0"]
    assert summary(found) == [("follow", 4, names), ("mention", 1, ["friend0"]), ("favourite", 4, names), ("favourite", 4, names)]
    assert [one["status_id"] for one in found["notification_groups"][2:]] == [said[1]["id"], said[0]["id"]]
    assert {one["id"] for one in found["statuses"]} >= {said[0]["id"], said[1]["id"]}
    likes = found["notification_groups"][3]
    assert likes["page_max_id"] == str(likes["most_recent_notification_id"])
    assert int(likes["page_min_id"]) < int(likes["page_max_id"])


async def test_both_versions_give_the_same_keys(alice, said):
    keys = {one["group_key"] for one in (await alice.get(GROUPED))["notification_groups"]}

    assert {one["group_key"] for one in await alice.notifications()} == keys
    assert sorted(key.partition("-")[0] for key in keys) == ["favourite", "favourite", "follow", "ungrouped"]


async def test_only_the_kinds_asked_for_are_grouped(alice, said):
    found = await alice.get(GROUPED, **{"grouped_types[]": "favourite"})

    assert [(kind, count) for kind, count, _names in summary(found)] == [("follow", 1)] * 4 + [("mention", 1)] + [("favourite", 4)] * 2
    key = found["notification_groups"][0]["group_key"]
    assert key.startswith("ungrouped-")
    assert summary(await alice.get(f"{GROUPED}/{key}")) == [("follow", 1, ["friend3"])]
    assert await alice.post(f"{GROUPED}/{key}/dismiss") == {}
    assert summary(await alice.get(GROUPED, **{"types[]": "follow"})) == [("follow", 3, ["friend2", "friend1", "friend0"])]


async def test_a_group_names_eight_and_gives_all_of_them_in_pages(town, alice):
    for number in range(10):
        await (await town.person(f"p{number}")).follows(alice)
    [group] = (await alice.get(GROUPED))["notification_groups"]

    first = await alice.client.get(f"{GROUPED}/{group['group_key']}/accounts", params={"limit": 6})
    second = await alice.client.get(first.links["next"]["url"])

    assert (group["notifications_count"], len(group["sample_account_ids"])) == (10, 8)
    assert [one["acct"] for one in first.json() + second.json()] == [f"p{number}" for number in range(9, -1, -1)]


async def test_each_group_stands_on_one_page(alice, said):
    await alice.notifications()
    pages, page = [], await alice.client.get(GROUPED, params={"limit": 1})
    while "next" in page.links:
        pages.append(page)
        page = await alice.client.get(page.links["next"]["url"])
    upward = await alice.client.get(pages[1].links["prev"]["url"])

    assert [kind for one in pages for kind, *_rest in summary(one.json())] == ["follow", "mention", "favourite", "favourite"]
    assert summary(upward.json()) == summary(pages[0].json())


async def test_only_some_kinds_or_from_one_account(alice, crowd, said):
    only = await alice.get(GROUPED, **{"types[]": ["favourite", "poll"]})
    without = await alice.get(GROUPED, **{"exclude_types[]": ["favourite", "follow"]})
    alone = await alice.get(GROUPED, account_id=crowd[1].id)

    assert [kind for kind, *_rest in summary(only)] == ["favourite", "favourite"]
    assert [kind for kind, *_rest in summary(without)] == ["mention"]
    assert summary(alone) == [("follow", 1, ["friend1"]), ("favourite", 1, ["friend1"]), ("favourite", 1, ["friend1"])]
    assert summary(await alice.get(GROUPED, **{"types[]": "poll"})) == []


async def test_others_than_the_newest_come_in_part(alice, said):
    found = await alice.get(GROUPED, expand_accounts="partial_avatars")

    assert sorted(one["acct"] for one in found["accounts"]) == ["friend0", "friend3"]
    assert sorted(one["acct"] for one in found["partial_accounts"]) == ["friend1", "friend2"]
    assert set(found["partial_accounts"][0]) == {"id", "acct", "url", "avatar", "avatar_static", "locked", "bot"}
    assert "partial_accounts" not in await alice.get(GROUPED)
    assert (await alice.client.get(GROUPED, params={"expand_accounts": "some"})).status_code == 422


async def test_a_group_is_let_go_as_a_whole(alice, said):
    key = (await alice.get(GROUPED))["notification_groups"][0]["group_key"]

    assert await alice.post(f"{GROUPED}/{key}/dismiss") == {}

    assert [kind for kind, *_rest in summary(await alice.get(GROUPED))] == ["mention", "favourite", "favourite"]
    for path in (f"{GROUPED}/{key}", f"{GROUPED}/{key}/accounts"):
        assert (await alice.client.get(path)).status_code == 404
    assert await alice.post(f"{GROUPED}/{key}/dismiss") == {}


@pytest.mark.parametrize("key", ["nonsense", "follow-1", "favourite-1", "favourite-9999999999999999999-1", "mention-1-2", "ungrouped-1"])
async def test_a_key_of_nothing(alice, key):
    for path in (f"{GROUPED}/{key}", f"{GROUPED}/{key}/accounts"):
        assert (await alice.client.get(path)).status_code == 404


async def test_nobody_reads_the_groups_of_another(alice, mallory, said):
    for one in (await alice.get(GROUPED))["notification_groups"]:
        for path in (f"{GROUPED}/{one['group_key']}", f"{GROUPED}/{one['group_key']}/accounts"):
            assert (await mallory.client.get(path)).status_code == 404
        await mallory.post(f"{GROUPED}/{one['group_key']}/dismiss")

    assert len((await alice.get(GROUPED))["notification_groups"]) == 4


async def test_what_comes_half_a_day_later_begins_a_group(clock, alice, crowd):
    said = await alice.posts("hello")
    for friend, hours in zip(crowd, (0, 11, 2, 11), strict=True):
        clock.advance(hours=hours)
        await friend.favourites(said)
        await alice.notifications()

    assert summary(await alice.get(GROUPED)) == [("favourite", 2, ["friend3", "friend2"]), ("favourite", 2, ["friend1", "friend0"])]


async def test_those_one_does_not_want_to_hear_of_are_not_counted(alice, crowd, said):
    await alice.mutes(crowd[3])

    assert summary(await alice.get(GROUPED))[0] == ("follow", 3, ["friend2", "friend1", "friend0"])
    assert await alice.get(f"{GROUPED}/unread_count") == {"count": 4}


async def test_unread_groups_are_counted(alice, crowd, said):
    groups = (await alice.get(GROUPED))["notification_groups"]
    assert await alice.get(f"{GROUPED}/unread_count") == {"count": 4}
    assert await alice.get(f"{GROUPED}/unread_count", limit=2) == {"count": 2}
    assert await alice.get(f"{GROUPED}/unread_count", **{"grouped_types[]": "follow"}) == {"count": 10}
    assert await alice.get(f"{GROUPED}/unread_count", **{"types[]": "mention"}) == {"count": 1}

    await alice.post("/api/v1/markers", notifications={"last_read_id": groups[1]["page_max_id"]})

    assert await alice.get(f"{GROUPED}/unread_count") == {"count": 1}


async def test_to_find_the_newest_of_each_group_no_table_is_read_through(town, alice, said):
    await alice.notifications()
    async with town.site.db.read() as reader:
        if reader.dialect != "sqlite":
            pytest.skip("the plan is SQLite's")
        steps = await plans(reader, lambda asked: groups.page(asked, alice.account_id, Window()))

    assert [one for one in steps if one.startswith("SCAN") and "notifications" in one] == []
    assert any("notifications_of_group" in one for one in steps)
