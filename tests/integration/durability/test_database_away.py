"""PostgreSQL stops, hangs and returns: what people see during the outage, and that everything recovers by itself."""

from __future__ import annotations

import asyncio
import logging
import time

import asyncpg
import pytest

from gazouillis import tail
from gazouillis.accounts import options
from gazouillis.accounts.events import PasswordResetRequested
from gazouillis.infra.database import postgres_pool
from gazouillis.infra.settings import Settings
from gazouillis.statuses.events import StatusPublished
from gazouillis.worker import Loops
from tests.integration.streaming.listening import connected, listening
from tests.support.browser import Browser, text
from tests.support.clock import MovingClock
from tests.support.databases import fresh_database_url
from tests.support.proxy import proxy_to, query_directly
from tests.support.site import running

BACK_WITHIN = 2.0
"""Seconds after its return in which everything works again."""
A_FEW_SECONDS = 10.0

OTHERS = "pid <> pg_backend_pid() and datname = current_database()"
END_THEM = f"select count(pg_terminate_backend(pid)) from pg_stat_activity where {OTHERS}"
WHO_WAITS = f"select pid from pg_stat_activity where {OTHERS} and wait_event_type = 'Lock' limit 1"


@pytest.fixture
async def url():
    async with fresh_database_url("postgresql") as url:
        yield url


@pytest.fixture
async def proxy(url):
    async with proxy_to(url) as proxy:
        yield proxy


@pytest.fixture
async def settings(tmp_path, proxy):
    return Settings(data=tmp_path / "data", database=proxy.url, rate_limits="off", homes=500)


@pytest.fixture
def browser(town):
    return Browser(town, "fr")


@pytest.fixture
async def loops(town):
    """The loops that follow the event log, as in a server. Without this fixture reads run them."""
    await town.site.the(Loops).start()
    yield
    await town.site.the(Loops).stop()


async def public(person):
    return await person.client.get("/api/v1/timelines/public", params={"local": "true"})


async def home(person, limit=20):
    return [one["content"] for one in (await person.client.get("/api/v1/timelines/home", params={"limit": limit})).json()]


async def say(person, words, key="a key"):
    return await person.client.post("/api/v1/statuses", json={"status": words}, headers={"Idempotency-Key": key})


async def until(condition, timeout=A_FEW_SECONDS):  # noqa: ASYNC109 (the wait itself is the test)
    """Waits for the condition; returns the seconds that it took."""
    began = time.monotonic()
    while not await condition():
        assert time.monotonic() - began < timeout
        await asyncio.sleep(0.02)
    return time.monotonic() - began


async def ended_while_waiting(url, table, asking):
    """The result of an operation whose connection ends in the middle of a statement."""
    holder = await open_lock(url, table)
    asked = asyncio.create_task(asking)
    try:
        await until(lambda: query_directly(url, WHO_WAITS))
        await query_directly(url, f"select pg_terminate_backend(({WHO_WAITS}))")
    finally:
        await holder.close()
    return await asked


async def open_lock(url, table):
    holder = await asyncpg.connect(url)
    await holder.execute(f"begin; lock table {table} in access exclusive mode")
    return holder


# Connections that end


async def test_readers_and_writers_do_not_notice_that_idle_connections_ended(url, alice, browser):
    await asyncio.gather(*(public(alice) for _ in range(10)))
    assert await query_directly(url, END_THEM) > 1
    await until(lambda: query_directly(url, f"select count(*) = 0 from pg_stat_activity where {OTHERS}"))

    answers = await asyncio.gather(*(public(alice) for _ in range(30)), browser.reads("/local"), say(alice, "still here"))

    assert {one.status_code for one in answers} == {200}


async def test_a_read_whose_connection_ends_is_repeated(url, alice):
    await alice.posts("here")

    answer = await ended_while_waiting(url, "statuses", alice.client.get("/api/v2/search", params={"q": "here"}))

    assert answer.status_code == 200


