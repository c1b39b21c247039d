"""Lists of people: who may be in one, which posts it shows, and what an exclusive list takes out of home."""

import json

import pytest

from gazouillis.graph.change_list import MOST_LISTS
from tests.support.people import words
from tests.support.query_count import recorded_queries
from tests.support.streams import open_stream, open_websocket

LISTS = "/api/v1/lists"


async def has_list(person, *members, title="Lyon", **more):
    """A list of these people, whom its owner follows."""
    made = await person.post(LISTS, title=title, **more)
    if members:
        await person.post(f"{LISTS}/{made['id']}/accounts", account_ids=[one.id for one in members])
    return made


async def shown(person, one, **window):
    return [words(each) for each in await person.get(f"/api/v1/timelines/list/{one['id']}", **window)]


async def members(person, one, **window):
    return [each["username"] for each in await person.get(f"{LISTS}/{one['id']}/accounts", **window)]


async def refusal(person, method, path, **fields):
    response = await person.client.request(method, path, json=fields)
    return response.status_code, response.json().get("error", ""), [*response.json().get("details", {})]


async def test_a_list_is_made_changed_and_deleted(alice):
    made = await alice.post(LISTS, title="  Lyon ")

    assert made == {"id": made["id"], "title": "Lyon", "replies_policy": "list", "exclusive": False}
    changed = await alice.client.put(f"{LISTS}/{made['id']}", data={"replies_policy": "none", "exclusive": "true"})
    assert changed.json() == made | {"replies_policy": "none", "exclusive": True}
    assert await alice.get(LISTS) == [changed.json()] == [await alice.get(f"{LISTS}/{made['id']}")]
    assert (await alice.client.delete(f"{LISTS}/{made['id']}")).json() == {}
    assert await alice.get(LISTS) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "title"),
        ({"title": " "}, "title"),
        ({"title": "x" * 257}, "title"),
        ({"title": "Lyon", "replies_policy": "all"}, "replies_policy"),
        ({"title": ["Lyon"]}, "title"),
    ],
)
async def test_what_cannot_be_names_its_field(alice, fields, field):
    status, _, named = await refusal(alice, "POST", LISTS, **fields)

    assert (status, named) == (422, [field])
    made = await has_list(alice)
    if fields:
        assert (await refusal(alice, "PUT", f"{LISTS}/{made['id']}", **fields))[::2] == (422, [field])


async def test_there_are_at_most_fifty(alice):
    for number in range(MOST_LISTS):
        await has_list(alice, title=f"{number}")

    assert await refusal(alice, "POST", LISTS, title="one more") == (422, "You can have 50 lists", ["title"])


async def test_members_are_followed_or_oneself(alice, bob, carol):
    await alice.follows(bob)
    one = await has_list(alice, bob, alice)
    await alice.post(f"{LISTS}/{one['id']}/accounts", account_ids=[bob.id])  # again

    assert sorted(await members(alice, one)) == sorted(await members(alice, one, limit=0)) == ["alice", "bob"]
    assert len(await members(alice, one, limit=1)) == 1
    status, sentence, named = await refusal(alice, "POST", f"{LISTS}/{one['id']}/accounts", account_ids=[carol.id])
    assert (status, sentence, named) == (422, "You do not follow @carol: a list holds people whom you follow", ["account_ids"])
    assert (await refusal(alice, "POST", f"{LISTS}/{one['id']}/accounts", account_ids=["1"]))[0] == 404
    assert [each["id"] for each in await alice.get(f"/api/v1/accounts/{bob.id}/lists")] == [one["id"]]
    assert await alice.get(f"/api/v1/accounts/{carol.id}/lists") == [] == await bob.get(f"/api/v1/accounts/{alice.id}/lists")
    await alice.client.request("DELETE", f"{LISTS}/{one['id']}/accounts", json={"account_ids": [bob.id, carol.id]})
    assert await members(alice, one) == ["alice"]


async def test_the_list_of_somebody_else_does_not_exist(alice, bob, running_site):
    await alice.follows(bob)
    await bob.follows(alice)
    one = await has_list(alice, bob)
    path = f"{LISTS}/{one['id']}"

    for method, address in (
        *(("GET", each) for each in (path, f"{path}/accounts", f"/api/v1/timelines/list/{one['id']}")),
        *(("PUT", path), ("DELETE", path), ("POST", f"{path}/accounts"), ("DELETE", f"{path}/accounts")),
    ):
        fields = {} if method == "GET" else {"title": "mine", "account_ids": [alice.id]}
        assert (await refusal(bob, method, address, **fields))[0] == 404, (method, address)
    async with open_stream(running_site, f"/api/v1/streaming/list?list={one['id']}", bob.token) as stream:
        assert stream.status == 404
    assert await bob.get(LISTS) == [] == await bob.get(f"/api/v1/accounts/{bob.id}/lists")
    assert await members(alice, one) == ["bob"]


