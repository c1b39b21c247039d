"""Private messages as apps see them: conversations, who takes part, what is read, muted, deleted. What others got wrong is tested too."""

import pytest

from gazouillis.accounts.tables import accounts
from tests.support.people import words
from tests.support.streams import open_stream

pytestmark = pytest.mark.usefixtures("acquainted")

CONVERSATIONS = "/api/v1/conversations"
DIRECT = "/api/v1/streaming/direct"


async def writes(person, text, **options):
    return await person.posts(text, visibility="direct", **options)


async def listed(person, **window):
    """The texts of the last messages, newest first; an unread conversation is marked by `*`."""
    found = await person.get(CONVERSATIONS, **window)
    return [("*" if one["unread"] else "") + (words(one["last_status"]) if one["last_status"] else "…") for one in found]


async def only(person):
    [conversation] = await person.get(CONVERSATIONS)
    return conversation


async def people(person):
    return {one["username"] for one in (await only(person))["accounts"]}


async def read_by(person, conversation, verb="read"):
    return await person.post(f"{CONVERSATIONS}/{conversation['id']}/{verb}")


async def test_a_direct_status_begins_a_conversation_for_both(alice, bob, carol):
    status = await writes(alice, "@bob coffee?")

    hers, his = await only(alice), await only(bob)
    assert hers["id"] == his["id"]
    assert [one["username"] for one in hers["accounts"]] == ["bob"]
    assert [one["username"] for one in his["accounts"]] == ["alice"]
    assert hers["last_status"]["id"] == his["last_status"]["id"] == status["id"]
    assert (hers["unread"], his["unread"]) == (False, True)
    assert await carol.get(CONVERSATIONS) == []


async def test_all_that_the_same_people_write_is_one_conversation(alice, bob):
    await writes(alice, "@bob coffee?")
    await writes(bob, "@alice gladly")
    await writes(alice, "@bob at four", in_reply_to_id=(await only(bob))["last_status"]["id"])

    assert await listed(alice) == ["@bob at four"]
    assert await listed(bob) == ["*@bob at four"]


async def test_a_group_is_another_conversation_than_two_of_its_people(alice, bob, carol):
    await writes(alice, "@bob between us")
    await writes(alice, "@bob @carol all three")

    assert await listed(bob) == ["*@bob @carol all three", "*@bob between us"]
    assert await listed(carol) == ["*@bob @carol all three"]


@pytest.mark.parametrize(("others", "status"), [(7, 200), (8, 422)])
async def test_a_conversation_has_at_most_eight_people(running_site, alice, others, status):
    friends = [await running_site.person(f"friend{number}") for number in range(others)]
    for one in friends:
        await one.follows(alice)
    names = [one.name for one in friends]

    answer = await alice.client.post("/api/v1/statuses", json={"status": " ".join(f"@{one}" for one in names), "visibility": "direct"})

    assert answer.status_code == status
    if status == 422:
        assert answer.json()["field"] == "status"
        assert answer.json()["error"] == "A conversation has at most 8 people"
        assert await alice.get(CONVERSATIONS) == []


async def test_naming_somebody_in_an_answer_does_not_add_them(alice, bob, carol):
    first = await writes(alice, "@bob coffee?")
    answer = await writes(bob, "@alice with @carol?", in_reply_to_id=first["id"])

    assert await people(alice) == {"bob"}
    assert await carol.get(CONVERSATIONS) == []
    assert await carol.notifications() == []
    assert (await carol.client.get(f"/api/v1/statuses/{answer['id']}")).status_code == 404
    assert [one["username"] for one in answer["mentions"]] == ["alice"]
    assert await listed(alice) == ["*@alice with @carol?"]


async def test_an_answer_that_names_only_somebody_else_is_refused(alice, bob, carol):
    """It would reach those whom it is about, and not the one it is for."""
    first = await writes(bob, "@alice what a day")

    refused = await alice.client.post(
        "/api/v1/statuses", json={"status": "@carol look at this", "visibility": "direct", "in_reply_to_id": first["id"]}
    )

    assert (refused.status_code, refused.json()["field"]) == (422, "status")
    assert "@carol is not in this conversation" in refused.json()["error"]
    assert await listed(alice) == ["*@alice what a day"]


async def test_an_answer_that_names_some_of_a_group_is_for_them_alone(alice, bob, carol):
    first = await writes(alice, "@bob @carol who comes?")
    await writes(bob, "@alice not with her", in_reply_to_id=first["id"])

    assert await listed(carol) == ["*@bob @carol who comes?"]
    assert await listed(alice) == ["*@alice not with her", "@bob @carol who comes?"]