async def test_a_write_whose_connection_ends_is_not_acknowledged_and_can_be_sent_again(url, alice):
    await alice.posts("before")

    refused = await ended_while_waiting(url, "statuses", say(alice, "once"))
    accepted = await say(alice, "once")

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
    assert refused.json() == {"error": "The server cannot do this right now; please try again in a moment"}
    assert accepted.status_code == 200
    assert await query_directly(url, "select count(*) from statuses where text = 'once'") == 1


async def test_a_commit_whose_answer_is_lost_is_no_success_and_makes_no_second_post(url, proxy, alice):
    await alice.posts("before")
    proxy.cut_after(b"COMMIT")

    refused, again = await say(alice, "once"), await say(alice, "once")

    assert refused.status_code == 503
    assert again.status_code == 200
    assert await query_directly(url, "select count(*) from statuses where text = 'once'") == 1


async def test_a_form_whose_connection_ends_is_answered_by_a_page_in_the_language_of_its_sender(url, browser, alice):
    await browser.was_signed_in("alice")
    await browser.reads("/")

    refused = await ended_while_waiting(url, "statuses", browser.sends("/statuses", status="bonjour", idempotency_key="1"))

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
    assert "Le serveur ne peut pas le faire en ce moment" in text(refused)
    assert "Testville" in refused.text


# A server that refuses


async def test_while_the_database_refuses_connections_every_door_answers_503_at_once(proxy, town, alice, browser):
    await browser.reads("/about")
    await proxy.refuse()
    await public(alice)
    began = time.monotonic()

    page, api, unknown = await browser.reads("/local"), await public(alice), await browser.reads("/no/such/page")
    token = await town.client().post("/oauth/token", data={"grant_type": "client_credentials", "client_id": "a", "client_secret": "b"})
    claims = await alice.client.get("/oauth/userinfo")

    assert time.monotonic() - began < 1
    assert [one.status_code for one in (page, api, token, claims, unknown)] == [503, 503, 503, 503, 404]
    assert [one.headers["retry-after"] for one in (page, api, token, claims)] == ["2"] * 4
    assert token.json()["error"] == "temporarily_unavailable"
    assert list(claims.json()) == ["error"]
    assert "Un instant, s’il vous plaît" in text(page)
    assert "/sign-in" in page.text


async def test_a_signed_in_person_stays_signed_in_during_an_outage(proxy, alice, browser):
    await browser.was_signed_in("alice")
    await browser.reads("/")
    await proxy.refuse()

    known = await browser.reads("/local")
    stranger = await browser.client.get("/local", headers={"Cookie": "session=unknown"})

    assert (known.status_code, stranger.status_code) == (503, 503)
    assert "@alice" in known.text
    assert "/sign-in" not in known.text + stranger.text


async def test_a_cached_page_is_not_sent_while_its_validity_is_unknown(proxy, alice, browser):
    await alice.posts("kept")
    assert [(await browser.reads("/@alice")).status_code for _ in range(3)] == [200] * 3

    await proxy.refuse()

    assert (await browser.reads("/@alice")).status_code == 503


async def test_a_websocket_that_cannot_be_opened_now_is_told_when_to_retry(proxy, town, alice):
    await proxy.refuse()

    async with connected(town, "/api/v1/streaming?stream=user", alice.token) as socket:
        assert socket.code == 1013


async def test_the_server_recovers_within_two_seconds_of_the_return(proxy, alice):
    await proxy.refuse()
    await until(lambda: is_away(alice))
    await asyncio.sleep(1)

    await proxy.open()

    assert await until(lambda: is_there(alice)) < BACK_WITHIN


