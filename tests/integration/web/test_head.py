from __future__ import annotations

import asyncio

import pytest

from tests.support.site import Town


@pytest.mark.parametrize("path", ["/", "/local", "/about", "/static/app.css", "/api/v1/instance", "/nobody-home"])
async def test_head_says_what_get_would_without_the_body(town: Town, path: str) -> None:
    async with town.client() as browser:
        asked, told = await browser.get(path), await browser.head(path)

    assert told.status_code == asked.status_code
    assert told.headers["content-type"] == asked.headers["content-type"]
    assert told.content == b""


async def test_head_of_a_stream_does_not_wait_for_news(town: Town) -> None:
    async with asyncio.timeout(5), town.client() as browser:
        assert (await browser.head("/live/local")).is_success
