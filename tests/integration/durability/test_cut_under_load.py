"""A server under load, whose database is cut off, refuses connections and stops answering."""

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
from tests.support.proxy import proxy_to, query_directly
from tests.support.site import running

PATIENCE = 30.0
BACK_WITHIN = 2.0
LONGEST_ANSWER = 10.0
CUTS = 10
REFUSES_FOR = 4.0
IS_SILENT_FOR = 9.0
END_THEM = "select count(pg_terminate_backend(pid)) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"
SAID = "select text, count(*) from statuses group by text"


class Crowd:
    """People who read and write without a pause, and the responses they received."""

    def __init__(self, url, alice, bob):
        self._alice = httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {alice.token}"}, timeout=PATIENCE)
        self._bob = httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {bob.token}"}, timeout=PATIENCE)
        self.answers: Counter[tuple[str, int]] = Counter()
        self.without_advice = 0
        self.longest = 0.0
        self.acknowledged: set[str] = set()
        self.received: list[str] = []
        self.listens = asyncio.Event()
        self._number = 0

    async def read(self, path):
        return await self._ask(self._bob.get(path), path)

    async def write(self):
        self._number += 1
        words = f"@bob number {self._number}"
        answer = await self._ask(self._alice.post("/api/v1/statuses", json={"status": words}), "post")
        if answer.status_code == 200:
            self.acknowledged.add(words)
        return answer

    async def goes_on(self):
        """Seconds until both a post and a page are answered."""
        began = time.monotonic()
        while (await self.write()).status_code != 200 or (await self.read("/local")).status_code != 200:
            pass
        return time.monotonic() - began

    async def listen(self):
        async with self._bob.stream("GET", "/api/v1/streaming/user/notification") as stream:
            async for line in stream.aiter_lines():
                self.listens.set()
                if line.startswith("data: "):
                    self.received.append(re.findall(r"number \d+", line)[0])

    async def notifications(self):
        found, parameters = [], {"limit": 80}
        while page := (await self._bob.get("/api/v1/notifications", params=parameters)).raise_for_status().json():
            found += page
            parameters["max_id"] = page[-1]["id"]
        return found

    async def leave(self):
        await self._alice.aclose()
        await self._bob.aclose()

    async def _ask(self, asking, name):
        began = time.monotonic()
        answer = await asking
        self.longest = max(self.longest, time.monotonic() - began)
        self.answers[name, answer.status_code] += 1
        self.without_advice += answer.status_code == 503 and answer.headers.get("retry-after") != "2"
        if answer.status_code != 200:
            await asyncio.sleep(0.05)
        return answer


@pytest.fixture
async def url():
    async with fresh_database_url("postgresql") as url:
        yield url


@pytest.fixture
async def people(url, tmp_path):
    async with running(Settings(data=tmp_path / "data", database=url, rate_limits="off"), MovingClock()) as town:
        yield [await town.person(name) for name in ("alice", "bob")]


@pytest.fixture
async def served(url, tmp_path, people):
    """(its address, the proxy to its database, what it logs)"""
    log = tmp_path / "log"
    async with proxy_to(url) as proxy:
        environment = {**os.environ, "GAZOUILLIS_DATABASE": proxy.url, "GAZOUILLIS_RATE_LIMITS": "off"}
        command = [sys.executable, "-m", "gazouillis.cli", "serve", "--port", "0", "--data", str(tmp_path / "data")]
        with log.open("w") as complaints:
            process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=complaints)
        try:
            told = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode()
            yield re.search(r"http://\S+", told)[0].replace("localhost", "127.0.0.1"), proxy, log
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.communicate()


@pytest.fixture
async def crowd(served, people):
    crowd = Crowd(served[0], *people)
    yield crowd
    await crowd.leave()


@pytest.mark.long
async def test_no_acknowledged_post_is_lost_and_the_server_recovers_by_itself(served, crowd, url):
    address, proxy, log = served
    is_over = asyncio.Event()

    async def keep(act):
        while not is_over.is_set():
            await act()

    subscriber = asyncio.create_task(crowd.listen())
    await asyncio.wait_for(crowd.listens.wait(), PATIENCE)
    tasks = [asyncio.create_task(keep(crowd.write)) for _ in range(3)]
    for path in ("/", "/local", "/@alice", "/api/v1/timelines/public", "/api/v1/timelines/home", "/api/v1/notifications"):
        tasks.append(asyncio.create_task(keep(lambda path=path: crowd.read(path))))
    await asyncio.sleep(1)
    for _ in range(CUTS):
        await query_directly(url, END_THEM)
        await asyncio.sleep(0.2)
    await proxy.refuse()
    await asyncio.sleep(REFUSES_FOR)
    refusal = await handshake(address)
    await proxy.open()
    after_refusing = await crowd.goes_on()
    proxy.stall()
    await asyncio.sleep(IS_SILENT_FOR)
    await proxy.open()
    after_silence = await crowd.goes_on()
    await asyncio.sleep(1)
    is_over.set()
    await asyncio.gather(*tasks)

    assert {status for _, status in crowd.answers} == {200, 503}, crowd.answers
    assert crowd.without_advice == 0
    assert refusal.startswith("HTTP/1.1 503 ")
    assert "retry-after: 2\r\n" in refusal.lower()
    assert crowd.longest < LONGEST_ANSWER
    assert max(after_refusing, after_silence) < BACK_WITHIN
    said = {row["text"]: row["count"] for row in await rows(url, SAID)}
    assert crowd.acknowledged <= set(said)
    assert set(said.values()) == {1}
    await told_once(crowd, said)
    subscriber.cancel()
    assert {words.removeprefix("@bob ") for words in said} <= set(crowd.received)
    lines = log.read_text().splitlines()
    assert 2 <= len(lines) <= 5, lines
    assert all("PostgreSQL" in line for line in lines)


async def handshake(address):
    """The response to the handshake of a WebSocket."""
    url = httpx.URL(address)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    writer.write(f"GET /api/v1/streaming?stream=public HTTP/1.1\r\nHost: here\r\n{upgrade}\r\n".encode())
    answer = await reader.read(10_000)
    writer.close()
    await writer.wait_closed()
    return answer.decode()


async def told_once(crowd, said):
    """The worker has notified once of every stored post, acknowledged or not."""
    give_up_at = time.monotonic() + PATIENCE
    while len(found := await crowd.notifications()) < len(said):
        assert time.monotonic() < give_up_at
        await asyncio.sleep(0.2)
    told = Counter(re.findall(r"number \d+", one["status"]["content"])[0] for one in found)
    assert told == Counter(words.removeprefix("@bob ") for words in said)


async def rows(url, statement):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(statement)
    finally:
        await connection.close()
