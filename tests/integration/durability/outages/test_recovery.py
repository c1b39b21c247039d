"""Recovery from an outage of PostgreSQL: reactions, streams, caches and jobs continue by themselves, and the log reports the outage."""

from __future__ import annotations

import asyncio
import logging

from gazouillis import tail
from gazouillis.accounts import options
from gazouillis.accounts.events import PasswordResetRequested
from gazouillis.infra.database import postgres_pool
from gazouillis.infra.settings import Settings
from gazouillis.statuses.events import StatusPublished
from tests.support.clock import MovingClock
from tests.support.databases import disconnect_row_cleaner
from tests.support.outages import RECOVERY_SECONDS, is_available, is_unavailable, post, read_home, read_public, shows_in_home, until
from tests.support.proxy import query_directly
from tests.support.site import run_site
from tests.support.streams import open_stream, open_websocket


async def test_the_server_recovers_within_two_seconds_of_the_return(proxy, alice):
    await proxy.refuse()
    await until(lambda: is_unavailable(alice))
    await asyncio.sleep(1)

    await proxy.open()

    assert await until(lambda: is_available(alice)) < RECOVERY_SECONDS


async def test_the_log_reports_an_outage_once_and_its_end_once(proxy, alice, browser, loops, caplog):
    with caplog.at_level(logging.INFO):
        await proxy.refuse()
        for _ in range(20):
            await asyncio.gather(read_public(alice), browser.reads("/"), post(alice, "no"))
            await asyncio.sleep(0.1)
        await proxy.open()
        await until(lambda: is_available(alice))
        await asyncio.sleep(1)

    messages = [one.getMessage() for one in caplog.records if one.name.startswith("gazouillis")]
    assert len(messages) == 2, messages
    assert "PostgreSQL is away" in messages[0]
    assert "PostgreSQL is back" in messages[1]


async def test_a_long_outage_is_logged_once_a_minute(proxy, alice, caplog, monkeypatch):
    monkeypatch.setattr(postgres_pool, "LOG_EVERY", 0.9)
    await proxy.refuse()
    await read_public(alice)
    await asyncio.sleep(3.2)

    messages = [one.getMessage() for one in caplog.records if one.name == postgres_pool.__name__]

    assert 3 <= len(messages) <= 4
    assert all("PostgreSQL is away" in one for one in messages)


async def test_reactions_to_posts_continue_after_the_return(proxy, url, alice, bob, loops):
    await post(alice, "@bob first", "1")
    await proxy.refuse()
    await until(lambda: is_unavailable(alice))
    await proxy.open()
    await until(lambda: is_available(alice))

    await post(alice, "@bob second", "2")

    async def is_notified():
        notifications = (await bob.client.get("/api/v1/notifications")).json()
        return [one["status"]["content"][-11:-4] for one in notifications] == [" second", "> first"]

    assert await until(is_notified) < RECOVERY_SECONDS


async def test_a_stream_survives_an_outage_and_receives_later_posts(proxy, running_site, alice, bob, loops):
    await bob.follows(alice)
    async with (
        open_stream(running_site, "/api/v1/streaming/user", bob.token) as stream,
        open_websocket(running_site, "/api/v1/streaming?stream=public") as socket,
    ):
        await post(alice, "before", "1")
        assert (await stream.event())[1]["content"] == "<p>before</p>"
        assert "before" in (await socket.receive())["payload"]
        await proxy.refuse()
        await until(lambda: is_unavailable(alice))
        await proxy.open()
        await until(lambda: is_available(alice))

        await post(alice, "after", "2")

        assert (await stream.event())[1]["content"] == "<p>after</p>"
        assert "after" in (await socket.receive())["payload"]


async def test_posts_of_another_process_during_the_outage_are_shown_and_streamed(proxy, url, tmp_path, running_site, alice, bob, loops):
    await bob.follows(alice)
    before = await bob.client.get(f"/api/v1/accounts/{alice.id}")
    other_process = Settings(data=tmp_path / "data", database=url, rate_limits="off", homes=500)
    async with open_stream(running_site, "/api/v1/streaming/user", bob.token) as stream:
        await proxy.refuse()
        await until(lambda: is_unavailable(bob))
        await change_in_other_process(other_process, alice)
        await proxy.open()
        await until(lambda: is_available(bob))

        after = await bob.client.get(f"/api/v1/accounts/{alice.id}")

        assert (before.json()["display_name"], after.json()["display_name"]) == ("alice", "Alice elsewhere")
        assert await until(lambda: shows_in_home(bob, "<p>from elsewhere</p>")) < RECOVERY_SECONDS
        assert (await stream.event())[1]["content"] == "<p>from elsewhere</p>"


