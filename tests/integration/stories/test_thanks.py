"""Thanks: one status reaches all who answered, each with one notification, some with a personal line; and nobody who did not take part."""

import asyncio
from functools import partial

import pytest

from gazouillis.accounts import queries as accounts
from gazouillis.statuses.erase import erase
from tests.support.people import words
from tests.support.query_count import recorded_queries

NAMES = tuple(f"guest{number}" for number in range(20))


def path(status):
    return f"/api/gazouillis/v1/statuses/{status['id']}/thanks"


async def thanks(person, status, text, *people, lines=None, **more):
    fields = {"status": text, "account_ids": [one.id for one in people], "lines": {one.id: line for one, line in (lines or {}).items()}}
    return await person.post(path(status), **fields, **more)


async def can_thank(person, status):
    return {one["account"]["username"]: one["acts"] for one in (await person.get(path(status)))["participants"]}


async def thanked(person, status):
    return [one["account"]["username"] for one in (await person.get(path(status)))["people"]]


async def notified(person):
    """By whom, and with which personal line."""
    return [(one["account"]["username"], one.get("line", "")) for one in await person.notifications(types=["thanks"])]


async def refusal(person, about, **fields):
    response = await person.client.post(path(about), json=fields)
    return response.status_code, response.json().get("field", "")


@pytest.fixture
async def question(alice, bob, carol):
    """Bob replied to it, Carol favourited it."""
    asked = await alice.posts("Que faire à Budapest")
    await bob.replies(asked, "les bains")
    await carol.favourites(asked)
    return asked


async def test_twenty_people_get_one_notification_each_of_one_post(running_site, alice):
    asked = await alice.posts("Que faire à Budapest")
    guests = [await running_site.person(name) for name in NAMES]
    for number, one in enumerate(guests):
        await [partial(one.replies, text="les bains"), one.reblogs, one.favourites][number % 3](asked)
    before = len(await alice.profile(alice))

    answer = await thanks(alice, asked, "Merci, " + "x" * 133, *guests, lines={guests[0]: "une mention spéciale"})

    status = answer["status"]
    assert (status["thanked_count"], words(status), status["in_reply_to_id"]) == (20, "Merci, " + "x" * 133, asked["id"])
    assert len(await alice.profile(alice)) == before + 1
    assert sorted(await thanked(guests[3], status)) == sorted(NAMES)
    assert [await notified(one) for one in guests] == [[("alice", "une mention spéciale")], *[[("alice", "")]] * 19]
    assert await can_thank(alice, asked) == {}


async def test_who_took_part_is_listed_with_what_they_did(question, alice, bob, carol):
    await bob.reblogs(question)
    await bob.favourites(question)

    assert await can_thank(alice, question) == {"bob": ["replied", "reblogged", "favourited"], "carol": ["favourited"]}


async def test_an_answer_to_an_answer_counts_and_so_does_a_favourite_of_a_later_post_of_the_author(alice, bob, carol, mallory):
    first = await alice.posts("un")
    answer = await bob.replies(first, "deux")
    await carol.replies(answer, "trois")
    later = await alice.replies(answer, "quatre")
    await mallory.favourites(later)

    assert set(await can_thank(alice, first)) == set(await can_thank(alice, later)) == {"bob", "carol", "mallory"}


async def test_in_the_thread_of_somebody_else_only_those_below_ones_own_post_are_thanked(alice, bob, carol):
    first = await bob.posts("un")
    await carol.replies(first, "deux")
    mine = await alice.replies(first, "trois")
    await bob.replies(mine, "quatre")

    assert set(await can_thank(alice, mine)) == {"bob"}


