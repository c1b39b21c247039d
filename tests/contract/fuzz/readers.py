"""Ten ordinary readers, in a process of their own: `python -m tests.contract.fuzz.readers URL SECONDS LOGIN…`

Prints how long each page took, and which requests failed.
"""

from __future__ import annotations

import asyncio
import random
import re
import sys
import time

import httpx
import msgspec

from tests.contract.server_process import PASSWORD

READERS = 10
PAUSES = (0.3, 3.0)
"""Seconds between two pages of a reader. Shorter than in life, so that a run has enough pages."""
TIMEOUT = 30.0


class Reading(msgspec.Struct):
    pages: list[float] = []
    failed_reads: list[str] = []


async def read(url: str, seconds: float, logins: list[str]) -> Reading:
    """Half of the readers are signed in."""
    result = Reading([], [])
    end = time.monotonic() + seconds
    await asyncio.gather(*(_reader(url, end, logins[n % len(logins)] if n % 2 else "", result) for n in range(READERS)))
    return result


async def _reader(url: str, end: float, login: str, result: Reading) -> None:
    random_numbers = random.Random(login)
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT) as browser:
        if login:
            await _sign_in(browser, login)
        paths = ["/", "/local", "/@fuzz_reader", "/about"]
        while time.monotonic() < end:
            page = await _read_page(browser, random_numbers.choice(paths), result)
            if status := _STATUS.search(page):
                paths = [*paths[:4], status[1]]
            await asyncio.sleep(random_numbers.uniform(*PAUSES))


async def _read_page(browser: httpx.AsyncClient, path: str, result: Reading) -> str:
    began = time.monotonic()
    try:
        page = await browser.get(path)
    except httpx.TransportError as fault:
        result.failed_reads.append(f"{path}: {fault!r}")
        return ""
    result.pages.append(time.monotonic() - began)
    if page.status_code not in {200, 404}:
        result.failed_reads.append(f"{path}: {page.status_code}")
    return page.text


async def _sign_in(browser: httpx.AsyncClient, login: str) -> None:
    key = _KEY.search((await browser.get("/sign-in")).text)
    assert key
    await browser.post("/sign-in", data={"_csrf_token": key[1], "login": login, "password": PASSWORD})


_KEY = re.compile(r'name="_csrf_token" value="([^"]+)"')
_STATUS = re.compile(r'href="(/@\w+/\d+)"')

if __name__ == "__main__":
    result = asyncio.run(read(sys.argv[1], float(sys.argv[2]), sys.argv[3:]))
    sys.stdout.buffer.write(msgspec.json.encode(result))
