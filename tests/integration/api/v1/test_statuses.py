import asyncio

import pytest

from gazouillis.statuses import rules
from tests.support.people import words

STATUSES = "/api/v1/statuses"


async def test_a_post_is_answered_with_its_status(alice, bob):
    status = await alice.posts("hello @bob, who is in #Lyon?")

    assert words(status) == "hello @bob, who is in #Lyon?"
    assert [one["acct"] for one in status["mentions"]] == ["bob"]
    assert [one["name"] for one in status["tags"]] == ["Lyon"]
    assert status["visibility"] == "public"
    assert status["url"] == f"http://localhost:8000/@alice/{status['id']}"


async def test_a_form_is_read_like_json(alice):
    response = await alice.client.post(STATUSES, data={"status": "from a form", "sensitive": "true", "spoiler_text": "film"})

    assert (words(response.json()), response.json()["sensitive"], response.json()["spoiler_text"]) == ("from a form", True, "film")


async def test_a_text_too_long_is_refused_with_the_excess(alice):
    refusal = await alice.client.post(STATUSES, json={"status": "x" * 143})

    assert refusal.status_code == 422
    assert refusal.json()["error"] == "Too long by 3 characters"


async def test_a_huge_text_is_refused_without_counting_it(alice, monkeypatch):
    monkeypatch.setattr(rules, "counted_length", pytest.fail)

    refusal = await alice.client.post(STATUSES, json={"status": "a.b " * 16_000})

    assert (refusal.status_code, refusal.json()["field"]) == (422, "status")


@pytest.mark.parametrize(
    "later",
    [{"media_ids": ["1"]}, {"quoted_status_id": "12"}],
)
async def test_fields_not_supported_yet_are_refused(alice, later):
    refusal = await alice.client.post(STATUSES, json={"status": "look", **later})

    assert (refusal.status_code, refusal.json()["field"]) == (422, next(iter(later)))


async def test_empty_fields_not_supported_yet_are_ignored(alice):
    status = await alice.posts("hello", media_ids=[], poll=None, scheduled_at=None, in_reply_to_id=None, language=None)

    assert words(status) == "hello"


async def test_the_same_idempotency_key_posts_once(alice):
    first, second = [await alice.client.post(STATUSES, json={"status": "once"}, headers={"Idempotency-Key": "k1"}) for _ in range(2)]

    assert first.json()["id"] == second.json()["id"]


async def test_missing_fields_take_the_preferences_of_the_author(alice):
    source = {"privacy": "private", "sensitive": True, "language": "fr"}
    await alice.client.patch("/api/v1/accounts/update_credentials", json={"source": source})

    status = await alice.posts("bonjour")

    assert (status["visibility"], status["sensitive"], status["language"]) == ("private", True, "fr")


async def test_an_unknown_visibility_is_refused(alice):
    refusal = await alice.client.post(STATUSES, json={"status": "hello", "visibility": "secret"})

    assert (refusal.status_code, refusal.json()["field"]) == (422, "visibility")


async def test_an_invalid_language_is_ignored(alice):
    assert (await alice.posts("hello", language="klingon!"))["language"] is None


async def test_a_private_status_is_not_found_for_others(running_site, alice, bob):
    status = await alice.posts("between us", visibility="private")

    assert (await bob.client.get(f"{STATUSES}/{status['id']}")).status_code == 404
    assert (await running_site.client().get(f"{STATUSES}/{status['id']}")).status_code == 404
    assert (await alice.client.get(f"{STATUSES}/{status['id']}")).status_code == 200


async def test_visitors_get_no_viewer_flags(running_site, alice):
    status = await alice.posts("hello")

    shown = (await running_site.client().get(f"{STATUSES}/{status['id']}")).json()

    assert "favourited" not in shown
    assert "filtered" not in shown


async def test_several_statuses_are_in_the_requested_order_without_hidden_ones(alice, bob):
    one, hidden, two = await alice.posts("one"), await alice.posts("@alice hidden", visibility="direct"), await alice.posts("two")

    found = await bob.get(STATUSES, **{"id[]": [two["id"], hidden["id"], one["id"], "999"]})

    assert [words(status) for status in found] == ["two", "one"]


