"""Two server processes on one database, with concurrent requests to both."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx
import pytest

from gazouillis.infra.settings import Settings
from tests.support.clock import MovingClock
from tests.support.fork_server import fork_server
from tests.support.people import Person
from tests.support.site import run_site

ROUNDS = 25
WRITERS = 8
"""Concurrent requests, half of them to each server."""


@pytest.mark.parametrize(("path", "body"), [("/api/v1/statuses", {"status": "at once"}), ("/api/v1/apps", {"client_name": "at once"})])
async def test_concurrent_requests_to_two_servers_all_succeed(settings: Settings, path: str, body: dict[str, str]) -> None:
    if path == "/api/v1/apps":
        body = {**body, "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}
    async with run_site(settings, MovingClock()) as running_site:
        people = [await running_site.person(f"writer{number}") for number in range(WRITERS)]
    with fork_server() as starter:
        servers = [starter.start(settings.data, settings.database) for _ in range(2)]
        try:
            replies = await asyncio.gather(*(_post_all(servers[number % 2].url, one, path, body) for number, one in enumerate(people)))
        finally:
            for one in servers:
                one.kill()
    responses = [one for some in replies for one in some]
    assert Counter(one.status_code for one in responses) == {200: ROUNDS * WRITERS}
    assert len({one.json()["id"] for one in responses}) == ROUNDS * WRITERS


async def _post_all(url: str, person: Person, path: str, body: dict[str, str]) -> list[httpx.Response]:
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {person.token}"}, timeout=30) as client:
        return [await client.post(path, json=body) for _ in range(ROUNDS)]
