"""A server killed with SIGKILL: posts that it acknowledged are stored, and their reactions happen once."""

from __future__ import annotations

import asyncio
import random

import httpx
import pytest

from gazouillis.infra.settings import Settings
from tests.support.clock import MovingClock
from tests.support.fork_server import ForkedServer, ForkServer, fork_server
from tests.support.people import Person
from tests.support.site import run_site

FEW, MANY = 10, 80
WRITERS = 4
LONGEST_RUN = 0.12
"""Seconds between the first answer and the kill, at most."""
PAGE = 40


@pytest.mark.long
@pytest.mark.parametrize(
    ("database_kind", "kills"),
    [("sqlite", FEW), ("postgresql", FEW), pytest.param("sqlite", MANY, marks=pytest.mark.thorough)],
    indirect=["database_kind"],
)
async def test_acknowledged_posts_survive_and_notify_once(settings: Settings, kills: int) -> None:
    async with run_site(settings, MovingClock()) as running_site:
        alice, bob, carol = [await running_site.person(name) for name in ("alice", "bob", "carol")]
        await carol.follows(alice)
    random_numbers = random.Random(7)
    acknowledged: list[str] = []
    with fork_server() as servers:
        for _ in range(kills):
            acknowledged += await _run_until_killed(servers, settings, alice, random_numbers)
        survivor = servers.start(settings.data, settings.database)
        try:
            await _check(survivor, alice, bob, carol, acknowledged)
        finally:
            survivor.kill()
    assert len(acknowledged) > kills


async def _run_until_killed(servers: ForkServer, settings: Settings, alice: Person, random_numbers: random.Random) -> list[str]:
    """Concurrent posts until the server is killed in the middle. Returns the ids that it acknowledged."""
    server = servers.start(settings.data, settings.database)
    acknowledged: list[str] = []
    has_begun = asyncio.Event()
    async with _client_of(alice, server) as client:
        writers = [asyncio.create_task(_write(client, acknowledged, has_begun)) for _ in range(WRITERS)]
        await asyncio.wait_for(has_begun.wait(), 30)
        await asyncio.sleep(random_numbers.random() * LONGEST_RUN)
        server.kill()
        await asyncio.gather(*writers)
    return acknowledged


async def _write(client: httpx.AsyncClient, acknowledged: list[str], has_begun: asyncio.Event) -> None:
    while True:
        try:
            response = await client.post("/api/v1/statuses", json={"status": "are you still there, @bob?"})
        except httpx.TransportError:
            return
        assert response.status_code == 200, response.text
        acknowledged.append(response.json()["id"])
        has_begun.set()


async def _check(server: ForkedServer, alice: Person, bob: Person, carol: Person, acknowledged: list[str]) -> None:
    async with (
        _client_of(alice, server) as alices_client,
        _client_of(bob, server) as bobs_client,
        _client_of(carol, server) as carols_client,
    ):
        posted = await _all_ids(alices_client, f"/api/v1/accounts/{alice.id}/statuses", {"exclude_replies": False})
        assert set(acknowledged) <= set(posted)
        mentions = [one["status"]["id"] for one in await _mentions_when_caught_up(bobs_client, len(posted))]
        assert sorted(mentions) == sorted(posted)
        assert await _all_ids(carols_client, "/api/v1/timelines/home", {}) == posted
        assert await _streamed(carols_client, alices_client) == ["update"]


async def _mentions_when_caught_up(client: httpx.AsyncClient, expected: int) -> list[dict[str, dict[str, str]]]:
    """All notifications, once the worker has caught up with what the last kill interrupted."""
    for _ in range(100):
        found = await _all(client, "/api/v1/notifications", {})
        if len(found) >= expected:
            return found
        await asyncio.sleep(0.1)
    return found


async def _streamed(reader: httpx.AsyncClient, author: httpx.AsyncClient) -> list[str]:
    """The events that a stream sends of one status, before it sends that the status was deleted."""
    received: list[str] = []
    async with reader.stream("GET", "/api/v1/streaming/user") as stream:
        status = (await author.post("/api/v1/statuses", json={"status": "I am"})).raise_for_status().json()
        await asyncio.sleep(0.5)
        (await author.delete(f"/api/v1/statuses/{status['id']}")).raise_for_status()
        async for line in stream.aiter_lines():
            if line == "event: delete":
                return received
            if line.startswith("event: "):
                received.append(line.removeprefix("event: "))
    return received


async def _all_ids(client: httpx.AsyncClient, path: str, filters: dict[str, bool]) -> list[str]:
    return [one["id"] for one in await _all(client, path, filters)]


async def _all(client: httpx.AsyncClient, path: str, filters: dict[str, bool]) -> list[dict[str, dict[str, str]]]:
    found: list[dict[str, dict[str, str]]] = []
    parameters: dict[str, object] = {"limit": PAGE, **filters}
    while page := (await client.get(path, params=parameters)).raise_for_status().json():  # type: ignore[arg-type]
        found += page
        parameters["max_id"] = page[-1]["id"]
    return found


def _client_of(person: Person, server: ForkedServer) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {person.token}"}, timeout=30)
