"""Two server processes on one database, with concurrent requests to both."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from gazouillis.infra.settings import Settings
from tests.support.clock import MovingClock
from tests.support.databases import fresh_database_url
from tests.support.fork_server import fork_server
from tests.support.people import Person
from tests.support.site import running

ROUNDS = 25
WRITERS = 8
"""Concurrent requests, half of them to each server."""


@pytest.fixture
async def place(tmp_path: Path, database_kind: str) -> AsyncIterator[Settings]:
    async with fresh_database_url(database_kind) as url:
        yield Settings(data=tmp_path / "data", database=url, rate_limits="off")


@pytest.mark.parametrize(("path", "body"), [("/api/v1/statuses", {"status": "at once"}), ("/api/v1/apps", {"client_name": "at once"})])
async def test_concurrent_requests_to_two_servers_all_succeed(place: Settings, path: str, body: dict[str, str]) -> None:
    if path == "/api/v1/apps":
        body = {**body, "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}
    async with running(place, MovingClock()) as town:
        people = [await town.person(f"writer{number}") for number in range(WRITERS)]
    with fork_server() as servers:
        served = [servers.start(place.data, place.database) for _ in range(2)]
        try:
            answers = await asyncio.gather(*(_ask(served[number % 2].url, one, path, body) for number, one in enumerate(people)))
        finally:
            for one in served:
                one.kill()
    answered = [one for some in answers for one in some]
    assert Counter(one.status_code for one in answered) == {200: ROUNDS * WRITERS}
    assert len({one.json()["id"] for one in answered}) == ROUNDS * WRITERS


async def _ask(url: str, person: Person, path: str, body: dict[str, str]) -> list[httpx.Response]:
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {person.token}"}, timeout=30) as app:
        return [await app.post(path, json=body) for _ in range(ROUNDS)]