async def test_a_track_is_still_a_list_and_holds_nobody(alice, bob):
    await alice.follows(bob)
    await alice.client.post("/api/v1/statuses", json={"status": "track orage"})
    people = await has_list(alice, bob)
    mine = await alice.get(LISTS)

    assert [one["title"] for one in mine] == ["Lyon", "track: orage"]
    track = mine[1]
    assert track["id"] != people["id"]
    for method, path, field in (("PUT", "", "title"), ("POST", "/accounts", "account_ids"), ("DELETE", "/accounts", "account_ids")):
        answer = await refusal(alice, method, f"{LISTS}/{track['id']}{path}", title="x", account_ids=[bob.id])
        assert answer[::2] == (422, [field])
    assert await alice.get(f"{LISTS}/{track['id']}/accounts") == []
    assert (await alice.client.delete(f"{LISTS}/{track['id']}")).json() == {}
    assert await alice.get(LISTS) == [people]


async def test_a_list_shows_what_its_members_say_by_pages(alice, bob, carol, mallory):
    await alice.follows(bob, carol)
    one = await has_list(alice, bob)
    for number in range(5):
        await bob.posts(f"{number}")
        await carol.posts("elsewhere")
    await bob.posts("for few", visibility="private")
    await bob.posts("@mallory hush", visibility="direct")
    await bob.reblogs(await mallory.posts("heard"))

    assert await shown(alice, one) == ["RT mallory: heard", "for few", "4", "3", "2", "1", "0"]
    page = await alice.client.get(f"/api/v1/timelines/list/{one['id']}", params={"limit": 3})
    assert [words(each) for each in page.json()] == ["RT mallory: heard", "for few", "4"]
    rest = await alice.client.get(page.links["next"]["url"])
    assert [words(each) for each in rest.json()] == ["3", "2", "1"]
    newer = await shown(alice, one, min_id=rest.json()[-1]["id"], limit=2)
    assert newer == ["3", "2"]


async def test_hidden_reblogs_are_hidden_at_home_only(alice, bob, mallory):
    await alice.follows(bob, reblogs=False)
    one = await has_list(alice, bob)
    await bob.reblogs(await mallory.posts("heard"))

    assert (await alice.home(), await shown(alice, one)) == ([], ["RT mallory: heard"])


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("none", ["to himself", "said"]),
        ("list", ["to alice", "to dave", "to himself", "said"]),
        ("followed", ["to alice", "to carol", "to dave", "to himself", "said"]),
    ],
)
async def test_which_replies_are_shown_is_chosen(alice, bob, carol, mallory, running_site, policy, expected):
    dave = await running_site.person("dave")
    await alice.follows(bob, carol, dave)
    one = await has_list(alice, bob, dave, replies_policy=policy)
    mine = await bob.posts("said")
    await bob.replies(mine, "to himself")
    for other in (mallory, dave, carol, alice):
        said = await other.posts("question")
        if other is dave:
            await dave.deletes(await dave.posts("gone"))
        await bob.replies(said, f"to {other.name}")

    assert [each for each in await shown(alice, one) if each != "question"] == expected


async def test_who_is_no_longer_followed_leaves_the_list_and_the_posts_with_them(alice, bob, carol):
    await alice.follows(bob, carol)
    one = await has_list(alice, bob, carol)
    await bob.posts("bob")
    await carol.posts("carol")

    await alice.unfollows(bob)
    assert (await members(alice, one), await shown(alice, one)) == (["carol"], ["carol"])
    await carol.blocks(alice)
    assert (await members(alice, one), await shown(alice, one)) == ([], [])
    await alice.follows(bob)
    assert (await members(alice, one), await shown(alice, one)) == ([], [])


async def test_muted_people_are_silent_in_lists_too(alice, bob, carol, mallory):
    await alice.follows(bob, carol)
    one = await has_list(alice, bob, carol)
    said = await mallory.posts("noise")
    await bob.posts("bob")
    await carol.reblogs(said)
    await alice.mutes(bob)
    await alice.mutes(mallory, duration=60)

    assert await shown(alice, one) == []
    alice.running_site.clock.advance(minutes=2)
    assert await shown(alice, one) == ["RT mallory: noise"]


