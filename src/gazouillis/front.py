"""What every answer gets, whoever gives it: headers for the browser, for apps from elsewhere, and an answer to HEAD.

https://www.rfc-editor.org/rfc/rfc9110#name-head
"""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Litestar

from gazouillis.api import cors
from gazouillis.infra.open_answers import kept_open
from gazouillis.web import headers


class Application(Litestar):
    """Answers HEAD wherever it answers GET, and lets go of a request whose answer stays open."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        is_http = scope["type"] == "http"
        if is_http and scope["method"] == "HEAD":
            await self._answer_head({**scope, "method": "GET"}, receive, send)
            return
        await super().__call__(scope, receive, _dressed(scope, send) if is_http else send)
        if stay := kept_open(scope):
            await stay(receive, send)

    async def _answer_head(self, asked: Any, receive: Any, send: Any) -> None:
        has_answered, send_dressed = asyncio.Event(), _dressed(asked, send)

        async def send_head(message: Any) -> None:
            """The first message is the whole answer; a stream is then told that nobody listens."""
            if not has_answered.is_set():
                has_answered.set()
                await send_dressed(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        async def receive_until_answered() -> Any:
            return {"type": "http.disconnect"} if has_answered.is_set() else await receive()

        await super().__call__(asked, receive_until_answered, send_head)


def _dressed(scope: Any, send: Any) -> Any:
    added = cors.headers(scope)

    async def send_dressed(message: Any) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*headers.protected(message["headers"], scope), *added]
        await send(message)

    return send_dressed