async def test_a_thread_is_read_from_any_of_its_statuses(alice, bob, carol):
    question = await alice.posts("who is in Lyon?")
    reply = await bob.replies(question, "@alice me!")
    await carol.replies(reply, "@bob where?")

    assert await alice.thread(reply) == (["who is in Lyon?"], ["@bob where?"])


async def test_a_deleted_status_leaves_the_thread_but_its_replies_stay(alice, bob, carol):
    question = await alice.posts("who is in Lyon?")
    reply = await bob.replies(question, "@alice me!")
    await carol.replies(reply, "@bob where?")
    await bob.deletes(reply)

    assert await alice.thread(question) == ([], ["@bob where?"])


async def test_an_edit_keeps_the_earlier_version(alice):
    status = await alice.posts("helo", spoiler_text="greeting")

    edited = await alice.edits(status, "hello")
    history = await alice.get(f"{STATUSES}/{status['id']}/history")

    assert (words(edited), edited["spoiler_text"], edited["edited_at"] is None) == ("hello", "greeting", False)
    assert [version["content"] for version in history] == ["<p>helo</p>", "<p>hello</p>"]
    assert history[0]["created_at"] == status["created_at"]


async def test_the_source_is_the_typed_text(alice):
    status = await alice.posts("1 < 2 & @nobody")

    assert (await alice.get(f"{STATUSES}/{status['id']}/source"))["text"] == "1 < 2 & @nobody"


async def test_only_the_author_edits_or_deletes(alice, mallory):
    status = await alice.posts("mine")

    assert (await mallory.client.put(f"{STATUSES}/{status['id']}", json={"status": "yours"})).status_code == 403
    assert (await mallory.client.delete(f"{STATUSES}/{status['id']}")).status_code == 403


async def test_a_deletion_returns_the_typed_text(alice):
    status = await alice.posts("hello @nobody & all")

    deleted = await alice.deletes(status)

    assert deleted["text"] == "hello @nobody & all"
    assert "content" not in deleted
    assert (await alice.client.get(f"{STATUSES}/{status['id']}")).status_code == 404


@pytest.mark.parametrize("name", ["abc", "0x12", "9" * 30, "-1", "1.5"])
async def test_an_invalid_id_is_not_found(alice, name):
    assert (await alice.client.get(f"{STATUSES}/{name}")).status_code == 404


async def test_a_status_names_its_app(alice):
    assert (await alice.posts("hello"))["application"] == {"name": "gazouillis", "website": None}


async def test_posting_needs_its_scope(running_site):
    reader = await running_site.person("dora", scopes="read")

    assert (await reader.client.post(STATUSES, json={"status": "hello"})).status_code == 403


@pytest.mark.parametrize(
    "text", ["hello", "hello @bob and @alice", "#zebra #Ant @bob #zebra", "RT @bob good morning", "<b> & https://here.test/a?b=c"]
)
async def test_the_response_to_a_post_equals_a_later_read(running_site, alice, bob, text):
    before = await bob.posts("good morning")
    status = await alice.posts(text, spoiler_text="careful", in_reply_to_id=before["id"], language="fr")
    kept = await alice.client.get(f"/api/v1/statuses/{status['id']}")
    cache, running_site.site.db.cache = running_site.site.db.cache, None
    response = await alice.client.get(f"/api/v1/statuses/{status['id']}")
    running_site.site.db.cache = cache

    assert status == kept.json() == response.json()


async def test_concurrent_posts_are_all_counted(running_site, alice, bob):
    """Each response shows the author's count after that post. The cache keeps the count after the last one."""
    *listed, _ = await asyncio.gather(
        *(alice.posts(f"number {one}") for one in range(12)), bob.client.post(f"/api/v1/accounts/{alice.id}/follow")
    )
    cached = await alice.client.get(f"/api/v1/accounts/{alice.id}")
    cache, running_site.site.db.cache = running_site.site.db.cache, None
    response = await alice.client.get(f"/api/v1/accounts/{alice.id}")
    running_site.site.db.cache = cache

    assert max(one["account"]["statuses_count"] for one in listed) == 12
    assert cached.json() == response.json()
    assert cached.json()["statuses_count"] == 12
    assert cached.json()["followers_count"] == 1
