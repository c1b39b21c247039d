"""End-to-end story: somebody posts that he is in Budapest and is invited for a coffee within a minute.

Cyrille and Marie each use a browser, Zsófi a Mastodon app, all at the same time on one server.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from mastodon import Mastodon, StreamListener
from playwright.async_api import Browser, Error, Page, expect

from gazouillis.text.cleaning import plain
from tests.e2e.browser_page import BrowserPage, signed_in_storage
from tests.e2e.village_server import GAZOUILLIS, chromium, served_village
from tests.support.mastodon_py import close_stream

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

ANNOUNCED = "Me voilà à Budapest pour deux jours 🙂 Quelqu’un pour un café ?"
MARIE_PROPOSES = "@cyrille demain dix heures, au New York ?"
ZSOFI_PROPOSES = "@cyrille and I show you the roofs of Buda afterwards!"
THANKS = "@zsofi @Marievh à demain, et merci !"


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    data = tmp_path_factory.mktemp("budapest")
    with served_village(data) as address:
        yield address, data


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    try:
        async with chromium() as browser:
            yield browser
    except Error as fault:
        pytest.skip(f"no Chromium: {fault.message.splitlines()[0]}")


class App(StreamListener):  # type: ignore[misc]
    """Zsófi's app: it streams her timeline and records the updates and notifications it receives."""

    def __init__(self, address: str, data: Path) -> None:
        command = [GAZOUILLIS, "accounts", "token", "zsofi", "--data", str(data)]
        token = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        self.client = Mastodon(access_token=token, api_base_url=address)
        self.updates: list[Any] = []
        self.notifications: list[str] = []
        self._stream = self.client.stream_user(self, run_async=True)

    def on_update(self, status: Any) -> None:
        self.updates.append(status)

    def on_notification(self, notification: Any) -> None:
        self.notifications.append(f"{notification.type} by {notification.account.acct}")

    def close(self) -> None:
        close_stream(self._stream, lambda: self.client.status_post("jó éjszakát"))


@pytest.mark.thorough  # each of its steps has a test of its own
async def test_a_traveller_is_invited_for_a_coffee_within_a_minute(village: tuple[str, Path], browser: Browser) -> None:
    address, data = village
    laurents_page = await BrowserPage.open(browser, address, await signed_in_storage(browser, address, "cyrille"))
    maries_page = await BrowserPage.open(browser, address, await signed_in_storage(browser, address, "Marievh"))
    app = await asyncio.to_thread(App, address, data)
    try:
        await asyncio.to_thread(lambda: app.client.account_follow(app.client.account_lookup("cyrille")))
        marie = await maries_page.visit("/")
        await marie.wait_for_timeout(500)

        await laurents_page.visit("/notifications")
        await _says(await laurents_page.visit("/"), ANNOUNCED)
        await _answers_what_she_sees(marie)
        announced = await _update(app, ANNOUNCED)
        await asyncio.to_thread(app.client.status_post, ZSOFI_PROPOSES, in_reply_to_id=announced.id)

        await _reads_both_answers_and_thanks(laurents_page.page)
        await _until(lambda: {"mention by cyrille", "reblog by cyrille"} <= set(app.notifications))
        context = await asyncio.to_thread(app.client.status_context, announced.id)
        assert [_words(one.content) for one in context.descendants] == [MARIE_PROPOSES, ZSOFI_PROPOSES, THANKS]
        assert laurents_page.faults + maries_page.faults == []
    finally:
        await asyncio.to_thread(app.close)


def _words(content: str) -> str:
    """The text as it was typed: the HTML binds `?` to its word."""
    return plain(content).replace("\u00a0", " ")


async def _says(page: Page, words: str) -> None:
    await page.fill("form.composer #status", words)
    await page.click("form.composer .button")
    await expect(page.locator("article.status", has_text=words).first).to_be_visible()


async def _answers_what_she_sees(page: Page) -> None:
    """The page says that there is something new; she opens it and answers, without a reload."""
    await expect(page.locator("#new")).to_have_text("1 nouveau gazouillis", timeout=5000)
    await page.click("#new")
    await page.locator("article.status", has_text=ANNOUNCED).locator(".reply").click()
    await expect(page.locator("#status")).to_have_value("@cyrille ")
    await _says(page, MARIE_PROPOSES)


async def _reads_both_answers_and_thanks(page: Page) -> None:
    await expect(page.locator("#unread")).to_contain_text("2", timeout=10_000)
    await page.locator("article.status", has_text=ANNOUNCED).locator("time").first.click()
    for words in (MARIE_PROPOSES, ZSOFI_PROPOSES):
        await expect(page.locator("article.status", has_text=words)).to_be_visible()
    zsofi = page.locator("article.status", has_text=ZSOFI_PROPOSES)
    await zsofi.locator(".repost").click()
    await expect(zsofi.locator(".repost")).to_have_attribute("aria-pressed", "true")
    await zsofi.locator(".reply").click()
    await _says(page, THANKS)


async def _update(app: App, words: str) -> Any:
    await _until(lambda: any(_words(one.content) == words for one in app.updates))
    return next(one for one in app.updates if _words(one.content) == words)


async def _until(is_so: Any, seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110 (what is waited for happens in the thread of the app)
            await asyncio.sleep(0.05)