async def test_nobody_who_did_not_take_part_can_be_addressed(question, alice, bob, mallory):
    assert await refusal(alice, question, status="merci", account_ids=[mallory.id]) == (422, "account_ids")
    assert await refusal(alice, question, status="merci", account_ids=[bob.id, mallory.id]) == (422, "account_ids")
    assert await refusal(alice, question, status="merci", account_ids=[alice.id]) == (422, "account_ids")
    assert await refusal(alice, question, status="merci", account_ids=["99999"]) == (422, "account_ids")
    assert await notified(bob) == await notified(mallory) == []


async def test_who_took_it_back_can_be_addressed_no_more(question, alice, bob, carol):
    await carol.post(f"/api/v1/statuses/{question['id']}/unfavourite")

    assert set(await can_thank(alice, question)) == {"bob"}
    assert await refusal(alice, question, status="merci", account_ids=[carol.id]) == (422, "account_ids")


async def test_only_the_author_thanks_and_only_the_author_sees_who_could_be_thanked(running_site, question, bob, carol):
    assert await refusal(bob, question, status="merci", account_ids=[carol.id]) == (403, "")
    assert (await bob.get(path(question)))["participants"] == []
    assert (await running_site.client().get(path(question))).json()["participants"] == []
    assert (await running_site.client().post(path(question), json={"status": "merci"})).status_code == 401


async def test_a_second_thanks_merges_and_notifies_only_those_who_are_added(question, alice, bob, carol):
    first = await thanks(alice, question, "merci", bob, lines={bob: "toi surtout"})
    assert await notified(bob) == [("alice", "toi surtout")]
    await bob.client.post("/api/v1/notifications/clear")

    second = await thanks(alice, question, "merci à tous", bob, carol, lines={bob: "autre chose", carol: "et toi"})

    assert second["status"]["id"] == first["status"]["id"]
    assert (words(second["status"]), second["status"]["thanked_count"]) == ("merci à tous", 2)
    assert await alice.profile(alice) == ["merci à tous", "Que faire à Budapest"]
    assert (await notified(bob), await notified(carol)) == ([], [("alice", "et toi")])
    assert {one["account"]["username"]: one["line"] for one in (await alice.get(path(question)))["people"]} == {
        "bob": "toi surtout",
        "carol": "et toi",
    }


async def test_the_same_thanks_sent_twice_changes_nothing(question, alice, bob):
    first = await thanks(alice, question, "merci", bob)
    again = await thanks(alice, question, "merci", bob)

    assert (again["status"]["edited_at"], again["status"]["thanked_count"]) == (None, 1)
    assert again["status"]["id"] == first["status"]["id"]
    assert await notified(bob) == [("alice", "")]


async def test_two_thanks_at_once_are_one_post(question, alice, bob, carol):
    await asyncio.gather(thanks(alice, question, "merci", bob), thanks(alice, question, "merci", carol))

    assert (await alice.get(path(question)))["status"]["thanked_count"] == 2
    assert sorted(await thanked(alice, question)) == ["bob", "carol"]
    assert len(await alice.profile(alice)) == 2


async def test_a_personal_line_is_read_by_this_person_and_the_author_only(running_site, question, alice, bob, carol, mallory):
    status = (await thanks(alice, question, "merci", bob, carol, lines={bob: "merlinpinpin"}))["status"]
    await running_site.run_until_idle()
    reads = {}
    for name, client in {"alice": alice.client, "bob": bob.client, "carol": carol.client, "mallory": mallory.client, "": None}.items():
        client = client or running_site.client()
        places = [path(question), path(status), "/api/v1/notifications?types[]=thanks", f"/api/v1/statuses/{status['id']}"]
        places += ["/api/v1/timelines/public", f"/api/v1/statuses/{question['id']}/context", "/api/v2/search?q=merlinpinpin"]
        answers = [(await client.get(one)).text.replace("q=merlinpinpin", "") for one in places]
        reads[name] = [place for place, answer in zip(places, answers, strict=True) if "merlinpinpin" in answer]

    assert reads["bob"] == [path(question), path(status), "/api/v1/notifications?types[]=thanks"]
    assert reads["alice"] == [path(question), path(status)]
    assert reads["carol"] == reads["mallory"] == reads[""] == []


