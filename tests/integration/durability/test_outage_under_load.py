"""A server process under load while its database ends connections, refuses them, and does not answer."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from collections import Counter
from contextlib import suppress

import asyncpg
import httpx
import pytest

from gazouillis.infra.settings import Settings
from tests.support.clock import MovingClock
from tests.support.databases import fresh_database_url
from tests.support.outages import END_CONNECTIONS, RECOVERY_SECONDS, until
from tests.support.proxy import proxy_to, query_directly
from tests.support.site import run_site

TIMEOUT = 30.0
LONGEST_RESPONSE = 10.0
TIMES_ENDED = 10
REFUSING_SECONDS = [4.0, 30.0]
STALLED_SECONDS = 9.0
TEXTS = "select text, count(*) from statuses group by text"


class LoadClients:
    """Two accounts whose clients read and write without a pause, and the responses they received."""

    def __init__(self, url, alice, bob):
        self._alice = httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {alice.token}"}, timeout=TIMEOUT)
        self._bob = httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {bob.token}"}, timeout=TIMEOUT)
        self.answers: Counter[tuple[str, int]] = Counter()
        self.without_retry_after = 0
        self.longest = 0.0
        self.acknowledged: set[str] = set()
        self.received: list[str] = []
        self.is_subscribed = asyncio.Event()
        self._number = 0

    async def read(self, path):
        return await self._measured(self._bob.get(path), path)

    async def write(self):
        self._number += 1
        words = f"@bob number {self._number}"
        response = await self._measured(self._alice.post("/api/v1/statuses", json={"status": words}), "post")
        if response.status_code == 200:
            self.acknowledged.add(words)
        return response

    async def recovery_seconds(self):
        """Seconds until both a post and a page are answered with 200."""
        began = time.monotonic()
        while (await self.write()).status_code != 200 or (await self.read("/local")).status_code != 200:
            pass
        return time.monotonic() - began

    async def subscribe(self):
        async with self._bob.stream("GET", "/api/v1/streaming/user/notification") as stream:
            async for line in stream.aiter_lines():
                self.is_subscribed.set()
                if line.startswith("data: "):
                    self.received.append(re.findall(r"number \d+", line)[0])

    async def notifications(self):
        found, parameters = [], {"limit": 80}
        while page := (await self._bob.get("/api/v1/notifications", params=parameters)).raise_for_status().json():
            found += page
            parameters["max_id"] = page[-1]["id"]
        return found

    async def close(self):
        await self._alice.aclose()
        await self._bob.aclose()

    async def _measured(self, request, name):
        began = time.monotonic()
        response = await request
        self.longest = max(self.longest, time.monotonic() - began)
        self.answers[name, response.status_code] += 1
        self.without_retry_after += response.status_code == 503 and response.headers.get("retry-after") != "2"
        if response.status_code != 200:
            await asyncio.sleep(0.05)
        return response


@pytest.fixture
async def url():
    async with fresh_database_url("postgresql") as url:
        yield url


@pytest.fixture
async def people(url, tmp_path):
    async with run_site(Settings(data=tmp_path / "data", database=url, rate_limits="off"), MovingClock()) as running_site:
        yield [await running_site.person(name) for name in ("alice", "bob")]


@pytest.fixture
async def server(url, tmp_path, people):
    """(its URL, the proxy to its database, the file of its log)"""
    log = tmp_path / "log"
    async with proxy_to(url) as proxy:
        environment = {**os.environ, "GAZOUILLIS_DATABASE": proxy.url, "GAZOUILLIS_RATE_LIMITS": "off"}
        command = [sys.executable, "-m", "gazouillis.cli", "serve", "--port", "0", "--data", str(tmp_path / "data")]
        with log.open("w") as stderr:
            process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=stderr)
        try:
            line = (await asyncio.wait_for(process.stdout.readline(), TIMEOUT)).decode()
            yield re.search(r"http://\S+", line)[0].replace("localhost", "127.0.0.1"), proxy, log
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.communicate()


@pytest.fixture
async def clients(server, people):
    clients = LoadClients(server[0], *people)
    yield clients
    await clients.close()


@pytest.mark.long
@pytest.mark.thorough
@pytest.mark.parametrize("refusing_seconds", REFUSING_SECONDS)
async def test_no_acknowledged_post_is_lost_and_the_server_recovers_by_itself(server, clients, url, refusing_seconds):
    address, proxy, log = server
    is_over = asyncio.Event()

    async def repeat(act):
        while not is_over.is_set():
            await act()

    subscriber = asyncio.create_task(clients.subscribe())
    await asyncio.wait_for(clients.is_subscribed.wait(), TIMEOUT)
    tasks = [asyncio.create_task(repeat(clients.write)) for _ in range(3)]
    for path in ("/", "/local", "/@alice", "/api/v1/timelines/public", "/api/v1/timelines/home", "/api/v1/notifications"):
        tasks.append(asyncio.create_task(repeat(lambda path=path: clients.read(path))))
    await asyncio.sleep(1)
    for _ in range(TIMES_ENDED):
        await query_directly(url, END_CONNECTIONS)
        await asyncio.sleep(0.2)
    await proxy.refuse()
    await asyncio.sleep(refusing_seconds)
    refusal = await handshake(address)
    await proxy.open()
    recovery_after_refusing = await clients.recovery_seconds()
    proxy.stall()
    await asyncio.sleep(STALLED_SECONDS)
    await proxy.open()
    recovery_after_stall = await clients.recovery_seconds()
    await asyncio.sleep(1)
    is_over.set()
    await asyncio.gather(*tasks)

    assert {status for _, status in clients.answers} == {200, 503}, clients.answers
    assert clients.without_retry_after == 0
    assert refusal.startswith("HTTP/1.1 503 ")
    assert "retry-after: 2\r\n" in refusal.lower()
    assert clients.longest < LONGEST_RESPONSE
    assert max(recovery_after_refusing, recovery_after_stall) < RECOVERY_SECONDS
    texts = {row["text"]: row["count"] for row in await rows(url, TEXTS)}
    assert clients.acknowledged <= set(texts)
    assert set(texts.values()) == {1}
    await assert_notified_once(clients, texts)
    await until(lambda: has_received(clients, texts))
    subscriber.cancel()
    lines = log.read_text().splitlines()
    assert 2 <= len(lines) <= 5, lines
    assert all("PostgreSQL" in line for line in lines)


async def handshake(address):
    """The response to the handshake of a WebSocket."""
    url = httpx.URL(address)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    writer.write(f"GET /api/v1/streaming?stream=public HTTP/1.1\r\nHost: here\r\n{upgrade}\r\n".encode())
    response = await reader.read(10_000)
    writer.close()
    await writer.wait_closed()
    return response.decode()


async def assert_notified_once(clients, texts):
    """The worker has notified once of every stored post, acknowledged or not."""
    give_up_at = time.monotonic() + TIMEOUT
    while len(found := await clients.notifications()) < len(texts):
        assert time.monotonic() < give_up_at
        await asyncio.sleep(0.2)
    numbers = Counter(re.findall(r"number \d+", one["status"]["content"])[0] for one in found)
    assert numbers == Counter(words.removeprefix("@bob ") for words in texts)


async def has_received(clients, texts):
    """Whether the stream has shown every stored post."""
    return {words.removeprefix("@bob ") for words in texts} <= set(clients.received)


async def rows(url, statement):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(statement)
    finally:
        await connection.close()
