"""CSRF tokens: refuses forms without a valid token before their body is parsed.

Litestar's CSRF middleware reads the whole form to find the token, and does not check that it made the token. This middleware
runs before it: it looks for the token in a header, then in the beginning of the body, and hands Litestar only the token.
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
from litestar.middleware.csrf import CSRF_SECRET_LENGTH, generate_csrf_hash, generate_csrf_token
from litestar.types import ASGIApp, Receive, Scope, Send
from litestar.utils.scope.state import ScopeState

from gazouillis.infra import request_sizes
from gazouillis.infra.http import request_bodies
from gazouillis.web.request_context import CSRF_COOKIE, CSRF_FIELD, AnyRequest

LENGTH = CSRF_SECRET_LENGTH + 64
"""Characters of a token: the random secret, then its signature (64 hexadecimal digits)."""
SAFE = {"GET", "HEAD", "OPTIONS"}
HEADER = "x-csrftoken"


class CsrfTokens(ASGIMiddleware):
    """A cookie with a token that this server did not sign is ignored, so that the next page sets a valid one."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, secret: str) -> None:
        self._secret = secret

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request: AnyRequest = Request(scope, receive, send)
        is_valid = _is_made_with(self._secret, request.cookies.get(CSRF_COOKIE, ""))
        if not is_valid:
            request.cookies.pop(CSRF_COOKIE, None)
        token = ""
        if request.method not in SAFE:
            body = _PeekedBody(receive)
            receive = scope["state"]["receive"] = body.receive  # for `unsent`
            token = request.headers.get(HEADER, "") or (await _token_in_body(request, body) if is_valid else "")
            if not is_valid:
                scope["state"]["renewed_token"] = generate_csrf_token(self._secret)  # for `unsent`
            if not is_valid or not token or not token.isascii():
                raise PermissionDeniedException
        # Litestar's middleware reads the token from here instead of parsing the form.
        ScopeState.from_scope(scope).form = {CSRF_FIELD: token} if token else {}
        await next_app(scope, receive, send)


class _PeekedBody:
    """Reads the beginning of a body, and replays it to the application."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._replayed: list[Any] = []

    async def chunks(self) -> AsyncIterator[bytes]:
        is_more = True
        while is_more:
            message: Any = await self._receive()
            self._replayed.append(message)
            is_more = bool(message.get("more_body"))
            yield message.get("body", b"")

    async def receive(self) -> Any:
        return self._replayed.pop(0) if self._replayed else await self._receive()


def _is_made_with(secret: str, token: str) -> bool:
    return len(token) == LENGTH and token.isascii() and _is_signed(secret, token)


@lru_cache(10_000)
def _is_signed(secret: str, token: str) -> bool:
    return compare_digest(token[CSRF_SECRET_LENGTH:], generate_csrf_hash(token[:CSRF_SECRET_LENGTH], secret))


async def _token_in_body(request: AnyRequest, body: _PeekedBody) -> str:
    match request.content_type:
        case RequestEncodingType.URL_ENCODED, _:
            return _token_among(await request_bodies.read_all(body.chunks()))
        case RequestEncodingType.MULTI_PART, options:
            return await request_bodies.multipart_field(body.chunks(), options.get("boundary", ""), CSRF_FIELD)
        case _:
            return ""


def _token_among(body: bytes) -> str:
    """A token has no characters that would need URL decoding, and the other fields are not parsed."""
    start = CSRF_FIELD.encode() + b"="
    fields = body.split(b"&", request_sizes.FIELDS)
    return next((one.removeprefix(start).decode("latin-1") for one in fields if one.startswith(start)), "")
