"""Messages of strangers are requests at every door: text only until accepted, and the sender cannot tell what became of them."""

import re

import pytest

from gazouillis.text.cleaning import plain
from tests.support.browser import Browser, leads_to, text
from tests.support.media import photo
from tests.support.people import words
from tests.support.streams import open_stream

CONVERSATIONS = "/api/v1/conversations"
REQUESTS = "/api/v1/notifications/requests"
POLICY = "/api/v2/notifications/policy"


async def writes(person, written, **options):
    return await person.posts(written, visibility="direct", **options)


async def tries(person, written, **options):
    return await person.client.post("/api/v1/statuses", json={"status": written, "visibility": "direct", **options})


async def listed(person):
    return [words(one["last_status"]) for one in await person.get(CONVERSATIONS)]


async def requests_of(person):
    return [words(one["last_status"]) for one in await person.get(REQUESTS)]


async def the_request(person):
    [request] = await person.get(REQUESTS)
    return request


async def browser_of(running_site, person, language="en"):
    browser = Browser(running_site, language)
    await browser.was_signed_in(person.name)
    return browser


def badges(page):
    """The numbers in the navigation: notifications, and conversations."""
    return [
        0 if hidden else int(number)
        for hidden, number in re.findall(r'id="unread(?:-conversations)?"( hidden)?>.*?<span data-number>(\d+)</span>', page.text)
    ]


async def test_a_message_of_a_stranger_is_a_request(running_site, alice, mallory):
    message = await writes(mallory, "@alice hello you")

    assert await listed(alice) == []
    assert await alice.get("/api/v1/timelines/direct") == []
    assert await alice.notified_of() == []
    request = await the_request(alice)
    assert request["account"]["username"] == "mallory"
    assert request["notifications_count"] == "1"
    assert request["last_status"]["id"] == message["id"]
    assert await alice.get(f"{REQUESTS}/{request['id']}") == request
    assert (await alice.get(POLICY))["summary"] == {"pending_requests_count": 1, "pending_notifications_count": 1}
    assert await listed(mallory) == ["@alice hello you"]
    page = await (await browser_of(running_site, alice)).reads("/messages")
    assert badges(page) == [0, 0]
    assert '<b class="count"><span class="visually-hidden">to decide: </span>1</b>' in page.text


async def test_a_message_of_somebody_one_follows_is_none(alice, bob):
    await alice.follows(bob)

    await writes(bob, "@alice hello")

    assert await listed(alice) == ["@alice hello"]
    assert await alice.get(REQUESTS) == []
    assert await alice.notified_of() == ["mention by bob"]


async def test_an_answer_to_ones_own_message_is_none(alice, bob):
    await writes(alice, "@bob who are you?")

    await writes(bob, "@alice a friend of Carol")

    assert await listed(alice) == ["@alice a friend of Carol"]
    assert await requests_of(bob) == []


async def test_once_accepted_it_is_a_conversation_with_all_its_messages(alice, mallory):
    await writes(mallory, "@alice one")
    await writes(mallory, "@alice two")
    request = await the_request(alice)

    await alice.post(f"{REQUESTS}/{request['id']}/accept")

    assert await listed(alice) == ["@alice two"]
    assert await alice.get(REQUESTS) == []
    assert [words(one) for one in await alice.get("/api/v1/timelines/direct")] == ["@alice two", "@alice one"]
    assert await alice.notified_of() == ["mention by mallory", "mention by mallory"]
    await writes(mallory, "@alice three")
    assert await listed(alice) == ["@alice three"]


async def test_an_answer_accepts_it(alice, mallory):
    message = await writes(mallory, "@alice one")

    await writes(alice, "@mallory yes?", in_reply_to_id=message["id"])

    assert await listed(alice) == ["@mallory yes?"]
    assert await alice.get(REQUESTS) == []
    for number in range(5):
        await writes(mallory, f"@alice {number}")


async def test_following_the_sender_accepts_it(alice, mallory):
    await writes(mallory, "@alice one")

    await alice.follows(mallory)

    assert await listed(alice) == ["@alice one"]


