"""Where requests come in. An answer that is kept is given again here, before any route is looked for.

https://www.rfc-editor.org/rfc/rfc9110#name-head
"""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Litestar
from litestar.routes import HTTPRoute

from gazouillis import response_key
from gazouillis.api import cors, limits
from gazouillis.api.parameters import AnyRequest
from gazouillis.asgi_response import ResponseSender
from gazouillis.infra import request_sizes
from gazouillis.infra.basics.errors import Problem, TooLarge, Unavailable
from gazouillis.infra.cache import responses
from gazouillis.infra.cache.dependencies import Dependencies, tracking
from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.infra.cache.responses import RESPONSES, CachedResponse
from gazouillis.infra.http import litestar_parsers
from gazouillis.infra.pubsub import stream_limits
from gazouillis.infra.pubsub.server_sent_events import take_over
from gazouillis.infra.site import Site
from gazouillis.web import compression, page_limits


class Application(Litestar):
    """Answers HEAD wherever it answers GET, and lets go of a request whose answer stays open."""

    def __init__(self, site: Site, **options: Any) -> None:
        super().__init__(**options)
        self.site = site
        litestar_parsers.bound(self)
        self._uploads: dict[tuple[str, str], int] = {
            (str(method), route.path): handler.request_max_body_size
            for route in self.routes
            if isinstance(route, HTTPRoute)
            for handler in route.route_handlers
            if isinstance(handler.request_max_body_size, int)
            for method in handler.http_methods
        }

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self._answer(scope, receive, send)
            if stay := take_over(scope):
                await stay(receive, send)
        finally:
            stream_limits.leave(scope)

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self._respond_to_head({**scope, "method": "GET"}, receive, send)
        elif scope["method"] == "GET" and (cache := self.site.db.cache):
            await self._respond_cached(scope, receive, send, cache)
        elif scope["method"] == "OPTIONS" and cors.is_preflight(scope):
            await _answer_preflight(ResponseSender(scope, send, self.site.settings))
        else:
            await self._route(scope, receive, ResponseSender(scope, send, self.site.settings))

    def largest_body(self, method: bytes, path: bytes) -> int:
        """What a request to this address may bring."""
        return self._uploads.get((method.decode("latin-1"), path.decode("latin-1")), request_sizes.BODY)

    async def refuse_body(self, scope: Any, receive: Any, send: Any) -> None:
        """An ASGI application of its own, for a request whose body is larger than that."""
        scope["app"] = scope["litestar_app"] = self
        request: AnyRequest = self.request_class(scope, receive, send)
        response = self.exception_handlers[Problem](request, TooLarge())
        await response.to_asgi_response(app=None, request=request)(scope, receive, ResponseSender(scope, send, self.site.settings))

    async def _respond_cached(self, scope: Any, receive: Any, send: Any, cache: ProcessCache) -> None:
        """From what is kept; else by its route, and kept if that may be."""
        key, cached = response_key.key(scope), cache.region(RESPONSES)
        if key is None:
            await self._route(scope, receive, ResponseSender(scope, send, self.site.settings))
            return
        response = cached.get(key)
        if response is not None and await self._is_still_valid(response) and await self._send_cached(response, scope, send):
            if response.is_heavier:
                cached.weigh_again(key, response)
            return
        dependencies, since = Dependencies(cache), cached.generation
        outgoing = ResponseSender(scope, send, self.site.settings)
        with tracking(dependencies):
            await self._route(scope, receive, outgoing)
        if response := outgoing.to_cache(dependencies):
            response.requester = response.requester or page_limits.account_of(self.site, scope)
            cached.put(key, response, since)

    async def _route(self, scope: Any, receive: Any, send: ResponseSender) -> None:
        """To who answers it, unless it is one page too many."""
        scope.setdefault("state", {})
        spent = await page_limits.exceeded(self.site, scope, page_limits.account_of(self.site, scope))
        if spent is None:
            await super().__call__(scope, receive, send)
        else:
            await page_limits.refuse(self.site, scope, spent, send)

    async def _is_still_valid(self, response: CachedResponse) -> bool:
        """Where nobody can tell, its route is asked, and says so in its own way."""
        try:
            async with self.site.db.read() as reader:
                return response.dependencies.still_valid(reader)
        except Unavailable:
            return False

    async def _send_cached(self, response: CachedResponse, scope: Any, send: Any) -> bool:
        """Whether it was: who asks too often is told so by the route."""
        limit_headers = await limits.spent_again(self.site, scope, response.requester)
        if limit_headers is None or await page_limits.exceeded(self.site, scope, response.requester):
            return False
        headers, body = _compressed_once(response) if compression.accepts_gzip(scope) else (response.headers, response.body)
        await send({"type": "http.response.start", "status": 200, "headers": [*headers, *limit_headers] if limit_headers else headers})
        await send({"type": "http.response.body", "body": body})
        return True

    async def _respond_to_head(self, response_key: Any, receive: Any, send: Any) -> None:
        has_answered = asyncio.Event()

        async def send_head(message: Any) -> None:
            """The first message is the whole answer; a stream is then told that nobody listens."""
            if not has_answered.is_set():
                has_answered.set()
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        async def receive_until_answered() -> Any:
            return {"type": "http.disconnect"} if has_answered.is_set() else await receive()

        await self._route(response_key, receive_until_answered, ResponseSender(response_key, send_head, self.site.settings))


async def _answer_preflight(send: ResponseSender) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _compressed_once(response: CachedResponse) -> tuple[responses.Headers, bytes]:
    if response.compressed is None:
        compressed = compression.compressed(response.headers, response.body)
        if not response.is_constant:
            return compressed
        response.compressed, response.is_heavier = compressed, True
    return response.compressed
