"""Ten people who read as people do, in a process of their own: `python -m tests.contract.fuzz.readers URL SECONDS LOGIN…`

Prints how long each page took, and what was no page.
"""

from __future__ import annotations

import asyncio
import random
import re
import sys
import time

import httpx
import msgspec

from tests.contract.served import PASSWORD

READERS = 10
LOOKS = (0.3, 3.0)
"""Seconds for which somebody looks at a page: quicker than most, so that ten minutes say something."""
PATIENCE = 30.0


class Read(msgspec.Struct):
    pages: list[float] = []
    unread: list[str] = []


async def read(url: str, seconds: float, logins: list[str]) -> Read:
    """Half of them are signed in."""
    found = Read([], [])
    end = time.monotonic() + seconds
    await asyncio.gather(*(_reader(url, end, logins[n % len(logins)] if n % 2 else "", found) for n in range(READERS)))
    return found


async def _reader(url: str, end: float, login: str, found: Read) -> None:
    chance = random.Random(login)
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE) as browser:
        if login:
            await _sign_in(browser, login)
        paths = ["/", "/local", "/@fuzz_reader", "/about"]
        while time.monotonic() < end:
            page = await _look(browser, chance.choice(paths), found)
            if status := _STATUS.search(page):
                paths = [*paths[:4], status[1]]
            await asyncio.sleep(chance.uniform(*LOOKS))


async def _look(browser: httpx.AsyncClient, path: str, found: Read) -> str:
    began = time.monotonic()
    try:
        page = await browser.get(path)
    except httpx.TransportError as fault:
        found.unread.append(f"{path}: {fault!r}")
        return ""
    found.pages.append(time.monotonic() - began)
    if page.status_code not in {200, 404}:
        found.unread.append(f"{path}: {page.status_code}")
    return page.text


async def _sign_in(browser: httpx.AsyncClient, login: str) -> None:
    key = _KEY.search((await browser.get("/sign-in")).text)
    assert key
    await browser.post("/sign-in", data={"_csrf_token": key[1], "login": login, "password": PASSWORD})


_KEY = re.compile(r'name="_csrf_token" value="([^"]+)"')
_STATUS = re.compile(r'href="(/@\w+/\d+)"')

if __name__ == "__main__":
    told = asyncio.run(read(sys.argv[1], float(sys.argv[2]), sys.argv[3:]))
    sys.stdout.buffer.write(msgspec.json.encode(told))
