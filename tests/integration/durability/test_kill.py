"""A post answered with 200 survives `kill -9`, and its reactions happen once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from gazouillis.infra.settings import Settings
from tests.support.clock import MovingClock
from tests.support.databases import fresh_database_url
from tests.support.fork_server import ForkedServer, ForkServer, fork_server
from tests.support.people import Person
from tests.support.site import running

KILLS = {"sqlite": 200, "postgresql": 10}
WRITERS = 4
LONGEST_LIFE = 0.12
"""Seconds between the first answer and the kill, at most."""
PAGE = 40


@pytest.fixture
async def place(tmp_path: Path, database_kind: str) -> AsyncIterator[Settings]:
    async with fresh_database_url(database_kind) as url:
        yield Settings(data=tmp_path / "data", database=url, rate_limits="off")


@pytest.mark.long
async def test_acknowledged_posts_survive_and_notify_once(place: Settings, database_kind: str) -> None:
    async with running(place, MovingClock()) as town:
        alice, bob, carol = [await town.person(name) for name in ("alice", "bob", "carol")]
        await carol.follows(alice)
    chance = random.Random(7)
    acknowledged: list[str] = []
    with fork_server() as servers:
        for _ in range(KILLS[database_kind]):
            acknowledged += await _one_life(servers, place, alice, chance)
        survivor = servers.start(place.data, place.database)
        try:
            await _check(survivor, alice, bob, carol, acknowledged)
        finally:
            survivor.kill()
    assert len(acknowledged) > KILLS[database_kind]


async def _one_life(servers: ForkServer, place: Settings, alice: Person, chance: random.Random) -> list[str]:
    """Concurrent posts until the server is killed in the middle. Returns the ids that it acknowledged."""
    served = servers.start(place.data, place.database)
    acknowledged: list[str] = []
    has_begun = asyncio.Event()
    async with _app_of(alice, served) as app:
        writers = [asyncio.create_task(_write(app, acknowledged, has_begun)) for _ in range(WRITERS)]
        await asyncio.wait_for(has_begun.wait(), 30)
        await asyncio.sleep(chance.random() * LONGEST_LIFE)
        served.kill()
        await asyncio.gather(*writers)
    return acknowledged


async def _write(app: httpx.AsyncClient, acknowledged: list[str], has_begun: asyncio.Event) -> None:
    while True:
        try:
            answer = await app.post("/api/v1/statuses", json={"status": "are you still there, @bob?"})
        except httpx.TransportError:
            return
        assert answer.status_code == 200, answer.text
        acknowledged.append(answer.json()["id"])
        has_begun.set()


async def _check(served: ForkedServer, alice: Person, bob: Person, carol: Person, acknowledged: list[str]) -> None:
    async with _app_of(alice, served) as hers, _app_of(bob, served) as his, _app_of(carol, served) as theirs:
        said = await _all_ids(hers, f"/api/v1/accounts/{alice.id}/statuses", {"exclude_replies": False})
        assert set(acknowledged) <= set(said)
        mentions = [one["status"]["id"] for one in await _settled_mentions(his, len(said))]
        assert sorted(mentions) == sorted(said)
        assert await _all_ids(theirs, "/api/v1/timelines/home", {}) == said
        assert await _streamed(theirs, hers) == ["update"]


async def _settled_mentions(app: httpx.AsyncClient, expected: int) -> list[dict[str, dict[str, str]]]:
    """All notifications, once the worker has caught up with what the last kill interrupted."""
    for _ in range(100):
        found = await _all(app, "/api/v1/notifications", {})
        if len(found) >= expected:
            return found
        await asyncio.sleep(0.1)
    return found


async def _streamed(subscriber: httpx.AsyncClient, speaker: httpx.AsyncClient) -> list[str]:
    """The events that a stream sends of one status, before it sends that the status was deleted."""
    received: list[str] = []
    async with subscriber.stream("GET", "/api/v1/streaming/user") as stream:
        status = (await speaker.post("/api/v1/statuses", json={"status": "I am"})).raise_for_status().json()
        await asyncio.sleep(0.5)
        (await speaker.delete(f"/api/v1/statuses/{status['id']}")).raise_for_status()
        async for line in stream.aiter_lines():
            if line == "event: delete":
                return received
            if line.startswith("event: "):
                received.append(line.removeprefix("event: "))
    return received


async def _all_ids(app: httpx.AsyncClient, path: str, choice: dict[str, bool]) -> list[str]:
    return [one["id"] for one in await _all(app, path, choice)]


async def _all(app: httpx.AsyncClient, path: str, choice: dict[str, bool]) -> list[dict[str, dict[str, str]]]:
    found: list[dict[str, dict[str, str]]] = []
    parameters: dict[str, object] = {"limit": PAGE, **choice}
    while page := (await app.get(path, params=parameters)).raise_for_status().json():  # type: ignore[arg-type]
        found += page
        parameters["max_id"] = page[-1]["id"]
    return found


def _app_of(person: Person, served: ForkedServer) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=served.url, headers={"Authorization": f"Bearer {person.token}"}, timeout=30)
