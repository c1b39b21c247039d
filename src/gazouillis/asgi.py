"""The ASGI application: every HTTP request and WebSocket enters here.

It looks in the response cache first, before routing. It also answers HEAD as GET without a body
(https://www.rfc-editor.org/rfc/rfc9110#name-head), answers CORS preflights, applies the page rate limits, and hands a connection that stays
open over to its event stream.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

from litestar import Litestar
from litestar.routes import HTTPRoute

from gazouillis import response_key
from gazouillis.api import cors, limits
from gazouillis.api.request import AnyRequest
from gazouillis.asgi_response import ResponseSender
from gazouillis.infra import request_sizes
from gazouillis.infra.basics.errors import Problem, TooLarge, Unavailable
from gazouillis.infra.cache.dependencies import Dependencies, tracking
from gazouillis.infra.cache.regions import LruCache, ProcessCache
from gazouillis.infra.cache.responses import RESPONSES, CachedResponse, Headers, Key
from gazouillis.infra.http import litestar_parsers
from gazouillis.infra.pubsub import stream_limits
from gazouillis.infra.pubsub.server_sent_events import take_over
from gazouillis.infra.site import Site
from gazouillis.web import compression, page_limits
from gazouillis.web.request_context import IS_HEAD


class Application(Litestar):
    """Litestar, with the response cache in front of its router.

    A stream runs after Litestar has returned, so that an open connection does not keep the objects of its request in memory.
    """

    def __init__(self, site: Site, **options: Any) -> None:
        super().__init__(**options)
        self.site = site
        litestar_parsers.bound(self)
        self._body_limits: dict[tuple[str, str], int] = {
            (str(method), route.path): handler.request_max_body_size
            for route in self.routes
            if isinstance(route, HTTPRoute)
            for handler in route.route_handlers
            if isinstance(handler.request_max_body_size, int)
            for method in handler.http_methods
        }
        self._body_limits_by_settings = [
            (str(method), re.compile(_PARAMETER.sub("[^/]+", route.path)), handler.opt["largest_body"])
            for route in self.routes
            if isinstance(route, HTTPRoute)
            for handler in route.route_handlers
            if "largest_body" in handler.opt
            for method in handler.http_methods
        ]
        """Method, pattern of the path, and the function of the settings."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        cache = self.site.db.cache if scope["type"] == "http" and scope["method"] == "GET" else None
        key = response_key.key(scope) if cache is not None else None
        if cache is not None and key is not None and await self._send_cached(cache.region(RESPONSES), key, scope, send):
            return
        scope.setdefault("state", {})
        try:
            await self._answer(scope, receive, send, key)
            stream = take_over(scope)
            if stream and scope.get("method") != "HEAD":
                await stream(receive, send)
        finally:
            stream_limits.leave(scope)

    async def _answer(self, scope: Any, receive: Any, send: Any, key: Key | None) -> None:
        """`key`: under which the response is cached, if it may be."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self._respond_to_head({**scope, "method": "GET", IS_HEAD: True}, receive, send)
        elif key is not None and (cache := self.site.db.cache):
            await self._respond_and_cache(cache, key, scope, receive, send)
        elif scope["method"] == "OPTIONS" and cors.is_preflight(scope):
            await _answer_preflight(ResponseSender(scope, send, self.site.settings))
        else:
            await self._route(scope, receive, ResponseSender(scope, send, self.site.settings))

    def largest_body(self, method: bytes, path: bytes) -> int:
        """How many bytes the body of a request to this path may have."""
        request = method.decode("latin-1"), path.decode("latin-1")
        for wanted, pattern, largest in self._body_limits_by_settings:
            if wanted == request[0] and pattern.fullmatch(request[1]):
                return int(largest(self.site.settings))
        return self._body_limits.get(request, request_sizes.BODY)

    async def refuse_body(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers 413 to a request whose body is larger than `largest_body`. Called by the HTTP protocol instead of the application."""
        scope["app"] = scope["litestar_app"] = self
        request: AnyRequest = self.request_class(scope, receive, send)
        most, sent = self.largest_body(scope["method"].encode(), scope["path"].encode()), request.headers.get("content-length", "")
        problem = TooLarge.by(int(sent), most) if sent.isascii() and sent.isdecimal() and len(sent) < 16 else TooLarge()
        response = self.exception_handlers[Problem](request, problem)
        await response.to_asgi_response(app=None, request=request)(scope, receive, ResponseSender(scope, send, self.site.settings))

    async def _respond_and_cache(self, cache: ProcessCache, key: Key, scope: Any, receive: Any, send: Any) -> None:
        cached = cache.region(RESPONSES)
        dependencies, generation = Dependencies(cache), cached.generation
        outgoing = ResponseSender(scope, send, self.site.settings)
        with tracking(dependencies):
            await self._route(scope, receive, outgoing)
        if response := outgoing.to_cache(dependencies):
            response.requester = response.requester or page_limits.account_of(self.site, scope)
            cached.put(key, response, generation)

    async def _route(self, scope: Any, receive: Any, send: ResponseSender) -> None:
        """Passes the request to its route, or answers 429 when the page rate limit is exceeded."""
        exceeded = await page_limits.exceeded(self.site, scope)
        if exceeded is None:
            await super().__call__(scope, receive, send)
        else:
            await page_limits.refuse(self.site, scope, exceeded, send)

    async def _send_cached(self, cached: LruCache[Key, CachedResponse], key: Key, scope: Any, send: Any) -> bool:
        """Returns whether it was sent. It is not when a rate limit is exceeded: the route then answers 429."""
        response = cached.get(key)
        if response is None or not await self._is_still_valid(response):
            return False
        limit_headers: Headers | None = []
        if limits.are_counted(self.site, scope):
            limit_headers = await limits.count_cached_response(self.site, scope, response.requester)
        elif await page_limits.exceeded(self.site, scope, response.requester):
            return False
        if limit_headers is None:
            return False
        headers, body = _compressed_once(response) if compression.accepts_gzip(scope) else (response.headers, response.body)
        await send({"type": "http.response.start", "status": 200, "headers": [*headers, *limit_headers] if limit_headers else headers})
        await send({"type": "http.response.body", "body": body})
        if response.is_heavier:  # its compressed form was added
            cached.weigh_again(key, response)
        return True

    async def _is_still_valid(self, response: CachedResponse) -> bool:
        """Whether nothing that the response depends on has changed. False without a database: the route then answers 503."""
        try:
            async with self.site.db.read() as reader:
                return response.dependencies.still_valid(reader)
        except Unavailable:
            return False

    async def _respond_to_head(self, scope: Any, receive: Any, send: Any) -> None:
        """`scope` asks for GET: the route is run, and only the head of its response is sent. Event streams are not served."""
        has_answered = asyncio.Event()

        async def send_head(message: Any) -> None:
            """The first message is the whole response."""
            if not has_answered.is_set():
                has_answered.set()
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        async def receive_until_answered() -> Any:
            return {"type": "http.disconnect"} if has_answered.is_set() else await receive()

        await self._route(scope, receive_until_answered, ResponseSender(scope, send_head, self.site.settings))


_PARAMETER = re.compile(r"\{[^}]*\}")
"""In the path of a route."""


async def _answer_preflight(send: ResponseSender) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _compressed_once(response: CachedResponse) -> tuple[Headers, bytes]:
    """Headers and gzip body. They are kept with the cached response, unless it has a nonce, which makes each body different."""
    if response.compressed is None:
        compressed = compression.compressed(response.headers, response.body)
        if not response.is_constant:
            return compressed
        response.compressed, response.is_heavier = compressed, True
    return response.compressed
