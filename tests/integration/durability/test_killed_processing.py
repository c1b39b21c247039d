"""A video whose upload was acknowledged is processed, although the server is killed before or while it is."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from gazouillis.infra.settings import Settings
from tests.support.clock import MovingClock
from tests.support.fork_server import ForkedServer, fork_server
from tests.support.media import video
from tests.support.people import Person
from tests.support.site import run_site

LONGEST = 60
"""Seconds: the lease of the killed worker ends before that."""


@pytest.mark.long
@pytest.mark.thorough
@pytest.mark.parametrize("wait", [0.0, 0.1, 0.3])
async def test_an_acknowledged_video_is_processed_after_a_kill(settings: Settings, wait: float) -> None:
    async with run_site(settings, MovingClock()) as running_site:
        alice = await running_site.person("alice")
    with fork_server() as servers:
        server = servers.start(settings.data, settings.database)
        async with _client_of(alice, server) as client:
            response = await client.post("/api/v2/media", files={"file": ("film.mp4", video())})
        await asyncio.sleep(wait)
        server.kill()
        survivor = servers.start(settings.data, settings.database)
        try:
            async with _client_of(alice, survivor) as client:
                ready = await _when_ready(client, f"/api/v1/media/{response.json()['id']}")
                assert (await client.get(httpx.URL(ready["url"]).raw_path.decode())).status_code == 200
        finally:
            survivor.kill()
    assert response.status_code == 202
    assert [one for one in (settings.data / "uploads").iterdir() if one.is_file()] == []


async def _when_ready(client: httpx.AsyncClient, path: str) -> dict[str, str]:
    for _ in range(LONGEST * 5):
        response = await client.get(path)
        if response.status_code != 206:
            break
        await asyncio.sleep(0.2)
    assert response.status_code == 200
    found: dict[str, str] = response.json()
    return found


def _client_of(person: Person, server: ForkedServer) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {person.token}"}, timeout=60)
