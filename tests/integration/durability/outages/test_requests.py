"""Requests while PostgreSQL ends connections, refuses them, or does not answer. For what happens afterwards see `test_recovery.py`."""

from __future__ import annotations

import asyncio
import time

import asyncpg

from tests.support.browser import text
from tests.support.outages import END_CONNECTIONS, OTHER_CONNECTIONS, RECOVERY_SECONDS, TIMEOUT, is_available, post, read_public, until
from tests.support.proxy import query_directly
from tests.support.streams import open_websocket

WAITING_CONNECTION = f"select pid from pg_stat_activity where {OTHER_CONNECTIONS} and wait_event_type = 'Lock' limit 1"


async def test_readers_and_writers_do_not_notice_that_idle_connections_ended(url, alice, browser):
    await asyncio.gather(*(read_public(alice) for _ in range(10)))
    assert await query_directly(url, END_CONNECTIONS) > 1
    await until(lambda: query_directly(url, f"select count(*) = 0 from pg_stat_activity where {OTHER_CONNECTIONS}"))

    responses = await asyncio.gather(*(read_public(alice) for _ in range(30)), browser.reads("/local"), post(alice, "still here"))

    assert {one.status_code for one in responses} == {200}


async def test_a_read_whose_connection_ends_is_repeated(url, alice):
    await alice.posts("here")

    response = await result_of_ended_connection(url, "statuses", alice.client.get("/api/v2/search", params={"q": "here"}))

    assert response.status_code == 200


async def test_a_write_whose_connection_ends_is_not_acknowledged_and_can_be_sent_again(url, alice):
    await alice.posts("before")

    refused = await result_of_ended_connection(url, "statuses", post(alice, "once"))
    accepted = await post(alice, "once")

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
    assert refused.json() == {"error": "The server cannot do this right now; please try again in a moment"}
    assert accepted.status_code == 200
    assert await query_directly(url, "select count(*) from statuses where text = 'once'") == 1


async def test_a_post_whose_commit_was_not_confirmed_is_a_503_and_is_stored_once(url, proxy, alice):
    await alice.posts("before")
    proxy.cut_after(b"COMMIT")

    refused, again = await post(alice, "once"), await post(alice, "once")

    assert refused.status_code == 503
    assert again.status_code == 200
    assert await query_directly(url, "select count(*) from statuses where text = 'once'") == 1


async def test_a_form_whose_connection_ends_is_answered_by_a_page_in_the_language_of_its_sender(url, browser, alice):
    await browser.was_signed_in("alice")
    await browser.reads("/")

    refused = await result_of_ended_connection(url, "statuses", browser.sends("/statuses", status="bonjour", idempotency_key="1"))

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
    assert "Le serveur ne peut pas le faire en ce moment" in text(refused)
    assert "Testville" in refused.text
    assert 'name="status" value="bonjour"' in refused.text


async def test_while_the_database_refuses_connections_every_door_answers_503_at_once(proxy, running_site, alice, browser):
    await browser.reads("/about")
    await proxy.refuse()
    await read_public(alice)
    began = time.monotonic()

    page, api, unknown = await browser.reads("/local"), await read_public(alice), await browser.reads("/no/such/page")
    token = await running_site.client().post(
        "/oauth/token", data={"grant_type": "client_credentials", "client_id": "a", "client_secret": "b"}
    )
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

    signed_in = await browser.reads("/local")
    signed_out = await browser.client.get("/local", headers={"Cookie": "session=unknown"})

    assert (signed_in.status_code, signed_out.status_code) == (503, 503)
    assert "@alice" in signed_in.text
    assert "/sign-in" not in signed_in.text + signed_out.text


async def test_a_cached_page_is_not_sent_while_its_validity_is_unknown(proxy, alice, browser):
    await alice.posts("kept")
    assert [(await browser.reads("/@alice")).status_code for _ in range(3)] == [200] * 3

    await proxy.refuse()

    assert (await browser.reads("/@alice")).status_code == 503


async def test_a_websocket_is_closed_with_try_again_later(proxy, running_site, alice):
    await proxy.refuse()

    async with open_websocket(running_site, "/api/v1/streaming?stream=user", alice.token) as socket:
        assert socket.code == 1013


async def test_a_server_that_stops_answering_is_detected_and_blocks_nobody(proxy, alice, bob, browser):
    await asyncio.gather(*(read_public(alice) for _ in range(10)))
    proxy.stall()
    began = time.monotonic()

    responses = await asyncio.gather(
        *(read_public(alice) for _ in range(40)), *(post(bob, f"number {n}", str(n)) for n in range(10)), browser.reads("/local")
    )
    noticed = time.monotonic()
    later = await asyncio.gather(*(read_public(alice) for _ in range(40)))

    assert {one.status_code for one in (*responses, *later)} == {503}
    assert noticed - began < TIMEOUT
    assert time.monotonic() - noticed < 1
    await proxy.open()
    assert await until(lambda: is_available(alice)) < RECOVERY_SECONDS


async def test_connections_dropped_by_a_firewall_are_replaced_within_one_request(proxy, alice):
    await asyncio.gather(*(read_public(alice) for _ in range(5)))
    proxy.drop_packets()

    read = await read_public(alice)
    proxy.drop_packets()
    written = await post(alice, "through")

    assert (read.status_code, written.status_code) == (200, 200)


async def result_of_ended_connection(url, table, request):
    """The response to a request whose connection to the database ends in the middle of a statement."""
    lock = await open_lock(url, table)
    response = asyncio.create_task(request)
    try:
        await until(lambda: query_directly(url, WAITING_CONNECTION))
        await query_directly(url, f"select pg_terminate_backend(({WAITING_CONNECTION}))")
    finally:
        await lock.close()
    return await response


async def open_lock(url, table):
    lock = await asyncpg.connect(url)
    await lock.execute(f"begin; lock table {table} in access exclusive mode")
    return lock