async def test_an_edit_adds_nobody_and_removes_nobody(alice, bob, carol):
    status = await writes(alice, "@bob coffee?")
    edited = await alice.edits(status, "coffee with @carol?")

    assert [one["username"] for one in edited["mentions"]] == ["bob"]
    assert await listed(bob) == ["*coffee with @carol?"]
    assert (await carol.get(CONVERSATIONS), await carol.notifications()) == ([], [])
    assert (await carol.client.get(f"/api/v1/statuses/{status['id']}")).status_code == 404


async def test_a_note_to_oneself_is_a_conversation_with_oneself(alice):
    await writes(alice, "@alice buy bread")

    assert await people(alice) == {"alice"}
    assert await listed(alice) == ["@alice buy bread"]


# Reading


async def test_one_reads_and_unreads(alice, bob):
    await writes(alice, "@bob coffee?")
    conversation = await only(bob)

    assert (await read_by(bob, conversation))["unread"] is False
    assert await listed(bob) == ["@bob coffee?"]
    assert (await read_by(bob, conversation, "unread"))["unread"] is True
    assert await listed(bob) == ["*@bob coffee?"]
    assert await listed(alice) == ["@bob coffee?"]


async def test_ones_own_answer_is_read_and_reads_what_it_answers(alice, bob):
    await writes(alice, "@bob coffee?")
    await writes(bob, "@alice yes")

    assert await listed(bob) == ["@alice yes"]
    assert await listed(alice) == ["*@alice yes"]


async def test_opening_the_thread_reads_it_each_time(alice, bob):
    status = await writes(alice, "@bob coffee?")
    for _ in range(2):
        await bob.thread(status)
        assert await listed(bob) == ["@bob coffee?"]
        await read_by(bob, await only(bob), "unread")


async def test_reading_is_each_ones_own(alice, bob, carol):
    status = await writes(alice, "@bob @carol who comes?")
    await bob.thread(status)

    assert await listed(bob) == ["@bob @carol who comes?"]
    assert await listed(carol) == ["*@bob @carol who comes?"]


# Deleting


async def test_a_deleted_last_message_gives_way_to_the_one_before(alice, bob):
    await writes(alice, "@bob one")
    two = await writes(alice, "@bob two")
    await alice.deletes(two)

    assert await listed(alice) == ["@bob one"]
    assert await listed(bob) == ["*@bob one"]


async def test_a_conversation_goes_with_its_last_message(alice, bob):
    status = await writes(alice, "@bob one")
    await alice.deletes(status)

    assert (await listed(alice), await listed(bob)) == ([], [])


async def test_a_conversation_is_deleted_for_oneself_alone_and_comes_back_with_what_is_new(alice, bob):
    await writes(alice, "@bob one")
    conversation = await only(bob)

    assert (await bob.client.delete(f"{CONVERSATIONS}/{conversation['id']}")).json() == {}
    assert (await listed(bob), await listed(alice)) == ([], ["@bob one"])

    await writes(alice, "@bob two")
    assert await listed(bob) == ["*@bob two"]
    assert [words(one) for one in await bob.get("/api/v1/timelines/direct")] == ["@bob two"]
    assert [words(one) for one in await alice.get("/api/v1/timelines/direct")] == ["@bob two", "@bob one"]


@pytest.mark.parametrize("method", ["read", "unread", "delete"])
async def test_somebody_elses_conversation_does_not_exist(alice, bob, carol, method):
    await writes(alice, "@bob one")
    path = f"{CONVERSATIONS}/{(await only(bob))['id']}"

    answer = await (carol.client.delete(path) if method == "delete" else carol.client.post(f"{path}/{method}"))

    assert answer.status_code == 404
    assert await listed(bob) == ["*@bob one"]


@pytest.mark.parametrize("identifier", ["0", "x", "9" * 30, "-1"])
async def test_an_id_that_is_none_is_not_found(alice, identifier):
    assert (await alice.client.post(f"{CONVERSATIONS}/{identifier}/read")).status_code == 404
    assert (await alice.client.delete(f"{CONVERSATIONS}/{identifier}")).status_code == 404


async def test_the_scopes_are_those_of_mastodon(running_site, alice):
    reader = await running_site.person("reader", scopes="read:statuses")

    assert (await reader.client.get(CONVERSATIONS)).status_code == 200
    assert (await reader.client.post(f"{CONVERSATIONS}/1/read")).status_code == 403
    assert (await running_site.client().get(CONVERSATIONS)).status_code == 401


# Other people who leave, are muted or blocked


async def suspend(running_site, person):
    async with running_site.site.db.write() as tx:
        await tx.run(accounts.update().where(accounts.c.id == person.account_id).values(suspended_at=tx.now))
    if running_site.site.db.cache:
        running_site.site.db.cache.clear()


