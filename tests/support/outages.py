"""What tests of database outages need: requests whose responses show whether the database is available, and waiting for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import httpx

from tests.support.databases import ROW_CLEANER
from tests.support.people import Person

RECOVERY_SECONDS = 2.0
"""Within so many seconds of the return of the database, everything works again."""
TIMEOUT = 10.0

OTHER_CONNECTIONS = f"pid <> pg_backend_pid() and datname = current_database() and application_name <> '{ROW_CLEANER}'"
END_CONNECTIONS = f"select count(pg_terminate_backend(pid)) from pg_stat_activity where {OTHER_CONNECTIONS}"


async def read_public(person: Person) -> httpx.Response:
    return await person.client.get("/api/v1/timelines/public", params={"local": "true"})


async def read_home(person: Person, limit: int = 20) -> list[str]:
    response = await person.client.get("/api/v1/timelines/home", params={"limit": limit})
    return [one["content"] for one in response.json()] if response.status_code == 200 else []


async def shows_in_home(person: Person, words: str, limit: int = 20) -> bool:
    return words in await read_home(person, limit)


async def post(person: Person, words: str, key: str = "a key") -> httpx.Response:
    return await person.client.post("/api/v1/statuses", json={"status": words}, headers={"Idempotency-Key": key})


async def is_available(person: Person) -> bool:
    return (await read_public(person)).status_code == 200


async def is_unavailable(person: Person) -> bool:
    return (await read_public(person)).status_code == 503


async def until(condition: Callable[[], Awaitable[bool]], timeout: float = TIMEOUT) -> float:  # noqa: ASYNC109 (the wait itself is the test)
    """Waits for the condition; returns the seconds that it took."""
    began = time.monotonic()
    while not await condition():
        assert time.monotonic() - began < timeout
        await asyncio.sleep(0.02)
    return time.monotonic() - began
