"""All of it at once, while ordinary people read."""

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
from tests.contract.fuzz.readers import Read
from tests.contract.fuzz.report import Report
from tests.contract.fuzz.sockets import Sockets
from tests.contract.fuzz.values import Chance
from tests.contract.served import Place

PATIENCE = 60.0
HOW_MANY = {ApiRequests: 4, PageRequests: 3, RawRequests: 2, Sockets: 1}
WORDS = ["@fuzz_one", "@fuzz_two", "@fuzz_reader", "fuzz_one", "favourite", "reblog", "bookmark", "follow", "block", "mute", "approve"]


async def fuzz(place: Place, seconds: float, seed: int) -> Report:
    members = [place.person(name) for name in ("fuzz_one", "fuzz_two")]
    place.person("fuzz_owner", role="owner")
    reader = place.person("fuzz_reader")
    report, end = Report(seconds=seconds), time.monotonic() + seconds
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=place.url, timeout=PATIENCE)) for _ in range(sum(HOW_MANY.values()))
        ]
        ids = await _ids(clients[0], [*members, reader])
        asking = _everybody(place, clients, Chance(seed, ids), members, report)
        reading, measuring = asyncio.create_task(_read(place, seconds)), asyncio.create_task(_measure(place, end, report))
        await asyncio.gather(*(_until(end, one) for one in asking))
        read, _nothing = await asyncio.gather(reading, measuring)
    report.pages, report.unread = read.pages, read.unread
    report.log = (place.data.parent / "serve.log").read_text(encoding="utf-8")
    return report


def _everybody(
    place: Place, clients: list[httpx.AsyncClient], chance: Chance, tokens: list[str], report: Report
) -> list[Callable[[], Awaitable[None]]]:
    api = [ApiRequests(clients.pop(), chance, tokens, report) for _ in range(HOW_MANY[ApiRequests])]
    chance_of_pages = Chance(chance.random.randrange(2**32), [*chance.ids, *WORDS * 2])
    logins = ("fuzz_one", "fuzz_two", "fuzz_owner")
    pages = [PageRequests(clients.pop(), chance_of_pages, logins[n % 3], report) for n in range(HOW_MANY[PageRequests])]
    raw = [RawRequests(place.url, chance, tokens, report) for _ in range(HOW_MANY[RawRequests])]
    sockets = [Sockets(place.url, chance, tokens, report) for _ in range(HOW_MANY[Sockets])]
    return [one.ask for one in (*api, *pages, *raw, *sockets)]


async def _until(end: float, ask: Callable[[], Awaitable[None]]) -> None:
    while time.monotonic() < end:
        await ask()


async def _read(place: Place, seconds: float) -> Read:
    command = [sys.executable, "-m", "tests.contract.fuzz.readers", place.url, str(seconds), "fuzz_reader"]
    readers = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    told, _nothing = await readers.communicate()
    return msgspec.json.decode(told or b"{}", type=Read)


async def _measure(place: Place, end: float, report: Report) -> None:
    """The memory of the server, a hundred times."""
    process, pause = psutil.Process(place.pid), (end - time.monotonic()) / 100
    while time.monotonic() < end:
        report.memory.append(process.memory_info().rss)
        await asyncio.sleep(pause)


async def _ids(client: httpx.AsyncClient, tokens: list[str]) -> list[str]:
    """Of things that exist, so that more than 404 is answered."""
    found = []
    for token in tokens:
        headers = {"Authorization": f"Bearer {token}"}
        own = (await client.get("/api/v1/accounts/verify_credentials", headers=headers)).json()
        found.append(own["id"])
        for text in ("hello", "@fuzz_one #lyon", "RT @fuzz_one: hello"):
            found.append((await client.post("/api/v1/statuses", json={"status": text}, headers=headers)).json()["id"])
    return found
