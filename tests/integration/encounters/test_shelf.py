"""The shelf: questions and first posts that wait for an answer, who is shown them and why, and how often."""

import asyncio

import pytest
import sqlalchemy as sa

from gazouillis.encounters.shelf import remove
from gazouillis.encounters.shelf.tables import shelf_exposures, shelved_statuses
from tests.support.people import words
from tests.support.query_count import recorded_queries
from tests.support.stays import BUDAPEST, LYON, NANTES, lives, stays

SHELF = "/api/gazouillis/v1/shelf"
SETTINGS = f"{SHELF}/settings"


@pytest.fixture(autouse=True)
async def known_people(running_site, alice, bob, carol):
    """Nobody is new here: what they say enters by no rule but the one that a test is about."""
    for person in (alice, bob, carol):
        await changes(person, shelves_first_posts=False)


async def changes(person, **wishes):
    answer = await person.client.patch(SETTINGS, json=wishes)
    assert answer.status_code == 200, answer.text


async def asks(person, text, **options):
    status = await person.posts(text, **options)
    await person.post(SHELF, status_id=status["id"])
    return status


async def shelf(person, **query):
    return await person.get(SHELF, **query)


async def texts(person, **query):
    return [words(one["status"]) for one in await shelf(person, **query)]


async def count(person):
    return (await person.get(f"{SHELF}/count"))["count"]


async def test_a_question_is_shown_with_its_reason_until_somebody_answers(alice, bob, carol):
    await lives(bob, LYON)
    question = await asks(alice, "Who knows a good dentist?", place_id=LYON)

    [item] = await shelf(bob)
    assert (item["kind"], item["reason"]) == ("question", "Lyon, question, no answer yet")
    assert [one["kind"] for one in item["because"]] == ["town", "willing"]
    assert await texts(alice) == []
    assert await bob.home() == []

    answer = await carol.replies(question, "@alice mine")
    assert await texts(bob) == []
    await carol.deletes(answer)
    assert await texts(bob) == ["Who knows a good dentist?"]


async def test_who_stays_in_the_town_of_the_author_is_told_of_the_town_unless_it_is_hidden(alice, bob):
    await lives(alice, BUDAPEST)
    await stays(bob, BUDAPEST, "2026-03-05", "2026-03-09", audience="nobody")
    await asks(alice, "Which bath is open?")
    assert (await shelf(bob))[0]["reason"] == "Budapest, question, no answer yet"

    await alice.client.patch("/api/gazouillis/v1/limits", json={"who_may_see_town": "nobody"})
    assert (await shelf(bob))[0]["reason"] == "question, no answer yet"
    await alice.client.patch("/api/gazouillis/v1/limits", json={"who_may_see_town": "everyone"})
    await lives(alice, BUDAPEST, audience="followers")
    assert (await shelf(bob))[0]["reason"] == "question, no answer yet"


async def test_who_tracks_a_word_is_shown_it_whatever_the_language(running_site, alice, bob, carol):
    for person in (bob, carol):
        await lives(person, NANTES, languages=["fr"])
    await bob.post("/api/gazouillis/v1/tracks", query="paprika", delivery="column")
    await running_site.run_until_idle()
    await asks(alice, "Hol kapni paprika magot?", language="hu")
    await running_site.run_until_idle()

    assert (await shelf(bob))[0]["reason"] == "“paprika”, question, no answer yet"
    assert await shelf(carol) == []
    await alice.client.patch("/api/gazouillis/v1/limits", json={"who_may_track": "nobody"})
    assert await shelf(bob) == []


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("No question.", {}),
        ("For followers?", {"visibility": "private"}),
        ("Discreet?", {"visibility": "unlisted"}),
    ],
)
async def test_only_a_public_question_can_be_put_there(alice, text, options):
    status = await alice.posts(text, **options)
    answer = await alice.client.post(SHELF, json={"status_id": status["id"]})
    assert answer.status_code == 422
    assert "status_id" in answer.json()["details"]


async def test_somebody_elses_or_no_question_cannot_be_put_there(alice, bob):
    status = await alice.posts("Mine?")
    assert (await bob.client.post(SHELF, json={"status_id": status["id"]})).status_code == 403
    for identifier in ("12345678901234567890", "abc", "0x1", ""):
        assert (await bob.client.post(SHELF, json={"status_id": identifier})).status_code == 422
    assert (await bob.client.post(SHELF, json={"status_id": "1"})).status_code == 404
    for identifier in ("12345678901234567890", "abc", "0x1", "1"):
        assert (await bob.client.post(f"{SHELF}/{identifier}/dismiss")).status_code == 404
        assert (await bob.client.delete(f"{SHELF}/{identifier}")).status_code == 404


