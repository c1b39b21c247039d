from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gazouillis.infra.pubsub.stream_limits import StreamLimits
from tests.support.site import RunningSite


@pytest.mark.parametrize("path", ["/", "/local", "/about", "/static/app.css", "/api/v1/instance", "/nobody-home"])
async def test_head_answers_like_get_without_the_body(running_site: RunningSite, path: str) -> None:
    async with running_site.client() as browser:
        got, head = await browser.get(path), await browser.head(path)

    assert head.status_code == got.status_code
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.content == b""


async def test_head_of_a_stream_does_not_wait_for_messages(running_site: RunningSite) -> None:
    async with asyncio.timeout(5), running_site.client() as browser:
        assert (await browser.head("/live/local")).is_success


@pytest.mark.parametrize("path", ["/live/local", "/api/v1/streaming/public", "/api/v1/streaming/hashtag?tag=lyon"])
async def test_nothing_follows_the_head_of_a_stream(running_site: RunningSite, path: str) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        assert sent[-1:] != [LAST], "the response is complete: uvicorn raises here"
        sent.append(message)

    async with asyncio.timeout(5):
        await running_site.app(_head_of(path), wait_forever, send)

    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert len(running_site.site.the(StreamLimits)) == 0


LAST = {"type": "http.response.body", "body": b"", "more_body": False}


def _head_of(path: str) -> Any:
    bare, _, query = path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "HEAD",
        "scheme": "http",
        "path": bare,
        "raw_path": bare.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [],
        "client": ("127.0.0.1", 50_000),
        "server": ("testserver", 80),
        "state": {},
    }


async def wait_forever() -> Any:
    await asyncio.Event().wait()