async def test_a_conversation_with_a_suspended_account_is_listed_read_and_deleted(running_site, alice, bob):
    await writes(bob, "@alice yes?")
    await writes(alice, "@bob coffee?")
    await suspend(running_site, alice)

    assert await listed(bob) == ["*…"]
    conversation = await only(bob)
    assert [one["suspended"] for one in conversation["accounts"]] == [True]
    assert (await read_by(bob, conversation))["unread"] is False
    assert (await bob.client.delete(f"{CONVERSATIONS}/{conversation['id']}")).status_code == 200
    assert await listed(bob) == []


async def test_a_muted_conversation_is_hidden_and_comes_back(alice, bob):
    await writes(alice, "@bob one")
    await bob.mutes(alice)
    await writes(alice, "@bob two")
    assert await listed(bob) == []

    await bob.post(f"/api/v1/accounts/{alice.id}/unmute")

    assert await listed(bob) == ["*@bob two"]


async def test_a_mute_that_ends_brings_the_conversation_back(running_site, alice, bob):
    await writes(alice, "@bob one")
    await bob.mutes(alice, duration=3600)
    assert await listed(bob) == []

    running_site.clock.advance(hours=2)

    assert await listed(bob) == ["*@bob one"]


async def test_a_group_stays_when_one_of_it_is_muted(alice, bob, carol):
    await writes(alice, "@bob @carol who comes?")
    await bob.mutes(carol)

    assert await listed(bob) == ["*@bob @carol who comes?"]


async def test_a_block_hides_the_conversation_from_both_and_stops_messages(alice, bob):
    await writes(alice, "@bob one")
    await bob.blocks(alice)
    await writes(alice, "@bob two")
    assert (await listed(alice), await listed(bob)) == ([], [])

    await bob.post(f"/api/v1/accounts/{alice.id}/unblock")

    assert await listed(bob) == ["*@bob one"]
    assert await listed(alice) == ["@bob two"]


# Lists


async def test_pages_follow_the_last_messages(running_site, alice):
    for number in range(5):
        friend = await running_site.person(f"friend{number}")
        await alice.follows(friend)
        await writes(friend, f"@alice {number}")

    page = await alice.client.get(CONVERSATIONS, params={"limit": 2})
    assert [words(one["last_status"]) for one in page.json()] == ["@alice 4", "@alice 3"]
    second = await alice.client.get(page.links["next"]["url"])
    assert [words(one["last_status"]) for one in second.json()] == ["@alice 2", "@alice 1"]
    third = await alice.client.get(second.links["next"]["url"])
    assert [words(one["last_status"]) for one in third.json()] == ["@alice 0"]
    assert "next" not in third.links
    back = await alice.client.get(second.links["prev"]["url"])
    assert [words(one["last_status"]) for one in back.json()] == ["@alice 4", "@alice 3"]


async def test_a_message_is_in_no_timeline_and_in_no_public_thread(alice, bob):
    await bob.follows(alice)
    question = await alice.posts("who knows a good baker?")
    answer = await writes(bob, "@alice I do, but do not tell", in_reply_to_id=question["id"])
    await alice.home()
    await writes(alice, "@bob where?", in_reply_to_id=answer["id"])

    assert await alice.home() == await bob.home() == ["who knows a good baker?"]
    assert (await alice.thread(question), await bob.thread(question)) == (([], []), ([], []))
    assert await alice.thread(answer) == (["who knows a good baker?"], ["@bob where?"])
    assert await alice.profile(bob) == []
    assert await bob.notified_of() == ["mention by alice"]
    assert await listed(alice) == ["@bob where?"]


# The stream `direct`


async def test_the_stream_tells_both_of_a_message_and_nobody_else(running_site, alice, bob, carol):
    async with (
        open_stream(running_site, DIRECT, alice.token) as hers,
        open_stream(running_site, DIRECT, bob.token) as his,
        open_stream(running_site, DIRECT, carol.token) as a_strangers,
    ):
        status = await writes(alice, "@bob coffee?")
        await running_site.run_until_idle()

        for stream, unread in ((hers, False), (his, True)):
            event, conversation = await stream.event()
            assert event == "conversation"
            assert (conversation["last_status"]["id"], conversation["unread"]) == (status["id"], unread)
        assert await a_strangers.has_no_events()


async def test_the_stream_is_silent_about_muted_people_and_about_reading(running_site, alice, bob):
    await writes(alice, "@bob one")
    conversation = await only(bob)
    async with open_stream(running_site, DIRECT, bob.token) as stream:
        await read_by(bob, conversation)
        await bob.mutes(alice)
        await running_site.run_until_idle()
        await writes(alice, "@bob two")
        await running_site.run_until_idle()

        assert await stream.has_no_events()


async def test_the_stream_needs_somebody_who_signed_in(running_site, alice):
    async with open_stream(running_site, DIRECT) as stream:
        assert stream.status == 401
