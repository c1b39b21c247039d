"""The seeded village, served by `gazouillis serve`, and a Chromium to open its pages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

GAZOUILLIS = Path(sys.executable).with_name("gazouillis")
VARIABLE = "GAZOUILLIS_TEST_CHROMIUM"
SYSTEM_CHROMIUMS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser")
"""The shell first: the same engine without the windows of a browser, which take most of the processor's time in short tests."""
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OWNERS_LINK = re.compile(r"(http://\S+/welcome/\S+)")
ADDRESS = re.compile(r"Gazouillis is at (http://\S+)")


def seed_village(data: Path) -> None:
    subprocess.run([GAZOUILLIS, "seed", "village"], env=_environment(data), check=True, stdout=subprocess.DEVNULL)


@contextmanager
def served_village(data: Path, seeded: Path | None = None) -> Iterator[str]:
    """The address of a new server with the village; `seeded`: the data folder of one, which is copied."""
    if seeded is None:
        seed_village(data)
    else:
        shutil.copytree(seeded, data)
    with _serving(_environment(data), ADDRESS) as address:
        yield address


@contextmanager
def served_new(data: Path) -> Iterator[str]:
    """The link with which the owner opens a new server."""
    with _serving(_environment(data), OWNERS_LINK) as link:
        yield link


def _environment(data: Path) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GAZOUILLIS_")}
    environment |= {"GAZOUILLIS_DATA": str(data), "GAZOUILLIS_RATE_LIMITS": "off", "PYTHONUNBUFFERED": "1"}
    return environment


@contextmanager
def _serving(environment: dict[str, str], wanted: re.Pattern[str]) -> Iterator[str]:
    """What the server prints that is wanted: the group of the pattern."""
    with subprocess.Popen([GAZOUILLIS, "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield next(found[1] for line in server.stdout if (found := wanted.search(line)))
        finally:
            server.terminate()
            server.communicate(timeout=20)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_OPTIONS)
        yield browser
        await browser.close()


def chromium_path() -> str | None:
    """The path that the environment names, or that of the system; None: Playwright's own."""
    return os.environ.get(VARIABLE) or next((path for path in SYSTEM_CHROMIUMS if Path(path).exists()), None)
