"""Litestar's guard against forged forms takes for granted that keys are those it gave. Browsers, and others, send more than that."""

from __future__ import annotations

from functools import lru_cache
from hmac import compare_digest

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.enums import RequestEncodingType, ScopeType
from litestar.exceptions import PermissionDeniedException
from litestar.middleware import ASGIMiddleware
from litestar.middleware.csrf import CSRF_SECRET_LENGTH, generate_csrf_hash
from litestar.types import ASGIApp, Receive, Scope, Send
from litestar.utils.scope.state import ScopeState

from gazouillis.web.visit import CSRF_COOKIE, CSRF_FIELD, AnyRequest

FORMS = {RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART}
LENGTH = CSRF_SECRET_LENGTH + 64
"""Of what is signed, then of its signature in hexadecimal."""
SAFE = {"GET", "HEAD", "OPTIONS"}


class FormKeys(ASGIMiddleware):
    """A key of another server or another time is forgotten, so that the next page brings one which works."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, secret: str) -> None:
        self._secret = secret

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request: AnyRequest = Request(scope, receive, send)
        try:
            await self._check(request)
            await next_app(scope, receive, send)
        finally:
            await _close(ScopeState.from_scope(scope).form)

    async def _check(self, request: AnyRequest) -> None:
        if not _is_made_with(self._secret, request.cookies.get(CSRF_COOKIE, "")):
            request.cookies.pop(CSRF_COOKIE, None)
        elif request.method not in SAFE and not await _has_plain_keys(request):
            raise PermissionDeniedException


def _is_made_with(secret: str, key: str) -> bool:
    return len(key) == LENGTH and key.isascii() and _is_signed(secret, key)


@lru_cache(10_000)
def _is_signed(secret: str, key: str) -> bool:
    return compare_digest(key[CSRF_SECRET_LENGTH:], generate_csrf_hash(key[:CSRF_SECRET_LENGTH], secret))


async def _has_plain_keys(request: AnyRequest) -> bool:
    form = await request.form() if request.content_type[0] in FORMS else FormMultiDict([])
    keys = [request.headers.get("x-csrftoken", ""), *form.getall(CSRF_FIELD, [])]
    return all(isinstance(key, str) and key.isascii() for key in keys)


async def _close(form: object) -> None:
    """Litestar closes the files of a form once it was handled, not of one that was refused."""
    if isinstance(form, dict):
        await FormMultiDict.from_form_data(form).close()