@pytest.mark.parametrize("lasting", [{}, {"notifications": False}, {"duration": 600}])
async def test_who_mutes_the_author_is_not_notified_and_nobody_notices(question, alice, bob, lasting):
    await bob.mutes(alice, **lasting)

    answer = await thanks(alice, question, "merci", bob)

    assert answer["status"]["thanked_count"] == 1
    assert await thanked(alice, question) == ["bob"]
    await bob.post(f"/api/v1/accounts/{alice.id}/unmute")
    assert await notified(bob) == []


async def test_who_muted_the_thread_is_not_notified(question, alice, bob):
    await bob.post(f"/api/v1/statuses/{question['id']}/mute")
    await thanks(alice, question, "merci", bob)

    assert await notified(bob) == []


@pytest.mark.parametrize("is_author", [True, False])
async def test_a_block_hides_both_ways(question, alice, bob, is_author):
    await (alice.blocks(bob) if is_author else bob.blocks(alice))

    assert set(await can_thank(alice, question)) == {"carol"}
    assert await refusal(alice, question, status="merci", account_ids=[bob.id]) == (422, "account_ids")
    assert await notified(bob) == []


@pytest.mark.parametrize("is_author", [True, False])
async def test_a_block_afterwards_takes_the_name_out_for_everybody(question, alice, bob, carol, is_author):
    status = (await thanks(alice, question, "merci", bob, carol, lines={bob: "toi"}))["status"]
    await (alice.blocks(bob) if is_author else bob.blocks(alice))

    assert await thanked(carol, status) == ["carol"]
    assert (await carol.get(f"/api/v1/statuses/{status['id']}"))["thanked_count"] == 1
    await (alice if is_author else bob).post(f"/api/v1/accounts/{(bob if is_author else alice).id}/unblock")
    assert await notified(bob) == []


async def test_who_is_in_a_block_with_the_reader_is_not_named_to_them(question, alice, bob, carol, mallory):
    status = (await thanks(alice, question, "merci", bob, carol))["status"]
    await mallory.blocks(bob)

    assert await thanked(mallory, status) == ["carol"]
    assert await thanked(carol, status) == await thanked(bob, status) == ["bob", "carol"]


async def test_thanks_are_never_wider_than_the_thread(running_site, alice, bob, carol, mallory):
    await bob.follows(alice)
    asked = await alice.posts("entre nous", visibility="private")
    await bob.favourites(asked)

    status = (await thanks(alice, asked, "merci", bob))["status"]

    assert status["visibility"] == "private"
    assert await notified(bob) == [("alice", "")]
    assert (await mallory.client.get(path(status))).status_code == 404
    assert (await running_site.client().get(path(asked))).status_code == 404


async def test_who_cannot_read_the_thanks_any_more_cannot_be_addressed(alice, bob):
    await bob.follows(alice)
    asked = await alice.posts("entre nous", visibility="private")
    await bob.favourites(asked)
    await bob.unfollows(alice)

    assert await can_thank(alice, asked) == {}


@pytest.mark.parametrize("visibility", ["private", "direct", "mutuals"])
async def test_who_answered_in_private_is_not_named_in_public(question, alice, carol, mallory, visibility):
    await mallory.follows(alice)
    await alice.follows(mallory)
    await mallory.replies(question, "@alice entre nous", visibility=visibility)

    assert "mallory" not in await can_thank(alice, question)
    assert await refusal(alice, question, status="merci", account_ids=[mallory.id]) == (422, "account_ids")


async def test_an_answer_that_the_author_does_not_see_does_not_count(alice, bob):
    await bob.follows(alice)
    asked = await alice.posts("entre nous", visibility="private")
    hidden = await bob.replies(asked, "sans toi", visibility="private")

    assert (await alice.client.get(f"/api/v1/statuses/{hidden['id']}")).status_code == 404
    assert await can_thank(alice, asked) == {}
    await bob.replies(asked, "@alice avec toi", visibility="private")
    assert await can_thank(alice, asked) == {"bob": ["replied"]}