async def test_what_somebody_declined_writes_does_not_arrive(running_site, alice, mallory, carol):
    message = await writes(mallory, "@alice one")
    request = await the_request(alice)

    await alice.post(f"{REQUESTS}/{request['id']}/dismiss")
    again = await writes(mallory, "@alice two")
    in_group = await writes(mallory, "@alice @carol three")

    for one in (message, again, in_group):
        assert (await alice.client.get(f"/api/v1/statuses/{one['id']}")).status_code == 404
    assert await listed(alice) == []
    assert await requests_of(alice) == []
    assert await alice.notified_of() == []
    assert await requests_of(carol) == ["@alice @carol three"]
    assert await listed(mallory) == ["@alice @carol three", "@alice two"]
    assert (await alice.client.post(f"{REQUESTS}/{request['id']}/accept")).status_code == 404


async def test_who_declined_can_write_first(alice, mallory):
    await writes(mallory, "@alice one")
    await alice.post(f"{REQUESTS}/{(await the_request(alice))['id']}/dismiss")

    await writes(alice, "@mallory now I have time")
    await writes(mallory, "@alice good")

    assert await listed(alice) == ["@alice good"]


async def test_in_a_group_everybody_decides_for_themselves(alice, bob, carol, mallory):
    await bob.follows(mallory)
    await writes(mallory, "@alice @bob @carol a party!")

    await alice.post(f"{REQUESTS}/{(await the_request(alice))['id']}/accept")
    await carol.post(f"{REQUESTS}/{(await the_request(carol))['id']}/dismiss")
    await writes(bob, "@alice @carol @mallory gladly")

    assert await listed(alice) == ["@alice @carol @mallory gladly"]
    assert await listed(bob) == ["@alice @carol @mallory gladly"]
    assert (await listed(carol), await requests_of(carol)) == ([], [])


async def test_it_is_text_only(running_site, alice, mallory):
    photo_id = (await mallory.uploads(photo()))["id"]
    message = await writes(mallory, "@alice look https://example.org/trap", media_ids=[photo_id])
    [own] = message["media_attachments"]
    browser = await browser_of(running_site, alice)
    request = await the_request(alice)
    address = f"/messages/{request['id']}"

    shown = await alice.get(f"/api/v1/statuses/{message['id']}")
    page = text(await browser.reads(address))

    for one in (shown, request["last_status"], (await alice.get(f"/api/v1/statuses/{message['id']}/history"))[-1]):
        assert one["media_attachments"] == []
        assert "<a" not in one["content"]
        assert plain(one["content"]) == "@alice look https://example.org/trap"
    assert "https://example.org/trap" in page
    assert 'href="https://example.org/trap"' not in page
    assert "1 picture or file, which you see once you accept" in page
    links = set(re.findall(r"/media/\d+/[\w.]+", str(own)))
    assert links
    assert not links & set(re.findall(r"/media/\d+/[\w.]+", page))
    assert {(await browser.client.get(one)).status_code for one in links} == {404}

    await browser.sends(f"{address}/accept")

    assert {(await browser.client.get(one)).status_code for one in links} == {200}
    assert links & set(re.findall(r"/media/\d+/[\w.]+", text(await browser.reads(address))))
    assert 'href="https://example.org/trap"' in text(await browser.reads(address))
    [attachment] = (await alice.get(f"/api/v1/statuses/{message['id']}"))["media_attachments"]
    assert attachment["id"] == own["id"]


async def test_no_stream_tells_of_it(running_site, alice, bob, mallory):
    await alice.follows(bob)
    async with (
        open_stream(running_site, "/api/v1/streaming/direct", alice.token) as direct,
        open_stream(running_site, "/api/v1/streaming/user", alice.token) as user,
    ):
        message = await writes(mallory, "@alice hello you")
        await mallory.edits(message, "@alice hello there")
        await writes(bob, "@alice an ordinary one")
        await running_site.run_until_idle()

        conversation, notification = await direct.event(), await user.event()
    assert (conversation[0], words(conversation[1]["last_status"])) == ("conversation", "@alice an ordinary one")
    assert (notification[0], words(notification[1]["status"])) == ("notification", "@alice an ordinary one")


