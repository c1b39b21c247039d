import asyncio

import pytest

from gazouillis.statuses import rules
from tests.support.people import words

STATUSES = "/api/v1/statuses"


async def test_a_post_is_answered_as_it_was_kept(alice, bob):
    said = await alice.posts("hello @bob, who is in #Lyon?")

    assert words(said) == "hello @bob, who is in #Lyon?"
    assert [one["acct"] for one in said["mentions"]] == ["bob"]
    assert [one["name"] for one in said["tags"]] == ["Lyon"]
    assert said["visibility"] == "public"
    assert said["url"] == f"http://localhost:8000/@alice/{said['id']}"


async def test_a_form_says_the_same_as_json(alice):
    answer = await alice.client.post(STATUSES, data={"status": "from a form", "sensitive": "true", "spoiler_text": "film"})

    assert (words(answer.json()), answer.json()["sensitive"], answer.json()["spoiler_text"]) == ("from a form", True, "film")


async def test_too_long_says_by_how_much(alice):
    refusal = await alice.client.post(STATUSES, json={"status": "x" * 143})

    assert refusal.status_code == 422
    assert refusal.json()["error"] == "Too long by 3 characters"


async def test_a_text_as_long_as_a_request_may_be_is_refused_without_counting_it(alice, monkeypatch):
    monkeypatch.setattr(rules, "counted_length", pytest.fail)

    refusal = await alice.client.post(STATUSES, json={"status": "a.b " * 16_000})

    assert (refusal.status_code, refusal.json()["field"]) == (422, "status")


@pytest.mark.parametrize(
    "later",
    [{"media_ids": ["1"]}, {"poll": {"options": ["a", "b"]}}, {"scheduled_at": "2030-01-01T00:00:00Z"}, {"quoted_status_id": "12"}],
)
async def test_what_we_cannot_do_is_refused_not_dropped(alice, later):
    refusal = await alice.client.post(STATUSES, json={"status": "look", **later})

    assert (refusal.status_code, refusal.json()["field"]) == (422, next(iter(later)))


async def test_empty_wishes_are_no_wishes(alice):
    said = await alice.posts("hello", media_ids=[], poll=None, scheduled_at=None, in_reply_to_id=None, language=None)

    assert words(said) == "hello"


async def test_the_same_key_posts_once(alice):
    first, second = [await alice.client.post(STATUSES, json={"status": "once"}, headers={"Idempotency-Key": "k1"}) for _ in range(2)]

    assert first.json()["id"] == second.json()["id"]


async def test_what_is_not_chosen_is_as_the_author_prefers(alice):
    source = {"privacy": "private", "sensitive": True, "language": "fr"}
    await alice.client.patch("/api/v1/accounts/update_credentials", json={"source": source})

    said = await alice.posts("bonjour")

    assert (said["visibility"], said["sensitive"], said["language"]) == ("private", True, "fr")


async def test_a_visibility_that_does_not_exist_is_refused(alice):
    refusal = await alice.client.post(STATUSES, json={"status": "hello", "visibility": "secret"})

    assert (refusal.status_code, refusal.json()["field"]) == (422, "visibility")


async def test_a_language_that_is_none_is_not_kept(alice):
    assert (await alice.posts("hello", language="klingon!"))["language"] is None


async def test_a_private_post_does_not_exist_for_others(town, alice, bob):
    said = await alice.posts("between us", visibility="private")

    assert (await bob.client.get(f"{STATUSES}/{said['id']}")).status_code == 404
    assert (await town.client().get(f"{STATUSES}/{said['id']}")).status_code == 404
    assert (await alice.client.get(f"{STATUSES}/{said['id']}")).status_code == 200


async def test_visitors_are_not_told_what_they_did(town, alice):
    said = await alice.posts("hello")

    shown = (await town.client().get(f"{STATUSES}/{said['id']}")).json()

    assert "favourited" not in shown
    assert "filtered" not in shown


async def test_many_are_given_in_the_order_asked_without_those_hidden(alice, bob):
    one, hidden, two = await alice.posts("one"), await alice.posts("@alice hidden", visibility="direct"), await alice.posts("two")

    found = await bob.get(STATUSES, **{"id[]": [two["id"], hidden["id"], one["id"], "999"]})

    assert [words(status) for status in found] == ["two", "one"]