async def test_the_log_reports_an_outage_once_and_its_end_once(proxy, alice, browser, loops, caplog):
    with caplog.at_level(logging.INFO):
        await proxy.refuse()
        for _ in range(20):
            await asyncio.gather(public(alice), browser.reads("/"), say(alice, "no"))
            await asyncio.sleep(0.1)
        await proxy.open()
        await until(lambda: is_there(alice))
        await asyncio.sleep(1)

    told = [one.getMessage() for one in caplog.records if one.name.startswith("gazouillis")]
    assert len(told) == 2, told
    assert "PostgreSQL is away" in told[0]
    assert "PostgreSQL is back" in told[1]


async def test_a_long_outage_is_logged_once_a_minute(proxy, alice, caplog, monkeypatch):
    monkeypatch.setattr(postgres_pool, "LOG_EVERY", 0.9)
    await proxy.refuse()
    await public(alice)
    await asyncio.sleep(3.2)

    told = [one.getMessage() for one in caplog.records if one.name == postgres_pool.__name__]

    assert 3 <= len(told) <= 4
    assert all("PostgreSQL is away" in one for one in told)


# A server that says nothing


async def test_a_server_that_stops_answering_is_detected_and_blocks_nobody(proxy, alice, bob, browser):
    await asyncio.gather(*(public(alice) for _ in range(10)))
    proxy.stall()
    began = time.monotonic()

    answers = await asyncio.gather(
        *(public(alice) for _ in range(40)), *(say(bob, f"number {n}", str(n)) for n in range(10)), browser.reads("/local")
    )
    noticed = time.monotonic()
    later = await asyncio.gather(*(public(alice) for _ in range(40)))

    assert {one.status_code for one in (*answers, *later)} == {503}
    assert noticed - began < A_FEW_SECONDS
    assert time.monotonic() - noticed < 1
    await proxy.open()
    assert await until(lambda: is_there(alice)) < BACK_WITHIN


async def test_connections_dropped_by_a_firewall_are_replaced_within_one_request(proxy, alice):
    await asyncio.gather(*(public(alice) for _ in range(5)))
    proxy.drop_packets()

    read = await public(alice)
    proxy.drop_packets()
    written = await say(alice, "through")

    assert (read.status_code, written.status_code) == (200, 200)


# What goes on


async def test_reactions_to_posts_continue_after_the_return(proxy, url, alice, bob, loops):
    await say(alice, "@bob first", "1")
    await proxy.refuse()
    await until(lambda: is_away(alice))
    await proxy.open()
    await until(lambda: is_there(alice))

    await say(alice, "@bob second", "2")

    async def is_told():
        found = (await bob.client.get("/api/v1/notifications")).json()
        return [one["status"]["content"][-11:-4] for one in found] == [" second", "> first"]

    assert await until(is_told) < BACK_WITHIN


async def test_a_stream_survives_an_outage_and_receives_later_posts(proxy, town, alice, bob, loops):
    await bob.follows(alice)
    async with listening(town, "/api/v1/streaming/user", bob.token) as stream, connected(town, "/api/v1/streaming?stream=public") as socket:
        await say(alice, "before", "1")
        assert (await stream.event())[1]["content"] == "<p>before</p>"
        assert "before" in (await socket.hears())["payload"]
        await proxy.refuse()
        await until(lambda: is_away(alice))
        await proxy.open()
        await until(lambda: is_there(alice))

        await say(alice, "after", "2")

        assert (await stream.event())[1]["content"] == "<p>after</p>"
        assert "after" in (await socket.hears())["payload"]


async def test_posts_of_another_process_during_the_outage_are_shown_and_streamed(proxy, url, tmp_path, town, alice, bob, loops):
    await bob.follows(alice)
    before = await bob.client.get(f"/api/v1/accounts/{alice.id}")
    elsewhere = Settings(data=tmp_path / "data", database=url, rate_limits="off", homes=500)
    async with listening(town, "/api/v1/streaming/user", bob.token) as stream:
        await proxy.refuse()
        await until(lambda: is_away(bob))
        await change_elsewhere(elsewhere, alice)
        await proxy.open()
        await until(lambda: is_there(bob))

        after = await bob.client.get(f"/api/v1/accounts/{alice.id}")

        assert (before.json()["display_name"], after.json()["display_name"]) == ("alice", "Alice elsewhere")
        assert await until(lambda: reads(bob, "<p>from elsewhere</p>")) < BACK_WITHIN
        assert (await stream.event())[1]["content"] == "<p>from elsewhere</p>"