async def test_it_leaves_when_edited_narrowed_withdrawn_or_deleted(alice, bob):
    question = await asks(alice, "Is it open?")
    await alice.edits(question, "It is open.")
    assert await texts(bob) == []
    await alice.edits(question, "Is it open on Sunday?")
    assert await texts(bob) == ["Is it open on Sunday?"]

    await alice.client.delete(f"{SHELF}/{question['id']}")
    assert await texts(bob) == []
    [own] = await alice.get(f"{SHELF}/own")
    assert own["withdrawn"]
    await alice.post(SHELF, status_id=question["id"])
    assert await texts(bob) == ["Is it open on Sunday?"]

    await alice.narrows(question, "private")
    assert await texts(bob) == []
    other = await asks(alice, "And on Monday?")
    await alice.deletes(other)
    assert await texts(bob) == []


async def test_it_leaves_after_two_days(running_site, alice, bob):
    question = await asks(alice, "Who has a ladder?")
    running_site.clock.advance(hours=47)
    assert await texts(bob) == ["Who has a ladder?"]
    running_site.clock.advance(hours=2)
    assert await texts(bob) == []
    assert (await alice.client.post(SHELF, json={"status_id": question["id"]})).status_code == 422


async def test_blocks_mutes_and_limits_hide_it(running_site, alice, bob, carol):
    dora, emil = await running_site.person("dora"), await running_site.person("emil")
    await asks(alice, "Who comes?")
    await bob.blocks(alice)
    await alice.blocks(carol)
    await dora.mutes(alice)
    await emil.post(f"/api/v1/accounts/{alice.id}/limit")
    for person in (bob, carol, dora, emil):
        assert await texts(person) == [], person.name
        assert await count(person) == 0
    assert await texts(await running_site.person("zoe")) == ["Who comes?"]


async def test_who_does_not_want_to_be_asked_is_shown_nothing(alice, bob):
    await asks(alice, "Who comes?")
    assert await count(bob) == 1
    await changes(bob, shows_questions=False)
    assert (await texts(bob), await count(bob)) == ([], 0)
    await changes(bob, shows_questions=True)
    assert await texts(bob) == ["Who comes?"]


async def test_what_is_dismissed_is_shown_no_more(alice, bob, carol):
    question = await asks(alice, "Who comes?")
    assert await count(bob) == 1
    await bob.post(f"{SHELF}/{question['id']}/dismiss")
    assert (await texts(bob), await count(bob)) == ([], 0)
    assert await texts(carol) == ["Who comes?"]


async def test_nobody_gets_a_second_reader_before_everybody_had_one(running_site, alice, bob, carol):
    readers = [await running_site.person(f"reader{number}") for number in range(4)]
    for person in (alice, bob, carol):
        await asks(person, f"What does {person.name} ask?")

    shown = [(await texts(reader, limit=1))[0] for reader in readers]

    assert shown == [f"What does {name} ask?" for name in ("alice", "bob", "carol", "alice")]


async def test_a_hundred_questions_of_one_account_get_the_exposure_of_one(running_site, alice, bob, carol):
    for number in range(100):
        await asks(alice, f"Question {number}?")
    await asks(bob, "What does bob ask?")

    assert await texts(carol, limit=20) == ["Question 0?", "What does bob ask?"]
    assert await texts(carol, limit=20) == ["Question 0?", "What does bob ask?"]
    assert await count(carol) == 2
    dora = await running_site.person("dora")
    assert await texts(dora, limit=1) == ["Question 0?"]  # as often shown as that of bob, and older
    emil = await running_site.person("emil")
    assert await texts(emil, limit=1) == ["What does bob ask?"]


