"""Whom a status names: what that costs in characters, how many it may name, and whom it must."""

import pytest

from gazouillis.statuses import composition, rules
from tests.support.people import words

STATUSES = "/api/v1/statuses"


async def test_the_first_ten_known_handles_that_open_a_reply_are_free(town, alice, bob):
    question = await alice.posts("who comes?")
    names = [(await town.person(f"friend{number}")).name for number in range(11)]
    free, counted = "".join(f"@{name} " for name in names[:10]), f"@{names[10]} "

    assert (await bob.replies(question, free + counted + "x" * (140 - len(counted))))["id"]
    assert await too_long(bob, free + counted + "x" * (141 - len(counted)), in_reply_to_id=question["id"])
    assert await too_long(bob, free + "x" * 139)


@pytest.mark.parametrize(
    "opening", ["@nobody " * 1100, "@alice" + " " * 200, "@alice" + "," * 200, "@alice " * 40, "@nobody@there.test " * 30]
)
async def test_only_known_handles_that_open_a_reply_are_free(alice, bob, opening):
    question = await alice.posts("who comes?")

    assert await too_long(bob, opening + "x", in_reply_to_id=question["id"])


async def test_the_handles_that_open_a_reply_are_free_when_it_is_edited_too(alice, bob):
    answer = await bob.replies(await alice.posts("who comes?"), "@alice me")

    assert words(await bob.edits(answer, "@alice " + "x" * 140)) == "@alice " + "x" * 140
    refusal = await bob.client.put(f"{STATUSES}/{answer['id']}", json={"status": "@nobody " + "x" * 140})
    assert (refusal.status_code, refusal.json()["field"]) == (422, "status")


async def too_long(person, text, **options):
    answer = await person.client.post(STATUSES, json={"status": text, **options})
    return answer.status_code == 422 and answer.json()["details"]["status"][0]["error"] == "ERR_TOO_LONG"


@pytest.mark.parametrize("is_edit", [False, True])
async def test_a_status_names_at_most_twenty_five_people(alice, is_edit):
    handles = [f"@p{number}" for number in range(26)]
    said = await alice.posts(" ".join(handles[:25]) + " @P0 @p1")

    refusal = await asking(alice, said if is_edit else None)(status=" ".join(handles))

    assert (refusal.status_code, refusal.json()["field"]) == (422, "status")
    assert refusal.json()["error"] == "Name at most 25 people"


@pytest.mark.parametrize("text", ["hello", "hello @nobody", "hello @nobody@there.test #alice alice@here.test"])
@pytest.mark.parametrize("is_edit", [False, True])
async def test_a_direct_status_that_names_nobody_is_refused(alice, bob, text, is_edit):
    letter = await alice.posts("@bob hello", visibility="direct")

    refusal = await asking(alice, letter if is_edit else None)(status=text, visibility="direct", in_reply_to_id=letter["id"])

    assert (refusal.status_code, refusal.json()["field"]) == (422, "status")
    assert await bob.notified_of() == ["mention by alice"]


def asking(person, edited):
    async def ask(**form):
        if edited:
            return await person.client.put(f"{STATUSES}/{edited['id']}", json=form)
        return await person.client.post(STATUSES, json=form)

    return ask


async def test_a_text_of_a_hundred_kilobytes_is_refused_before_it_is_read(alice, monkeypatch):
    said = await alice.posts("hello")
    monkeypatch.setattr(composition, "entities", pytest.fail)
    monkeypatch.setattr(rules, "counted_length", pytest.fail)

    refusals = [await asking(alice, edited)(status="@bob " * 12_000) for edited in (None, said)]

    assert [(one.status_code, one.json()["field"]) for one in refusals] == [(422, "status")] * 2