async def test_a_thread_is_read_from_any_of_its_posts(alice, bob, carol):
    question = await alice.posts("who is in Lyon?")
    answer = await bob.replies(question, "@alice me!")
    await carol.replies(answer, "@bob where?")

    assert await alice.thread(answer) == (["who is in Lyon?"], ["@bob where?"])


async def test_a_tombstone_leaves_the_thread_but_keeps_its_answers(alice, bob, carol):
    question = await alice.posts("who is in Lyon?")
    answer = await bob.replies(question, "@alice me!")
    await carol.replies(answer, "@bob where?")
    await bob.deletes(answer)

    assert await alice.thread(question) == ([], ["@bob where?"])


async def test_an_edit_keeps_what_it_said_before(alice):
    said = await alice.posts("helo", spoiler_text="greeting")

    edited = await alice.edits(said, "hello")
    history = await alice.get(f"{STATUSES}/{said['id']}/history")

    assert (words(edited), edited["spoiler_text"], edited["edited_at"] is None) == ("hello", "greeting", False)
    assert [version["content"] for version in history] == ["<p>helo</p>", "<p>hello</p>"]
    assert history[0]["created_at"] == said["created_at"]


async def test_the_source_is_what_was_typed(alice):
    said = await alice.posts("1 < 2 & @nobody")

    assert (await alice.get(f"{STATUSES}/{said['id']}/source"))["text"] == "1 < 2 & @nobody"


async def test_nobody_edits_or_deletes_for_another(alice, mallory):
    said = await alice.posts("mine")

    assert (await mallory.client.put(f"{STATUSES}/{said['id']}", json={"status": "yours"})).status_code == 403
    assert (await mallory.client.delete(f"{STATUSES}/{said['id']}")).status_code == 403


async def test_what_is_deleted_comes_back_as_it_was_typed_to_be_written_again(alice):
    said = await alice.posts("hello @nobody & all")

    deleted = await alice.deletes(said)

    assert deleted["text"] == "hello @nobody & all"
    assert "content" not in deleted
    assert (await alice.client.get(f"{STATUSES}/{said['id']}")).status_code == 404


@pytest.mark.parametrize("name", ["abc", "0x12", "9" * 30, "-1", "1.5"])
async def test_what_is_no_id_names_nothing(alice, name):
    assert (await alice.client.get(f"{STATUSES}/{name}")).status_code == 404


async def test_the_app_is_named(alice):
    assert (await alice.posts("hello"))["application"] == {"name": "gazouillis", "website": None}


async def test_saying_needs_its_scope(town):
    reader = await town.person("dora", scopes="read")

    assert (await reader.client.post(STATUSES, json={"status": "hello"})).status_code == 403


@pytest.mark.parametrize(
    "text", ["hello", "hello @bob and @alice", "#zebra #Ant @bob #zebra", "RT @bob good morning", "<b> & https://here.test/a?b=c"]
)
async def test_the_answer_to_a_post_is_what_is_read_afterwards(town, alice, bob, text):
    before = await bob.posts("good morning")
    said = await alice.posts(text, spoiler_text="careful", in_reply_to_id=before["id"], language="fr")
    kept = await alice.client.get(f"/api/v1/statuses/{said['id']}")
    cache, town.site.db.cache = town.site.db.cache, None
    asked = await alice.client.get(f"/api/v1/statuses/{said['id']}")
    town.site.db.cache = cache

    assert said == kept.json() == asked.json()


async def test_posts_said_at_once_are_all_counted(town, alice, bob):
    """Each answer shows its author as that post left them; what is remembered afterwards is what the last one left."""
    *said, _ = await asyncio.gather(
        *(alice.posts(f"number {one}") for one in range(12)), bob.client.post(f"/api/v1/accounts/{alice.id}/follow")
    )
    cached = await alice.client.get(f"/api/v1/accounts/{alice.id}")
    cache, town.site.db.cache = town.site.db.cache, None
    asked = await alice.client.get(f"/api/v1/accounts/{alice.id}")
    town.site.db.cache = cache

    assert max(one["account"]["statuses_count"] for one in said) == 12
    assert cached.json() == asked.json()
    assert cached.json()["statuses_count"] == 12
    assert cached.json()["followers_count"] == 1
