"""Scheduled statuses: published once, when they are due; never lost; and nobody but their author knows of them before."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from gazouillis.accounts import suspend
from gazouillis.api import roads
from gazouillis.publish_scheduled import publish_scheduled
from gazouillis.statuses import publish_due, schedule
from gazouillis.statuses.erase import erase
from gazouillis.statuses.models import Draft, Terms
from gazouillis.statuses.scheduled import queries, rules
from gazouillis.statuses.scheduled.tables import scheduled_statuses
from tests.support.clock import START
from tests.support.media import photo
from tests.support.people import words
from tests.support.query_count import recorded_queries
from tests.support.site import account_of

STATUSES, SCHEDULED = "/api/v1/statuses", "/api/v1/scheduled_statuses"
NOW = "2026-03-06T18"


def later(**span):
    return (START + timedelta(**span)).isoformat()


async def schedules(person, text="À demain", at=None, **more):
    return await person.posts(text, scheduled_at=at or later(hours=1), **more)


async def refusal(person, at, **more):
    response = await person.client.post(STATUSES, json={"status": "plus tard", "scheduled_at": at, **more})
    return response.status_code, response.json().get("field", ""), response.json().get("error", "")


async def passes(running_site, **span):
    running_site.clock.advance(**span)
    await running_site.run_until_idle()


async def waiting(person):
    return await person.get(SCHEDULED)


async def test_a_status_is_published_when_it_is_due_and_not_before(running_site, alice, bob):
    await bob.follows(alice)
    made = await schedules(alice, "Le #marché ouvre, @bob", spoiler_text="faim", language="fr", visibility="unlisted")

    assert (made["scheduled_at"], made["media_attachments"]) == ("2026-03-06T19:00:00.000Z", [])
    asked = {name: made["params"][name] for name in ("text", "spoiler_text", "language", "visibility", "scheduled_at", "poll")}
    assert asked == {
        "text": "Le #marché ouvre, @bob",
        "spoiler_text": "faim",
        "language": "fr",
        "visibility": "unlisted",
        "scheduled_at": None,
        "poll": None,
    }
    assert "content" not in made
    await passes(running_site, minutes=58)
    assert (await bob.home(), await bob.notifications(), await alice.profile(alice)) == ([], [], [])
    assert (await bob.get("/api/v2/search", q="marché"))["statuses"] == []
    assert (await alice.client.get(f"{STATUSES}/{made['id']}")).status_code == 404

    await passes(running_site, minutes=3)

    (shown,) = await alice.get(f"/api/v1/accounts/{alice.id}/statuses")
    assert (words(shown), shown["spoiler_text"], shown["visibility"]) == ("Le #marché ouvre, @bob", "faim", "unlisted")
    assert shown["created_at"].startswith("2026-03-06T19:0")
    assert await bob.home() == ["Le #marché ouvre, @bob"]
    assert await bob.notified_of() == ["mention by alice"]
    assert await waiting(alice) == []


async def test_a_moment_without_an_offset_is_in_utc(alice):
    moments = ["2026-03-06T20:30", "2026-03-06 20:30:00", "2026-03-06T20:30:00Z", "2026-03-06T21:30:00+01:00"]

    assert {(await schedules(alice, at=one))["scheduled_at"] for one in moments} == {"2026-03-06T20:30:00.000Z"}


async def test_a_time_that_is_too_soon_too_late_or_none_is_refused(alice):
    for wrong in (
        later(minutes=4),
        later(days=367),
        "demain",
        "12",
        "2026-13-01T00:00",
        "0001-01-01T00:00+12:00",
        "9999-12-31T23:59-12:00",
    ):
        status, field, error = await refusal(alice, wrong)
        assert (status, field) == (422, "scheduled_at"), wrong
        assert error
    assert (await refusal(alice, ["a"]))[:2] == (422, "scheduled_at")
    french = await alice.client.post(STATUSES, json={"status": "oui", "scheduled_at": later(minutes=1)}, headers={"Accept-Language": "fr"})
    assert french.json()["error"] == "Au plus tôt dans 5 minutes"
    assert await waiting(alice) == []


async def test_a_past_moment_publishes_at_once_as_on_mastodon(alice):
    assert words(await schedules(alice, at=later(hours=-1))) == "À demain"


async def test_what_could_not_be_published_now_is_refused_now(alice, bob):
    status = await bob.posts("bonjour")
    await bob.blocks(alice)

    assert (await refusal(alice, later(hours=1), in_reply_to_id=status["id"]))[0] == 404
    assert (await refusal(alice, later(hours=1), status=" "))[:2] == (422, "status")
    assert (await refusal(alice, later(hours=1), visibility="circle"))[:2] == (422, "circle_id")
    assert (await refusal(alice, later(hours=1), poll={"options": ["un"]}))[:2] == (422, "poll.options")
    assert (await refusal(alice, later(hours=1), media_ids=["12"]))[:2] == (422, "media_ids")
    assert (await waiting(alice), await alice.profile(alice), await bob.notifications()) == ([], [], [])


async def test_nobody_else_sees_changes_or_deletes_it(running_site, alice, bob):
    path = f"{SCHEDULED}/{(await schedules(alice))['id']}"

    assert await waiting(bob) == []
    for method, fields in (("GET", None), ("PUT", {"scheduled_at": later(hours=3)}), ("DELETE", None)):
        assert (await bob.client.request(method, path, json=fields)).status_code == 404
        assert (await running_site.client().request(method, path, json=fields)).status_code == 401
    assert (await alice.get(path))["scheduled_at"] == "2026-03-06T19:00:00.000Z"
    assert (await alice.client.get(f"{SCHEDULED}/none")).status_code == 404


async def test_it_can_be_put_off_and_deleted(running_site, alice):
    first, second = await schedules(alice, "un"), await schedules(alice, "deux")
    path = f"{SCHEDULED}/{first['id']}"

    changed = await alice.client.put(path, json={"scheduled_at": later(hours=5)})
    assert changed.json() == {**first, "scheduled_at": "2026-03-06T23:00:00.000Z"}
    assert (await alice.client.put(path, json={})).json() == changed.json()
    wrong = await alice.client.put(path, json={"scheduled_at": later(minutes=1)})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "scheduled_at")
    assert (await alice.client.delete(f"{SCHEDULED}/{second['id']}")).json() == {}
    assert (await alice.client.delete(f"{SCHEDULED}/{second['id']}")).status_code == 404

    await passes(running_site, hours=2)
    assert (await alice.profile(alice), [one["params"]["text"] for one in await waiting(alice)]) == ([], ["un"])
    await passes(running_site, hours=4)
    assert await alice.profile(alice) == ["un"]


async def test_the_list_has_pages(alice):
    made = [(await schedules(alice, str(number)))["id"] for number in range(5)]

    page = await alice.client.get(SCHEDULED, params={"limit": 2})
    assert [one["id"] for one in page.json()] == made[:2:-1]
    assert f"max_id={made[3]}" in page.headers["link"]
    assert [one["id"] for one in await alice.get(SCHEDULED, max_id=made[3], limit=2)] == [made[2], made[1]]
    assert [one["id"] for one in await alice.get(SCHEDULED, min_id=made[0], limit=2)] == [made[2], made[1]]


async def test_the_list_makes_as_many_queries_for_one_as_for_many(running_site, alice, monkeypatch):
    async def makes_queries():
        with recorded_queries(running_site.site, monkeypatch) as queries:
            await alice.client.get(SCHEDULED)
        return len(queries)

    for colour in ("teal", "red"):
        await schedules(alice, media_ids=[(await alice.uploads(photo(colour)))["id"]])
    two = await makes_queries()
    for colour in ("blue", "green", "black"):
        await schedules(alice, media_ids=[(await alice.uploads(photo(colour)))["id"]])

    assert await makes_queries() == two


async def test_the_same_key_makes_one_and_finds_it_again_after_it_is_published(running_site, alice):
    async def sends(**fields):
        asked = {"status": "une fois", "scheduled_at": later(minutes=30), **fields}
        return await alice.client.post(STATUSES, json=asked, headers={"Idempotency-Key": "k1"})

    first, *others = await asyncio.gather(*[sends() for _ in range(3)])
    assert [(one.status_code, one.json()) for one in others] == [(200, first.json())] * 2
    assert first.json()["params"]["idempotency"] == "k1"
    assert (await sends(scheduled_at=None)).status_code == 409
    assert len(await waiting(alice)) == 1

    running_site.clock.advance(minutes=25)
    again = await sends(scheduled_at=later(hours=9))
    assert again.json()["id"] == first.json()["id"]
    await passes(running_site, minutes=6)
    published = await sends(scheduled_at=later(hours=9))

    (status,) = await alice.get(f"/api/v1/accounts/{alice.id}/statuses")
    assert (published.status_code, published.json()["id"], await waiting(alice)) == (200, status["id"], [])


async def test_files_come_in_the_order_asked_for_and_are_for_nobody_else_meanwhile(running_site, alice, bob):
    ids = [(await alice.uploads(photo(colour)))["id"] for colour in ("teal", "red", "blue")]
    wanted = [ids[2], ids[0], ids[1]]
    made = await schedules(alice, media_ids=wanted)

    assert ([one["id"] for one in made["media_attachments"]], made["params"]["media_ids"]) == (wanted, wanted)
    address = made["media_attachments"][0]["url"].removeprefix(str(alice.client.base_url))
    assert (await alice.client.get(address)).status_code == 200
    assert (await bob.client.get(address.partition("?")[0])).status_code == 404
    taken = await alice.client.post(STATUSES, json={"status": "deux fois", "media_ids": wanted[:1]})
    assert (taken.status_code, taken.json()["field"]) == (422, "media_ids")
    assert (await refusal(alice, later(hours=1), media_ids=wanted[:1]))[:2] == (422, "media_ids")
    assert (await alice.client.delete(f"/api/v1/media/{ids[0]}")).status_code in {404, 409, 422}

    await alice.client.put(f"{SCHEDULED}/{made['id']}", json={"scheduled_at": later(days=60)})
    await passes(running_site, days=59)
    assert [one["id"] for one in (await alice.get(f"{SCHEDULED}/{made['id']}"))["media_attachments"]] == wanted
    await passes(running_site, days=2)

    (status,) = await alice.get(f"/api/v1/accounts/{alice.id}/statuses")
    assert [one["id"] for one in status["media_attachments"]] == wanted
    assert (await bob.client.get(status["media_attachments"][0]["url"])).status_code == 200


async def test_files_of_a_deleted_one_wait_from_then_on(running_site, alice):
    (one,) = [(await alice.uploads(photo()))["id"]]
    made = await schedules(alice, media_ids=[one], at=later(days=60))
    await passes(running_site, days=50)

    await alice.client.delete(f"{SCHEDULED}/{made['id']}")
    await passes(running_site, hours=running_site.site.settings.media_unattached_hours - 2)
    assert (await alice.client.get(f"/api/v1/media/{one}")).status_code == 200
    await passes(running_site, hours=4)
    assert (await alice.client.get(f"/api/v1/media/{one}")).status_code == 404


async def test_a_poll_begins_when_it_is_published(running_site, alice):
    poll = {"options": ["pho", "goulash"], "expires_in": 86_400, "multiple": True, "hide_totals": False}
    made = await schedules(alice, "Où dîner ?", poll=poll)
    assert made["params"]["poll"] == poll

    await passes(running_site, minutes=61)

    (status,) = await alice.get(f"/api/v1/accounts/{alice.id}/statuses")
    assert [one["title"] for one in status["poll"]["options"]] == ["pho", "goulash"]
    assert status["poll"]["expires_at"].startswith("2026-03-07T19:0")


async def test_a_private_message_reaches_its_people_when_it_is_due(running_site, alice, bob):
    await bob.follows(alice)
    await schedules(alice, "entre nous, @bob", visibility="direct")
    assert await bob.get("/api/v1/conversations") == []

    await passes(running_site, minutes=61)

    (conversation,) = await bob.get("/api/v1/conversations")
    assert words(conversation["last_status"]) == "entre nous, @bob"


async def _failure(person):
    (one,) = await waiting(person)
    return one.get("failure")


async def test_an_answer_to_a_deleted_status_is_kept_with_the_reason(running_site, alice, bob):
    status = await bob.posts("qui vient ?")
    file = await alice.uploads(photo())
    made = await schedules(alice, "@bob moi", in_reply_to_id=status["id"], media_ids=[file["id"]])
    await bob.deletes(status)

    await passes(running_site, hours=2)

    assert await _failure(alice) == "The post that this answers is there no more, or not for you"
    assert (await alice.profile(alice, exclude_replies=False), await bob.notifications()) == ([], [])
    assert [one["id"] for one in (await waiting(alice))[0]["media_attachments"]] == [file["id"]]
    await passes(running_site, days=30)  # it is not tried again, and its file stays
    again = await alice.client.put(f"{SCHEDULED}/{made['id']}", json={"scheduled_at": later(days=31)})
    assert "failure" not in again.json()
    await passes(running_site, days=2)
    assert await _failure(alice)
    assert [one["id"] for one in (await waiting(alice))[0]["media_attachments"]] == [file["id"]]


async def test_a_block_or_a_circle_that_is_gone_keeps_it_too(running_site, alice, bob):
    status, circle = await bob.posts("bonjour"), await alice.has_circle(bob)
    await schedules(alice, "@bob salut", in_reply_to_id=status["id"])
    await schedules(alice, "pour vous", visibility="circle", circle_id=circle)
    await bob.blocks(alice)
    await alice.client.delete(f"/api/v1/circles/{circle}")

    await passes(running_site, hours=2)

    assert [one["params"]["text"] for one in await waiting(alice) if one["failure"]] == ["pour vous", "@bob salut"]
    assert await bob.notifications() == []


async def test_what_fails_by_a_fault_is_set_aside_and_the_others_go_on(running_site, alice, bob, monkeypatch):
    await schedules(alice, "un"), await schedules(bob, "deux")
    publish = roads.publish

    async def break_once(tx, author, *rest):
        if str(author.id) == alice.id:
            raise RuntimeError
        return await publish(tx, author, *rest)

    monkeypatch.setattr(roads, "publish", break_once)
    await passes(running_site, hours=2)

    assert await bob.profile(bob) == ["deux"]
    assert await _failure(alice) == "Something broke on our side when this was due"


async def test_a_suspended_author_publishes_nothing_and_loses_nothing(running_site, alice, bob):
    await schedules(alice, "un secret")
    async with running_site.site.db.write() as tx:
        await suspend.suspend(tx, alice.account_id)
    await passes(running_site, hours=2)
    async with running_site.site.db.write() as tx:
        await suspend.unsuspend(tx, alice.account_id)
    await passes(running_site, hours=2)

    async with running_site.site.db.read() as reader:
        (one,) = await queries.by_time(reader, alice.account_id)
    assert (str(one.failure), one.draft.text) == ("Your account was suspended when this was due", "un secret")
    assert await bob.local() == []


async def test_two_workers_publish_once(running_site, alice):
    for number in range(5):
        await schedules(alice, str(number))
    running_site.clock.advance(hours=2)

    await asyncio.gather(*[publish_scheduled(running_site.site) for _ in range(3)])

    assert sorted(await alice.profile(alice)) == list("01234")
    assert await waiting(alice) == []


async def test_it_is_published_and_deleted_in_one_transaction(running_site, alice):
    made = await schedules(alice, "un")
    running_site.clock.advance(hours=2)
    site = running_site.site

    class Killed(Exception):
        pass

    async def publish():
        async with site.db.write() as tx:
            await publish_due.publish_due(tx, int(made["id"]), Terms(site.settings.base_url, 140), roads.publish)
            raise Killed

    with pytest.raises(Killed):
        await publish()
    async with site.db.read() as reader:
        assert len(await queries.by_time(reader, alice.account_id)) == 1
    assert await alice.profile(alice) == ["un"]
    assert await waiting(alice) == []


async def test_no_more_than_300_wait_and_25_for_one_day(running_site, alice):
    author, terms = await account_of(running_site.site, alice), Terms("http://localhost", 140)

    async def add(days, publish=roads.publish):
        async with running_site.site.db.write() as tx:
            when = rules.When(START.replace(hour=12) + timedelta(days=days))
            await schedule.schedule(tx, author, Draft("un"), when, terms, publish)

    async def nothing(*_):
        return None

    for _ in range(25):
        await add(1, nothing)
    assert await refusal(alice, later(days=1)) == (422, "scheduled_at", "At most 25 posts can wait for one day")
    assert (await refusal(alice, "2026-03-07T23:59:59Z"))[0] == 422
    await schedules(alice, at="2026-03-08T00:00:00Z")
    for number in range(274):
        await add(3 + number // 25, nothing)
    assert await refusal(alice, later(days=90)) == (422, "scheduled_at", "At most 300 posts can wait")
    moved = await alice.client.put(f"{SCHEDULED}/{(await waiting(alice))[0]['id']}", json={"scheduled_at": later(days=90)})
    assert moved.status_code == 200


async def test_a_wall_time_stays_when_the_rules_of_its_zone_change(running_site, alice):
    author, site = await account_of(running_site.site, alice), running_site.site
    before, after = rules.at_home("2026-03-28T08:00", "Europe/Paris"), rules.at_home("2026-03-30T08:00", "Europe/Paris")
    assert (before.due_at, after.due_at) == (datetime(2026, 3, 28, 7, tzinfo=UTC), datetime(2026, 3, 30, 6, tzinfo=UTC))
    async with site.db.write() as tx:
        made = await schedule.schedule(tx, author, Draft("Bonjour"), after, Terms(site.settings.base_url, 140), roads.publish)
        moved = sa.update(scheduled_statuses).where(scheduled_statuses.c.id == made.id).values(due_at=after.due_at - timedelta(hours=1))
        await tx.run(moved)

    running_site.clock.now = after.due_at - timedelta(minutes=30)
    await running_site.run_until_idle()
    assert await alice.profile(alice) == []
    await passes(running_site, minutes=31)
    assert await alice.profile(alice) == ["Bonjour"]


async def test_they_go_with_their_author(running_site, alice):
    await schedules(alice, "un secret")
    author = await account_of(running_site.site, alice)

    async with running_site.site.db.write() as tx:
        while await erase(tx, author):
            pass

    assert await waiting(alice) == []