async def test_an_exposure_is_counted_once_for_each_reader_and_not_for_programs_or_prefetching(running_site, alice, bob, carol):
    await asks(alice, "What does alice ask?")
    await asks(bob, "What does bob ask?")
    assert await texts(carol, limit=1) == ["What does alice ask?"]
    robot, dora, emil = [await running_site.person(name) for name in ("robot", "dora", "emil")]
    await robot.client.patch("/api/v1/accounts/update_credentials", json={"bot": True})
    for _time in range(2):
        assert await texts(robot, limit=1) == ["What does bob ask?"]
    ahead = await dora.client.get(SHELF, params={"limit": 1}, headers={"Sec-Purpose": "prefetch"})
    assert [words(one["status"]) for one in ahead.json()] == ["What does bob ask?"]
    assert await count(emil) == 2
    assert await texts(emil, limit=1) == ["What does bob ask?"]


async def test_the_first_three_posts_of_a_newcomer_enter_by_themselves(running_site, alice, bob):
    newcomer = await running_site.person("newcomer")
    await newcomer.replies(await alice.posts("hello"), "@alice hello")
    await newcomer.posts("for friends", visibility="private")
    for text in ("I am new", "so new", "a warning", "still", "no more"):
        await newcomer.posts(text, **({"spoiler_text": "careful"} if text == "a warning" else {}))
    await running_site.run_until_idle()

    own = await newcomer.get(f"{SHELF}/own")
    assert [words(one["status"]) for one in own] == ["so new", "I am new"]
    [item] = await shelf(bob)
    assert (item["kind"], item["reason"]) == ("first_post", "first post, no answer yet")
    await changes(newcomer, shelves_first_posts=False)
    assert await shelf(bob) == []


async def test_first_posts_of_known_hidden_or_unwilling_people_do_not_enter(running_site, alice, bob):
    shy, robot, known = [await running_site.person(name) for name in ("shy", "robot", "known")]
    await shy.client.patch("/api/v1/accounts/update_credentials", json={"discoverable": False})
    await robot.client.patch("/api/v1/accounts/update_credentials", json={"bot": True})
    for number in range(11):
        await (await running_site.person(f"fan{number}")).follows(known)
    for person in (shy, robot, known, alice):
        await person.posts("Good morning")
    await running_site.run_until_idle()

    assert await shelf(bob) == []


async def test_its_number_costs_the_same_however_much_is_there(running_site, monkeypatch, alice, bob, carol):
    others = {name: await running_site.person(name) for name in ("dora", "emil", "fay", "gus")}
    for person in others.values():
        await person.get(SETTINGS)

    async def queries(first, second):
        await count(others[first])  # now the posts are in the cache of the process
        with recorded_queries(running_site.site, monkeypatch) as made:
            await count(others[second])
        return len(made)

    await asks(alice, "One?")
    for_one = await queries("dora", "emil")
    for person in (bob, carol):
        for number in range(5):
            await asks(person, f"Another {number}?")
    assert await queries("fay", "gus") == for_one
    assert await count(others["gus"]) == 3


async def test_an_answer_counts_unless_its_author_and_the_asker_are_apart(running_site, alice, bob, carol):
    dora = await running_site.person("dora")
    question = await asks(alice, "Who comes?")
    await bob.replies(question, "@alice me")
    await carol.blocks(bob)
    await asks(carol, "Who knows a baker?")
    assert await texts(dora) == ["Who knows a baker?"]

    await alice.blocks(bob)
    assert await texts(dora) == ["Who comes?", "Who knows a baker?"]  # that of carol was shown once


async def test_who_may_not_reply_or_mention_is_not_asked(alice, bob, carol):
    await bob.follows(alice)
    await asks(alice, "Who comes?", reply_policy="followers")
    assert (await texts(bob), await texts(carol)) == (["Who comes?"], [])
    await alice.client.patch("/api/gazouillis/v1/limits", json={"who_may_mention": "mutuals"})
    assert await texts(bob) == []


async def test_requests_at_once_count_one_exposure(running_site, alice, bob):
    await asks(alice, "Who comes?")
    await asyncio.gather(*(shelf(bob) for _time in range(5)))
    async with running_site.site.db.read() as reader:
        assert await reader.values(sa.select(shelved_statuses.c.exposures)) == [1]


async def test_what_has_left_is_swept(running_site, alice, bob):
    await asks(alice, "Who comes?")
    assert await texts(bob) == ["Who comes?"]
    running_site.clock.advance(days=3)
    await remove.sweep(running_site.site)
    async with running_site.site.db.read() as reader:
        for table in (shelved_statuses, shelf_exposures):
            assert await reader.all(sa.select(table)) == []