async def test_a_post_lost_with_a_server_is_no_longer_shown(proxy, url, alice, bob, loops):
    """A replica replaces the server, and lacks the last post."""
    await bob.follows(alice)
    await say(alice, "kept", "1")
    await until(lambda: reads(bob, "<p>kept</p>"))
    admin, name = url.rpartition("/")[0] + "/postgres", url.rpartition("/")[2]
    await proxy.refuse()
    await until(lambda: is_away(bob))
    await query_directly(admin, f'create database "{name}_replica" template "{name}"')
    try:
        await proxy.open()
        await until(lambda: is_there(bob))
        await say(alice, "lost", "2")
        await until(lambda: reads(bob, "<p>lost</p>"))
        await proxy.refuse()
        await until(lambda: is_away(bob))
        await query_directly(admin, f'alter database "{name}" rename to "{name}_lost"')
        await query_directly(admin, f'alter database "{name}_replica" rename to "{name}"')
        await proxy.open()
        await until(lambda: is_there(bob))

        assert await until(lambda: reads(bob, "<p>kept</p>", limit=1)) < BACK_WITHIN
        assert await home(bob) == ["<p>kept</p>"]
        assert (await bob.client.get(f"/api/v1/accounts/{alice.id}")).json()["statuses_count"] == 1
        await say(alice, "new", "3")
        await until(lambda: reads(bob, "<p>new</p>"))
    finally:
        await query_directly(admin, f'drop database if exists "{name}_replica" with (force)')
        await query_directly(admin, f'drop database if exists "{name}_lost" with (force)')


async def test_an_event_interrupted_by_an_outage_is_processed_again(proxy, town, alice, loops, monkeypatch):
    tried = []

    async def react(site, event):
        tried.append(event.status_id)
        if len(tried) == 1:
            await proxy.refuse()
        async with site.db.read() as reader:
            await options.read(reader)

    monkeypatch.setattr(tail, "IN_EVERY_PROCESS", {StatusPublished: (react,)})
    said = (await say(alice, "hello")).json()
    await until(lambda: is_away(alice))
    await proxy.open()

    async def is_followed():
        return len(tried) > 1

    assert await until(is_followed) < BACK_WITHIN
    assert set(tried) == {int(said["id"])}


async def test_an_email_is_sent_once_though_its_job_could_not_be_finished(proxy, url, town, alice, loops):
    sent = []
    deliver = town.site.mailer.send

    async def send_and_lose(*letter):
        await deliver(*letter)
        sent.append(letter)
        await proxy.refuse()

    town.site.mailer.send = send_and_lose
    async with town.site.db.write() as tx:
        await tx.emit(PasswordResetRequested(alice.account_id))
    await until(lambda: has(sent))
    await until(lambda: is_away(alice))
    await proxy.open()

    assert await until(lambda: query_directly(url, "select count(*) = 0 from jobs")) < BACK_WITHIN
    assert len(sent) == 1


async def is_there(person):
    return (await public(person)).status_code == 200


async def is_away(person):
    return (await public(person)).status_code == 503


async def reads(person, words, limit=20):
    return words in await home(person, limit)


async def has(some):
    return bool(some)


async def change_elsewhere(settings, person):
    async with running(settings, MovingClock()) as town:
        client = town.client(Authorization=f"Bearer {person.token}")
        (await client.patch("/api/v1/accounts/update_credentials", json={"display_name": "Alice elsewhere"})).raise_for_status()
        (await client.post("/api/v1/statuses", json={"status": "from elsewhere"})).raise_for_status()