async def test_the_fourth_message_waits_for_an_answer(running_site, alice, mallory):
    for number in range(3):
        await writes(mallory, f"@alice {number}")

    refusal = await tries(mallory, "@alice again")

    assert refusal.status_code == 422
    assert refusal.json()["error"].endswith(
        "Wait for an answer: somebody who does not follow you gets at most 3 messages before they answer"
    )
    [conversation] = await mallory.get(CONVERSATIONS)
    browser = await browser_of(running_site, mallory, "fr")
    page = await browser.sends(f"/messages/{conversation['id']}", status="encore")
    assert page.status_code == 422
    assert "Attendez une réponse" in text(page)
    assert "encore" in page.text


@pytest.mark.parametrize("answer", ["", "accept", "dismiss"])
async def test_a_refusal_does_not_tell_what_became_of_the_request(alice, mallory, answer):
    await writes(mallory, "@alice one")
    if answer:
        await alice.post(f"{REQUESTS}/{(await the_request(alice))['id']}/{answer}")

    answers = [(await tries(mallory, f"@alice {number}")).status_code for number in range(4)]

    assert answers == [200, 200, 422, 422]


async def test_a_deleted_message_counts_too(alice, mallory):
    for number in range(3):
        await mallory.deletes(await writes(mallory, f"@alice {number}"))

    assert (await tries(mallory, "@alice again")).status_code == 422
    assert await requests_of(alice) == []


async def test_requests_are_limited_a_day(running_site, clock, mallory):
    for number in range(6):
        await running_site.person(f"stranger{number}")
    for number in range(5):
        await writes(mallory, f"@stranger{number} hello")

    refusal = await tries(mallory, "@stranger5 hello")

    assert refusal.status_code == 429
    assert 80_000 < int(refusal.headers["Retry-After"]) <= 86_400
    browser = await browser_of(running_site, mallory, "fr")
    page = await browser.sends("/messages", to="@stranger5", status="salut")
    assert page.status_code == 429
    assert "Retry-After" in page.headers
    assert "salut" in page.text
    clock.advance(days=1, minutes=1)
    await writes(mallory, "@stranger5 hello")


async def test_who_answers_does_not_count(running_site, mallory):
    people = [await running_site.person(f"stranger{number}") for number in range(6)]
    for one in people[:5]:
        await writes(mallory, f"@{one.name} hello")
    await writes(people[0], "@mallory hello")

    await writes(mallory, "@stranger5 hello")


async def test_who_takes_messages_of_those_they_follow_only_is_not_written_to(running_site, alice, bob, mallory):
    browser = await browser_of(running_site, alice)
    await alice.follows(bob)
    await browser.sends("/settings/limits/messages", who_may_write="followed")

    refusal = await tries(mallory, "@alice hello")
    await writes(bob, "@alice hello")

    assert refusal.status_code == 422
    assert refusal.json()["error"].endswith("@alice takes no messages from people they do not follow")
    assert (await alice.get(POLICY))["for_private_mentions"] == "drop"
    assert await listed(alice) == ["@alice hello"]


async def test_who_takes_no_messages_gets_answers_all_the_same(running_site, alice, bob):
    browser = await browser_of(running_site, alice)
    await alice.follows(bob)
    await browser.sends("/settings/limits/messages", who_may_write="nobody")

    refusal = await tries(bob, "@alice hello")
    await writes(alice, "@bob are you there?")
    await writes(bob, "@alice yes")

    assert refusal.status_code == 422
    assert refusal.json()["error"].endswith("@alice takes no messages")
    assert await listed(alice) == ["@alice yes"]
    assert 'value="nobody" selected' in text(await browser.reads("/settings/limits"))
    assert (await browser.sends("/settings/limits/messages", who_may_write="the cat")).status_code == 422


