"""Mentions of a status: which do not count towards its length, how many are allowed, and that a direct status needs one."""

import pytest

from gazouillis.statuses import composition, rules
from tests.support.people import words

STATUSES = "/api/v1/statuses"


async def test_the_first_ten_known_handles_that_open_a_reply_are_free(running_site, alice, bob):
    question = await alice.posts("who comes?")
    names = [(await running_site.person(f"friend{number}")).name for number in range(11)]
    free, counted = "".join(f"@{name} " for name in names[:10]), f"@{names[10]} "

    assert (await bob.replies(question, free + counted + "x" * (140 - len(counted))))["id"]
    assert await is_too_long(bob, free + counted + "x" * (141 - len(counted)), in_reply_to_id=question["id"])
    assert await is_too_long(bob, free + "x" * 139)


@pytest.mark.parametrize(
    "opening", ["@nobody " * 1100, "@alice" + " " * 200, "@alice" + "," * 200, "@alice " * 40, "@nobody@there.test " * 30]
)
async def test_only_known_handles_that_open_a_reply_are_free(alice, bob, opening):
    question = await alice.posts("who comes?")

    assert await is_too_long(bob, opening + "x", in_reply_to_id=question["id"])


async def test_the_handles_that_open_a_reply_are_free_when_it_is_edited_too(alice, bob):
    reply = await bob.replies(await alice.posts("who comes?"), "@alice me")

    assert words(await bob.edits(reply, "@alice " + "x" * 140)) == "@alice " + "x" * 140
    refusal = await bob.client.put(f"{STATUSES}/{reply['id']}", json={"status": "@nobody " + "x" * 140})
    assert (refusal.status_code, refusal.json()["field"]) == (422, "status")


async def is_too_long(person, text, **options):
    response = await person.client.post(STATUSES, json={"status": text, **options})
    return response.status_code == 422 and response.json()["details"]["status"][0]["error"] == "ERR_TOO_LONG"


@pytest.mark.parametrize("is_edit", [False, True])
async def test_a_status_mentions_at_most_twenty_five_accounts(alice, is_edit):
    handles = [f"@p{number}" for number in range(26)]
    status = await alice.posts(" ".join(handles[:25]) + " @P0 @p1")

    refusal = await send_by(alice, status if is_edit else None)(status=" ".join(handles))

    assert (refusal.status_code, refusal.json()["field"]) == (422, "status")
    assert refusal.json()["error"] == "Name at most 25 people"


@pytest.mark.parametrize("text", ["hello", "hello @nobody", "hello @nobody@there.test #alice alice@here.test"])
@pytest.mark.parametrize("is_reply", [False, True])
async def test_a_direct_status_without_mentions_is_refused(alice, bob, text, is_reply):
    await bob.follows(alice)
    direct = await alice.posts("@bob hello", visibility="direct")

    refusal = await send_by(alice, None)(status=text, visibility="direct", in_reply_to_id=direct["id"] if is_reply else None)

    assert (refusal.status_code, refusal.json()["field"]) == (422, "status")
    assert await bob.notified_of() == ["mention by alice"]


def send_by(person, edited):
    async def send(**form):
        if edited:
            return await person.client.put(f"{STATUSES}/{edited['id']}", json=form)
        return await person.client.post(STATUSES, json=form)

    return send


async def test_a_text_of_sixty_kilobytes_is_refused_before_it_is_parsed(alice, monkeypatch):
    status = await alice.posts("hello")
    monkeypatch.setattr(composition, "entities", pytest.fail)
    monkeypatch.setattr(rules, "counted_length", pytest.fail)

    refusals = [await send_by(alice, edited)(status="@bob " * 12_000) for edited in (None, status)]

    assert [(one.status_code, one.json()["field"]) for one in refusals] == [(422, "status")] * 2