async def test_a_post_lost_with_a_server_is_no_longer_shown(proxy, url, alice, bob, loops):
    """A replica replaces the server, and lacks the last post."""
    await bob.follows(alice)
    await post(alice, "kept", "1")
    await until(lambda: shows_in_home(bob, "<p>kept</p>"))
    admin, name = url.rpartition("/")[0] + "/postgres", url.rpartition("/")[2]
    await proxy.refuse()
    await until(lambda: is_unavailable(bob))
    await disconnect_row_cleaner(url)
    await query_directly(admin, f'create database "{name}_replica" template "{name}"')
    try:
        await proxy.open()
        await until(lambda: is_available(bob))
        await post(alice, "lost", "2")
        await until(lambda: shows_in_home(bob, "<p>lost</p>"))
        await proxy.refuse()
        await until(lambda: is_unavailable(bob))
        await query_directly(admin, f'alter database "{name}" rename to "{name}_lost"')
        await query_directly(admin, f'alter database "{name}_replica" rename to "{name}"')
        await proxy.open()
        await until(lambda: is_available(bob))

        assert await until(lambda: shows_in_home(bob, "<p>kept</p>", limit=1)) < RECOVERY_SECONDS
        assert await read_home(bob) == ["<p>kept</p>"]
        assert (await bob.client.get(f"/api/v1/accounts/{alice.id}")).json()["statuses_count"] == 1
        await post(alice, "new", "3")
        await until(lambda: shows_in_home(bob, "<p>new</p>"))
    finally:
        await query_directly(admin, f'drop database if exists "{name}_replica" with (force)')
        await query_directly(admin, f'drop database if exists "{name}_lost" with (force)')


async def test_an_event_interrupted_by_an_outage_is_processed_again(proxy, running_site, alice, loops, monkeypatch):
    calls, is_answered = [], asyncio.Event()

    async def react(site, event):
        calls.append(event.status_id)
        if len(calls) == 1:
            await is_answered.wait()  # the response to the post needs the database too
            await proxy.refuse()
        async with site.db.read() as reader:
            await options.read(reader)

    monkeypatch.setattr(tail, "IN_EVERY_PROCESS", {StatusPublished: (react,)})
    status = (await post(alice, "hello")).json()
    is_answered.set()
    await until(lambda: is_unavailable(alice))
    await proxy.open()

    async def is_repeated():
        return len(calls) > 1

    assert await until(is_repeated) < RECOVERY_SECONDS
    assert set(calls) == {int(status["id"])}


async def test_an_email_is_sent_once_though_its_job_could_not_be_finished(proxy, url, running_site, alice, loops):
    sent = []
    deliver = running_site.site.mailer.send

    async def send_and_lose_database(to, subject, text):
        await deliver(to, subject, text)
        if "/password/" in text:  # and not the welcome, which may be sent only now
            sent.append(subject)
            await proxy.refuse()

    running_site.site.mailer.send = send_and_lose_database
    async with running_site.site.db.write() as tx:
        await tx.emit(PasswordResetRequested(alice.account_id))
    await until(lambda: is_not_empty(sent))
    await until(lambda: is_unavailable(alice))
    await proxy.open()

    assert await until(lambda: query_directly(url, "select count(*) = 0 from jobs")) < RECOVERY_SECONDS
    assert len(sent) == 1


async def is_not_empty(values):
    return bool(values)


async def change_in_other_process(settings, person):
    async with run_site(settings, MovingClock()) as running_site:
        client = running_site.client(Authorization=f"Bearer {person.token}")
        (await client.patch("/api/v1/accounts/update_credentials", json={"display_name": "Alice elsewhere"})).raise_for_status()
        (await client.post("/api/v1/statuses", json={"status": "from elsewhere"})).raise_for_status()