async def test_apps_choose_by_the_policy(alice, mallory):
    assert (await alice.get(POLICY))["for_private_mentions"] == "filter"
    assert (await alice.get("/api/v1/notifications/policy"))["filter_private_mentions"] is True

    changed = await alice.client.patch(POLICY, json={"for_private_mentions": "accept"})
    await writes(mallory, "@alice hello")

    assert changed.json()["for_private_mentions"] == "accept"
    assert await listed(alice) == ["@alice hello"]
    again = await alice.client.put("/api/v1/notifications/policy", json={"filter_private_mentions": True})
    assert again.json()["filter_private_mentions"] is True
    assert (await alice.get(POLICY))["for_private_mentions"] == "filter"
    wrong = await alice.client.put(POLICY, json={"for_private_mentions": "maybe"})
    assert wrong.status_code == 422


async def test_several_are_answered_at_once(alice, bob, carol, mallory):
    for one in (bob, carol, mallory):
        await writes(one, "@alice hello")
    found = {one["account"]["username"]: one["id"] for one in await alice.get(REQUESTS)}

    await alice.post(f"{REQUESTS}/accept", id=[found["bob"], found["carol"]])
    await alice.post(f"{REQUESTS}/dismiss", id=[found["mallory"]])

    assert len(await listed(alice)) == 2
    assert await alice.get(REQUESTS) == []
    assert await alice.get(f"{REQUESTS}/merged") == {"merged": True}
    assert (await alice.client.post(f"{REQUESTS}/accept", json={"id": ["12345"]})).status_code == 404


async def test_the_pages_of_a_request(running_site, alice, mallory):
    await writes(mallory, "@alice hello you")
    browser = await browser_of(running_site, alice)

    page = text(await browser.reads("/messages/requests"))
    address = re.search(r'<a href="(/messages/\d+)">', page)[1]
    request = text(await browser.reads(address))

    assert "hello you" in page
    assert all(f'formaction="{address}/{act}"' in request for act in ("accept", "decline", "decline-and-block"))
    assert 'href="/report?status=' in request
    answer = await browser.sends(address, status="who are you?")
    assert leads_to(answer).startswith(address)
    assert "decline" not in text(await browser.reads(address))
    assert "No request" in text(await browser.reads("/messages/requests"))


async def test_declining_asks_first(running_site, alice, mallory):
    await writes(mallory, "@alice hello you")
    browser = await browser_of(running_site, alice)
    address = f"/messages/{(await the_request(alice))['id']}"

    question = text(await browser.sends(f"{address}/decline"))
    assert "Decline the messages of @mallory?" in question
    assert await requests_of(alice) == ["@alice hello you"]
    done = await browser.sends(f"{address}/decline", confirmed="yes")

    assert leads_to(done) == "/messages/requests"
    assert await requests_of(alice) == []
    assert "hello you" not in text(await browser.reads(address))


async def test_declining_can_block_too(running_site, alice, mallory):
    await writes(mallory, "@alice hello you")
    browser = await browser_of(running_site, alice)
    address = f"/messages/{(await the_request(alice))['id']}"

    await browser.sends(f"{address}/decline-and-block", confirmed="yes")

    [relation] = await alice.get("/api/v1/accounts/relationships", **{"id[]": mallory.id})
    assert relation["blocking"]
    assert await requests_of(alice) == []


async def test_nobody_answers_the_request_of_another(running_site, alice, bob, mallory):
    await writes(mallory, "@alice hello you")
    request = await the_request(alice)

    for act in ("accept", "dismiss"):
        assert (await bob.client.post(f"{REQUESTS}/{request['id']}/{act}")).status_code == 404
        assert (await mallory.client.post(f"{REQUESTS}/{request['id']}/{act}")).status_code in {200, 404}
    browser = await browser_of(running_site, bob)
    assert (await browser.sends(f"/messages/{request['id']}/accept")).status_code == 404
    assert await requests_of(alice) == ["@alice hello you"]


async def test_pages_count_a_message_once(running_site, alice, bob):
    await alice.follows(bob)
    await writes(bob, "@alice hello")
    await bob.posts("@alice in public")
    await running_site.run_until_idle()

    page = await (await browser_of(running_site, alice)).reads("/")

    assert badges(page) == [1, 1]
    assert (await alice.get("/api/v1/notifications/unread_count"))["count"] == 2