async def test_a_hidden_answer_does_not_count(alice, bob):
    asked = await alice.posts("Que faire ?")
    answer = await bob.replies(asked, "rien")
    await alice.post(f"/api/v1/statuses/{answer['id']}/hide_reply")

    assert await can_thank(alice, asked) == {}


async def test_whom_the_author_protects_is_never_named_where_everybody_reads_it(question, signed_in, alice, bob, carol):
    browser = await signed_in(alice)
    await browser.sends("/settings/protected-people", people="Bob", audience="mutuals")

    assert set(await can_thank(alice, question)) == {"carol"}
    assert await refusal(alice, question, status="merci Bob", account_ids=[carol.id]) == (422, "status")


async def test_who_lets_nobody_mention_them_is_notified_only_if_they_spoke_first(question, alice, bob, carol):
    for one in (bob, carol):
        await one.client.patch("/api/gazouillis/v1/limits", json={"who_may_mention": "nobody"})
    await thanks(alice, question, "merci", bob, carol)

    assert (await notified(bob), await notified(carol)) == ([("alice", "")], [])


async def test_unwanted_words_in_a_personal_line_do_not_notify(question, alice, bob, carol):
    for one in (bob, carol):
        await one.client.patch("/api/gazouillis/v1/limits", json={"unwanted_words": ["crypto"]})
    await thanks(alice, question, "merci", bob, carol, lines={bob: "achète de la crypto"})

    assert (await notified(bob), await notified(carol)) == ([], [("alice", "")])


async def test_deleting_the_post_deletes_the_thanks(question, alice, bob):
    status = (await thanks(alice, question, "merci", bob, lines={bob: "toi"}))["status"]
    await alice.deletes(status)

    assert await notified(bob) == []
    assert (await bob.client.get(path(status))).status_code == 404
    assert await can_thank(alice, question) == {"bob": ["replied"], "carol": ["favourited"]}
    assert (await thanks(alice, question, "merci encore", bob))["status"]["thanked_count"] == 1


async def test_apps_that_do_not_know_thanks_get_nothing_that_they_cannot_read(question, alice, bob):
    await thanks(alice, question, "merci", bob)

    assert "thanks" not in {one["type"] for one in await bob.notifications()}
    assert "thanks" not in {one["type"] for one in (await bob.get("/api/v2/notifications"))["notification_groups"]}
    assert (await bob.get("/api/v1/notifications/unread_count"))["count"] == len(await bob.notifications())


async def test_thanks_that_wait_to_be_accepted_notify_when_they_are(alice, bob, carol):
    """A thread of Carol, who accepts the replies of strangers one by one."""
    await carol.client.patch("/api/gazouillis/v1/limits", json={"holds_strangers": True})
    first = await carol.posts("un")
    mine = await alice.replies(first, "deux")
    await carol.post(f"/api/v1/statuses/{mine['id']}/show_reply")
    await bob.favourites(mine)
    status = (await thanks(alice, mine, "merci", bob))["status"]
    assert await notified(bob) == []

    await carol.post(f"/api/v1/statuses/{status['id']}/show_reply")

    assert await notified(bob) == [("alice", "")]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"status": "  "}, "status"),
        ({"status": "x" * 141}, "status"),
        ({"status": "merci", "account_ids": []}, "account_ids"),
        ({"status": "merci", "account_ids": [2**63]}, "account_ids"),
        ({"status": "merci", "account_ids": ["9" * 30]}, "account_ids"),
        ({"status": "merci", "account_ids": {"id": {}}}, "account_ids"),
        ({"status": ["merci"]}, "status"),
        ({"status": "mer\0ci"}, "status"),
        ({"status": "merci", "lines": "bob"}, "lines"),
        ({"status": "merci", "lines": {"bob": "x"}}, "lines"),
        ({"status": "merci", "lines": {"BOB": "x" * 141}}, "lines.BOB"),
        ({"status": "merci", "lines": {"BOB": "é́" * 2_000}}, "lines.BOB"),
        ({"status": "merci", "lines": {"BOB": {"a": "b"}}}, "lines"),
    ],
)
async def test_what_is_wrong_is_named(question, alice, bob, fields, field):
    fields = {"account_ids": [bob.id], **fields}
    if isinstance(fields.get("lines"), dict):
        fields["lines"] = {one.replace("BOB", bob.id): line for one, line in fields["lines"].items()}

    assert await refusal(alice, question, **fields) == (422, field.replace("BOB", bob.id))
    assert await notified(bob) == []


