"""Where requests come in. An answer that is kept is given again here, before any route is looked for.

https://www.rfc-editor.org/rfc/rfc9110#name-head
"""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Litestar
from litestar.routes import HTTPRoute

from gazouillis import asked
from gazouillis.api import cors, limits
from gazouillis.api.parameters import AnyRequest
from gazouillis.infra import answers, litestar_parsers, open_streams, sizes
from gazouillis.infra.answers import ANSWERS, Answer
from gazouillis.infra.errors import Problem, TooLarge, Unavailable
from gazouillis.infra.grounds import Grounds, recorded
from gazouillis.infra.memory import Memory
from gazouillis.infra.open_answers import kept_open
from gazouillis.infra.site import Site
from gazouillis.outgoing import Outgoing
from gazouillis.web import packing, page_limits


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
            if stay := kept_open(scope):
                await stay(receive, send)
        finally:
            open_streams.leave(scope)

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self._answer_head({**scope, "method": "GET"}, receive, send)
        elif scope["method"] == "GET" and (memory := self.site.db.memory):
            await self._answer_once(scope, receive, send, memory)
        elif scope["method"] == "OPTIONS" and cors.is_preflight(scope):
            await _answer_preflight(Outgoing(scope, send, self.site.settings))
        else:
            await self._route(scope, receive, Outgoing(scope, send, self.site.settings))

    def largest_body(self, method: bytes, path: bytes) -> int:
        """What a request to this address may bring."""
        return self._uploads.get((method.decode("latin-1"), path.decode("latin-1")), sizes.BODY)

    async def refuse_body(self, scope: Any, receive: Any, send: Any) -> None:
        """An ASGI application of its own, for a request whose body is larger than that."""
        scope["app"] = scope["litestar_app"] = self
        request: AnyRequest = self.request_class(scope, receive, send)
        answer = self.exception_handlers[Problem](request, TooLarge())
        await answer.to_asgi_response(app=None, request=request)(scope, receive, Outgoing(scope, send, self.site.settings))

    async def _answer_once(self, scope: Any, receive: Any, send: Any, memory: Memory) -> None:
        """From what is kept; else by its route, and kept if that may be."""
        key, kept = asked.key(scope), memory.of(ANSWERS)
        if key is None:
            await self._route(scope, receive, Outgoing(scope, send, self.site.settings))
            return
        known = kept.get(key)
        if known is not None and await self._still_holds(known) and await self._give(known, scope, send):
            if known.is_heavier:
                kept.weigh_again(key, known)
            return
        grounds, since = Grounds(memory), kept.tick
        outgoing = Outgoing(scope, send, self.site.settings)
        with recorded(grounds):
            await self._route(scope, receive, outgoing)
        if answer := outgoing.to_keep(grounds):
            answer.asker = answer.asker or page_limits.account_of(self.site, scope)
            kept.put(key, answer, since)

    async def _route(self, scope: Any, receive: Any, send: Outgoing) -> None:
        """To who answers it, unless it is one page too many."""
        scope.setdefault("state", {})
        spent = await page_limits.exceeded(self.site, scope, page_limits.account_of(self.site, scope))
        if spent is None:
            await super().__call__(scope, receive, send)
        else:
            await page_limits.refuse(self.site, scope, spent, send)

    async def _still_holds(self, answer: Answer) -> bool:
        """Where nobody can tell, its route is asked, and says so in its own way."""
        try:
            async with self.site.db.read() as reader:
                return answer.grounds.hold(reader)
        except Unavailable:
            return False

    async def _give(self, answer: Answer, scope: Any, send: Any) -> bool:
        """Whether it was: who asks too often is told so by the route."""
        told = await limits.spent_again(self.site, scope, answer.asker)
        if told is None or await page_limits.exceeded(self.site, scope, answer.asker):
            return False
        said, body = _packed_once(answer) if packing.unpacks(scope) else (answer.headers, answer.body)
        await send({"type": "http.response.start", "status": 200, "headers": [*said, *told] if told else said})
        await send({"type": "http.response.body", "body": body})
        return True

    async def _answer_head(self, asked: Any, receive: Any, send: Any) -> None:
        has_answered = asyncio.Event()

        async def send_head(message: Any) -> None:
            """The first message is the whole answer; a stream is then told that nobody listens."""
            if not has_answered.is_set():
                has_answered.set()
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        async def receive_until_answered() -> Any:
            return {"type": "http.disconnect"} if has_answered.is_set() else await receive()

        await self._route(asked, receive_until_answered, Outgoing(asked, send_head, self.site.settings))


async def _answer_preflight(send: Outgoing) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _packed_once(answer: Answer) -> tuple[answers.Headers, bytes]:
    if answer.packed is None:
        packed = packing.packed(answer.headers, answer.body)
        if not answer.is_constant:
            return packed
        answer.packed, answer.is_heavier = packed, True
    return answer.packed
