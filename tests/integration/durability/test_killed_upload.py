"""A server killed with SIGKILL in the middle of an upload: the next one goes on with what the first had stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from gazouillis.infra.settings import Settings
from tests.support.browser import CSRF_TOKEN, Browser
from tests.support.clock import MovingClock
from tests.support.fork_server import fork_server
from tests.support.media import photo
from tests.support.site import run_site

PATCH = {"Content-Type": "application/offset+octet-stream"}


@pytest.mark.thorough
@pytest.mark.long
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_an_upload_goes_on_after_its_server_was_killed(settings: Settings) -> None:
    async with run_site(settings, MovingClock(datetime.now(UTC))) as running_site:
        await running_site.person("alice")
        browser = Browser(running_site)
        await browser.was_signed_in("alice")
        session = browser.client.cookies["session"]
    content = photo(size=(1600, 1200))
    with fork_server() as servers:
        killed = servers.start(settings.data, settings.database)
        async with _client(killed.url, session) as client:
            path = (await client.post("/uploads", headers={"Upload-Length": str(len(content))})).raise_for_status().headers["location"]
            with pytest.raises(httpx.TransportError):
                await client.patch(path, content=_half_then(content, killed.kill), headers=PATCH | {"Upload-Offset": "0"})

        survivor = servers.start(settings.data, settings.database)
        try:
            async with _client(survivor.url, session) as client:
                offset = int((await client.head(path)).raise_for_status().headers["upload-offset"])
                rest = await client.patch(path, content=content[offset:], headers=PATCH | {"Upload-Offset": str(offset)})
                made = await client.post(f"{path}/attachment")
        finally:
            survivor.kill()

    assert 0 < offset < len(content)
    assert (rest.status_code, rest.headers["upload-offset"]) == (204, str(len(content)))
    assert (made.status_code, made.json()["is_ready"]) == (200, True)


def _client(url: str, session: str) -> httpx.AsyncClient:
    """A browser with a session and a CSRF token."""
    cookies = {"session": session}
    token = CSRF_TOKEN.search(httpx.get(f"{url}/about", cookies=cookies, timeout=30).text)
    assert token is not None
    headers = {"Tus-Resumable": "1.0.0", "Accept": "application/json", "X-CSRFToken": token[1]}
    return httpx.AsyncClient(base_url=url, cookies=cookies | {"csrf": token[1]}, headers=headers, timeout=30)


async def _half_then(content: bytes, kill: object) -> AsyncIterator[bytes]:
    """Half of the bytes, in small parts over two seconds, so that some are stored. Then the server is killed."""
    half = len(content) // 2
    for start in range(0, half, half // 10):
        yield content[start : min(half, start + half // 10)]
        await asyncio.sleep(0.2)
    assert callable(kill)
    kill()
    await asyncio.sleep(0.2)
    yield content[half:]
