"""What every HTTP response gets, whichever route made it: security headers, CORS headers, and gzip compression.

It also keeps a copy of the response, so that the application can put it into the response cache.
"""

from __future__ import annotations

from typing import Any

from gazouillis.api import cors, limits
from gazouillis.infra.cache.dependencies import Dependencies
from gazouillis.infra.cache.responses import CACHEABLE, STREAMED, CachedResponse, has_opt
from gazouillis.infra.settings import Settings
from gazouillis.web import compression, headers


class ResponseSender:
    """The `send` of one HTTP request. The head is held back until the body is there, since compression changes its Content-Length."""

    def __init__(self, scope: Any, send: Any, settings: Settings) -> None:
        self._scope, self._send, self._settings = scope, send, settings
        self._waiting: Any = None
        self._whole: tuple[Any, bytes] | None = None

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            protected = headers.with_security_headers(message["headers"], self._scope, self._settings)
            start = {**message, "headers": [*protected, *cors.headers(self._scope)]}
            if has_opt(self._scope, STREAMED):
                await self._send(start)
            else:
                self._waiting = start
            return
        start, self._waiting = self._waiting, None
        if start is not None and not message.get("more_body"):
            await self._send_whole(start, message.get("body", b""))
            return
        if start is not None:
            await self._send(start)
        await self._send(message)

    async def _send_whole(self, start: Any, body: bytes) -> None:
        self._whole = start, body
        if compression.accepts_gzip(self._scope) and compression.is_worth_compressing(start["headers"], body):
            headers, body = compression.compressed(start["headers"], body)
            start = {**start, "headers": headers}
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    def to_cache(self, dependencies: Dependencies) -> CachedResponse | None:
        """The response that was sent, if its route and its dependencies allow caching; only a 200 without cookies is cached."""
        if self._whole is None or not dependencies.is_cacheable or not has_opt(self._scope, CACHEABLE):
            return None
        start, body = self._whole
        if start["status"] != 200 or any(name == b"set-cookie" for name, _value in start["headers"]):
            return None
        return CachedResponse(limits.without_limit_headers(start["headers"]), body, dependencies, limits.requester(self._scope))