async def test_an_exclusive_list_keeps_its_members_out_of_home_unless_they_name_its_owner(alice, bob, carol, mallory):
    await alice.follows(bob, carol)
    assert await alice.home() == []  # it is in memory from now on
    said, asked = await bob.posts("before"), await alice.posts("who is in Lyon?")
    one = await has_list(alice, bob, alice, exclusive=True)
    await bob.posts("after")
    await bob.posts("with @alice")
    await bob.replies(asked, "me")
    await bob.reblogs(await mallory.posts("heard"))
    await carol.posts("carol")
    await carol.reblogs(said)

    expected = ["RT bob: before", "carol", "me", "with @alice", "who is in Lyon?"]
    assert await alice.home() == expected
    assert await shown(alice, one) == ["RT mallory: heard", "me", "with @alice", "after", "who is in Lyon?", "before"]
    await alice.client.put(f"{LISTS}/{one['id']}", json={"exclusive": False})
    assert await alice.home() == ["carol", "RT mallory: heard", "me", "with @alice", "after", "who is in Lyon?", "before"]
    await alice.client.put(f"{LISTS}/{one['id']}", json={"exclusive": True})
    assert await alice.home() == expected
    await alice.unfollows(bob)
    assert await alice.home() == ["RT bob: before", "carol", "who is in Lyon?"]


async def test_an_edit_that_names_the_owner_brings_the_post_home(alice, bob):
    await alice.follows(bob)
    await has_list(alice, bob, exclusive=True)
    assert await alice.home() == []
    said = await bob.posts("in Lyon")

    await bob.edits(said, "in Lyon, @alice")

    assert await alice.home() == ["in Lyon, @alice"]


async def test_the_stream_of_a_list_has_what_its_timeline_has(alice, bob, carol, mallory, running_site):
    await alice.follows(bob, carol)
    one = await has_list(alice, bob, replies_policy="none")
    said = await mallory.posts("heard")
    await running_site.run_until_idle()
    address = f"/api/v1/streaming?stream=list&list={one['id']}&access_token={alice.token}"
    listening = open_stream(running_site, f"/api/v1/streaming/list?list={one['id']}", alice.token)
    async with listening as events, open_websocket(running_site, address) as socket:
        await carol.posts("elsewhere")
        await bob.replies(said, "@mallory me")
        mine = await bob.posts("here")
        await bob.reblogs(said)
        await running_site.run_until_idle()  # a post that is edited or deleted before its event is read is sent as it is then
        await bob.edits(mine, "there")
        await running_site.run_until_idle()
        await bob.deletes(mine)
        await running_site.run_until_idle()

        messages = [await socket.receive() for _ in range(4)]
        event, status = await events.event()

    assert (event, words(status)) == ("update", "here")
    assert {tuple(each["stream"]) for each in messages} == {("list", one["id"])}
    assert [each["event"] for each in messages] == ["update", "update", "status.update", "delete"]
    payloads = [words(json.loads(each["payload"])) for each in messages[:3]]
    assert (payloads, messages[3]["payload"]) == (["here", "RT mallory: heard", "there"], mine["id"])


async def test_the_stream_repeats_nothing_and_ends_with_the_membership(alice, bob, carol, mallory, running_site):
    await alice.follows(bob, carol)
    one = await has_list(alice, bob, carol)
    said = await mallory.posts("heard")
    await running_site.run_until_idle()
    async with open_stream(running_site, f"/api/v1/streaming/list?list={one['id']}", alice.token) as events:
        await bob.reblogs(said)
        await carol.reblogs(said)
        await running_site.run_until_idle()
        await alice.unfollows(bob)
        await bob.posts("alone")
        await carol.posts("last")
        await running_site.run_until_idle()

        assert [words((await events.event())[1]) for _ in range(2)] == ["RT mallory: heard", "last"]


async def test_a_list_takes_as_many_queries_however_much_is_said(alice, bob, running_site, monkeypatch):
    await alice.follows(bob)
    one = await has_list(alice, bob, exclusive=True)

    async def queries():
        await shown(alice, one)
        with recorded_queries(running_site.site, monkeypatch) as recorded:
            await alice.client.get(f"/api/v1/timelines/list/{one['id']}")
        return len(recorded)

    await bob.posts("first")
    few = await queries()
    for number in range(30):
        await bob.posts(f"{number}")
    assert await queries() <= few


async def test_a_home_without_exclusive_lists_takes_no_query_more(alice, bob, running_site, monkeypatch):
    await alice.follows(bob)
    await alice.home()
    await has_list(alice, bob)
    with recorded_queries(running_site.site, monkeypatch) as recorded:
        await alice.client.get("/api/v1/timelines/home")
    assert not [one for one in recorded if "list" in one]
