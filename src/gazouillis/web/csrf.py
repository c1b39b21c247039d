"""Litestar's guard against forged forms reads the whole form to find its key, and takes for granted that keys are those it gave.

Here the key is found first: in a header, or among the first fields. A form without one is refused before it is parsed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import lru_cache
from hmac import compare_digest
from typing import Any

from litestar import Request
from litestar.enums import RequestEncodingType, ScopeType
from litestar.exceptions import PermissionDeniedException
from litestar.middleware import ASGIMiddleware
from litestar.middleware.csrf import CSRF_SECRET_LENGTH, generate_csrf_hash
from litestar.types import ASGIApp, Receive, Scope, Send
from litestar.utils.scope.state import ScopeState

from gazouillis.infra import request_sizes
from gazouillis.infra.http import request_bodies
from gazouillis.web.request_context import CSRF_COOKIE, CSRF_FIELD, AnyRequest

LENGTH = CSRF_SECRET_LENGTH + 64
"""Of what is signed, then of its signature in hexadecimal."""
SAFE = {"GET", "HEAD", "OPTIONS"}
HEADER = "x-csrftoken"


class CsrfTokens(ASGIMiddleware):
    """A key of another server or another time is forgotten, so that the next page brings one which works."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, secret: str) -> None:
        self._secret = secret

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request: AnyRequest = Request(scope, receive, send)
        is_known = _is_made_with(self._secret, request.cookies.get(CSRF_COOKIE, ""))
        if not is_known:
            request.cookies.pop(CSRF_COOKIE, None)
        key = ""
        if request.method not in SAFE:
            ahead = _Ahead(receive)
            receive = ahead.receive
            key = request.headers.get(HEADER, "") or (await _key_in_body(request, ahead) if is_known else "")
            if not is_known or not key or not key.isascii():
                raise PermissionDeniedException
        # All that the guard sees of the form.
        ScopeState.from_scope(scope).form = {CSRF_FIELD: key} if key else {}
        await next_app(scope, receive, send)


class _Ahead:
    """Reads the beginning of a body, which can be read again."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._waiting: list[Any] = []

    async def chunks(self) -> AsyncIterator[bytes]:
        is_more = True
        while is_more:
            message: Any = await self._receive()
            self._waiting.append(message)
            is_more = bool(message.get("more_body"))
            yield message.get("body", b"")

    async def receive(self) -> Any:
        return self._waiting.pop(0) if self._waiting else await self._receive()


def _is_made_with(secret: str, key: str) -> bool:
    return len(key) == LENGTH and key.isascii() and _is_signed(secret, key)


@lru_cache(10_000)
def _is_signed(secret: str, key: str) -> bool:
    return compare_digest(key[CSRF_SECRET_LENGTH:], generate_csrf_hash(key[:CSRF_SECRET_LENGTH], secret))


async def _key_in_body(request: AnyRequest, ahead: _Ahead) -> str:
    match request.content_type:
        case RequestEncodingType.URL_ENCODED, _:
            return _key_among(await request_bodies.whole(ahead.chunks()))
        case RequestEncodingType.MULTI_PART, options:
            return await request_bodies.multipart_field(ahead.chunks(), options.get("boundary", ""), CSRF_FIELD)
        case _:
            return ""


def _key_among(body: bytes) -> str:
    """A key needs no decoding, and the other fields are not looked at."""
    start = CSRF_FIELD.encode() + b"="
    fields = body.split(b"&", request_sizes.FIELDS)
    return next((one.removeprefix(start).decode("latin-1") for one in fields if one.startswith(start)), "")