async def test_private_messages_and_reposts_are_not_thanked(alice, bob):
    await bob.follows(alice)
    await alice.follows(bob)
    message = await alice.posts("@bob entre nous", visibility="direct")
    repost = await alice.reblogs(await bob.posts("lisez"))

    assert await refusal(alice, message, status="merci", account_ids=[bob.id]) == (422, "id")
    assert await refusal(alice, repost, status="merci", account_ids=[bob.id]) == (422, "id")


@pytest.mark.parametrize("wrong", ["0", "1", "x", str(2**63), "9" * 30])
async def test_a_post_that_is_none_is_not_found(alice, wrong):
    for response in (await alice.client.get(path({"id": wrong})), await alice.client.post(path({"id": wrong}), json={"status": "merci"})):
        assert response.status_code == 404


async def test_a_closed_conversation_takes_no_thanks(question, alice, bob):
    """Only its moderators close a conversation for its author too."""
    await alice.client.put(f"/api/v1/statuses/{question['id']}/interaction_policy", json={"frozen": True})
    assert (await thanks(alice, question, "merci", bob))["status"]["thanked_count"] == 1


async def test_more_than_two_hundred_people_are_refused_at_once(question, alice):
    ids = [str(1000 + number) for number in range(201)]

    assert await refusal(alice, question, status="merci", account_ids=ids) == (422, "account_ids")


async def test_the_list_of_people_has_pages(running_site, question, alice, bob, carol):
    guests = [await running_site.person(name) for name in NAMES[:3]]
    for one in guests:
        await one.favourites(question)
    await thanks(alice, question, "merci", bob, carol, *guests)
    address, seen = f"{path(question)}?limit=2", []
    while address:
        response = await bob.client.get(address)
        seen += [one["account"]["username"] for one in response.json()["people"]]
        address = response.links.get("next", {}).get("url")

    assert seen == ["bob", "carol", *NAMES[:3]]


async def test_a_post_with_thanks_costs_no_more_queries_for_many_people(running_site, monkeypatch, question, alice, bob, carol):
    """Of the list of people, for one of them, and of a timeline that shows the post."""
    counts = []
    for guests in ([bob, carol], [await running_site.person(name) for name in NAMES]):
        for one in guests:
            await one.favourites(question)
        await thanks(alice, question, "merci", *guests)
        for address in (path(question), "/api/v1/timelines/public"):
            await running_site.run_until_idle()
            running_site.site.db.cache.clear()
            with recorded_queries(running_site.site, monkeypatch) as queries:
                await carol.get(address)
            counts.append(len(queries))

    assert counts[2:] == counts[:2]


async def test_a_deleted_account_is_thanked_no_more(running_site, question, alice, bob, carol):
    status = (await thanks(alice, question, "merci", bob, carol))["status"]
    async with running_site.site.db.write() as tx:
        account = await accounts.by_id(tx, bob.account_id)
        while await erase(tx, account):
            pass

    assert await thanked(carol, status) == ["carol"]
    assert (await carol.get(f"/api/v1/statuses/{status['id']}"))["thanked_count"] == 1
