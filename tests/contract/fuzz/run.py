"""Runs all kinds of fuzzing at once, while ordinary readers use the server."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import httpx
import msgspec
import psutil

from tests.contract.fuzz.api import ApiRequests
from tests.contract.fuzz.pages import PageRequests
from tests.contract.fuzz.raw import RawRequests
from tests.contract.fuzz.readers import Reading
from tests.contract.fuzz.report import Report
from tests.contract.fuzz.stalls import watched
from tests.contract.fuzz.values import RandomValues
from tests.contract.fuzz.websockets import WebSocketMessages
from tests.contract.server_process import ServerProcess

TIMEOUT = 60.0
LONGEST_OVERTIME = 120.0
"""Seconds beyond the end, on a busy machine, until enough requests have succeeded."""
CLIENTS = {ApiRequests: 4, PageRequests: 3, RawRequests: 2, WebSocketMessages: 1}
WORDS = ["@fuzz_one", "@fuzz_two", "@fuzz_reader", "fuzz_one", "favourite", "reblog", "bookmark", "follow", "block", "mute", "approve"]


async def fuzz(server: ServerProcess, seconds: float, seed: int, *, least: int = 0) -> Report:
    """Takes `seconds`, and longer until `least` requests have been answered with 200."""
    members = [server.create_account(name) for name in ("fuzz_one", "fuzz_two")]
    server.create_account("fuzz_owner", role="owner")
    reader = server.create_account("fuzz_reader")
    report = Report(seconds=seconds)
    async with AsyncExitStack() as stack:
        watch = stack.enter_context(watched(server))
        clients = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=server.url, timeout=TIMEOUT)) for _ in range(sum(CLIENTS.values()))
        ]
        ids = await _ids(clients[0], [*members, reader])
        senders = _all_clients(server, clients, RandomValues(seed, ids), members, report)
        end = time.monotonic() + seconds
        reading, measuring = asyncio.create_task(_read(server, seconds)), asyncio.create_task(_measure(server, end, report))
        await asyncio.gather(*(_repeat_until(end, one, lambda: report.answers[200] >= least) for one in senders))
        read, _nothing = await asyncio.gather(reading, measuring)
    report.pages, report.failed_reads, report.longest_pause = read.pages, read.failed_reads, watch.longest_pause
    report.log = (server.data.parent / "serve.log").read_text(encoding="utf-8")
    return report


def _all_clients(
    server: ServerProcess, clients: list[httpx.AsyncClient], values: RandomValues, tokens: list[str], report: Report
) -> list[Callable[[], Awaitable[None]]]:
    api = [ApiRequests(clients.pop(), values, tokens, report) for _ in range(CLIENTS[ApiRequests])]
    page_values = RandomValues(values.random.randrange(2**32), [*values.ids, *WORDS * 2])
    logins = ("fuzz_one", "fuzz_two", "fuzz_owner")
    pages = [PageRequests(clients.pop(), page_values, logins[n % 3], report) for n in range(CLIENTS[PageRequests])]
    raw = [RawRequests(server.url, values, tokens, report) for _ in range(CLIENTS[RawRequests])]
    sockets = [WebSocketMessages(server.url, values, tokens, report) for _ in range(CLIENTS[WebSocketMessages])]
    return [one.send for one in (*api, *pages, *raw, *sockets)]


async def _repeat_until(end: float, send: Callable[[], Awaitable[None]], is_enough: Callable[[], bool]) -> None:
    """At least once, however slow the machine is."""
    await send()
    while (now := time.monotonic()) < end or not (is_enough() or now > end + LONGEST_OVERTIME):
        await send()


async def _read(server: ServerProcess, seconds: float) -> Reading:
    command = [sys.executable, "-m", "tests.contract.fuzz.readers", server.url, str(seconds), "fuzz_reader"]
    readers = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    stdout, _stderr = await readers.communicate()
    return msgspec.json.decode(stdout or b"{}", type=Reading)


async def _measure(server: ServerProcess, end: float, report: Report) -> None:
    """Records the memory of the server a hundred times."""
    process, pause = psutil.Process(server.pid), (end - time.monotonic()) / 100
    while time.monotonic() < end:
        report.memory.append(process.memory_info().rss)
        await asyncio.sleep(pause)


async def _ids(client: httpx.AsyncClient, tokens: list[str]) -> list[str]:
    """Ids of existing accounts and statuses, so that not every response is a 404."""
    result = []
    for token in tokens:
        headers = {"Authorization": f"Bearer {token}"}
        own = (await client.get("/api/v1/accounts/verify_credentials", headers=headers)).json()
        result.append(own["id"])
        for text in ("hello", "@fuzz_one #lyon", "RT @fuzz_one: hello"):
            result.append((await client.post("/api/v1/statuses", json={"status": text}, headers=headers)).json()["id"])
    return result
