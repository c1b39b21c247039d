"""The village, served as an operator would serve it, and a Chromium to look at it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

GAZOUILLIS = Path(sys.executable).with_name("gazouillis")
VARIABLE = "GAZOUILLIS_TEST_CHROMIUM"
SYSTEM = ("/usr/bin/chromium", "/usr/bin/chromium-browser")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ADDRESS = re.compile(r"Gazouillis is at (http://\S+)")


@contextmanager
def served_village(data: Path) -> Iterator[str]:
    """The address of a server of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GAZOUILLIS_")}
    environment |= {"GAZOUILLIS_DATA": str(data), "GAZOUILLIS_RATE_LIMITS": "off", "PYTHONUNBUFFERED": "1"}
    subprocess.run([GAZOUILLIS, "seed", "village"], env=environment, check=True, stdout=subprocess.DEVNULL)
    with subprocess.Popen([GAZOUILLIS, "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield next(found[1] for line in server.stdout if (found := ADDRESS.search(line)))
        finally:
            server.terminate()
            server.communicate(timeout=20)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=QUIET)
        yield browser
        await browser.close()


def chromium_path() -> str | None:
    """The one that the environment names, the system's; None: Playwright's own."""
    return os.environ.get(VARIABLE) or next((path for path in SYSTEM if Path(path).exists()), None)
