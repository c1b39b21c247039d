"""CORS: the headers that let apps in a browser call the API from any origin. https://fetch.spec.whatwg.org/#http-cors-protocol

They authenticate with a token and never with a cookie, so every origin is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable

from litestar.types import Scope

OPEN = ("/api/", "/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/nodeinfo/", "/.well-known/")

HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id",
}

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key",
    "Access-Control-Max-Age": "7200",
}

_PREFLIGHT_HEADER = b"access-control-request-method"

_ENCODED = tuple((name.lower().encode(), value.encode()) for name, value in HEADERS.items())
_PREFLIGHT = (*_ENCODED, *((name.lower().encode(), value.encode()) for name, value in PREFLIGHT.items()))


def is_preflight(scope: Scope) -> bool:
    """Whether this is a CORS preflight. It is accepted on unknown paths too, so that the app can read the 404 of its request.

    Mastodon does the same: https://github.com/cyu/rack-cors, for all of `/api/*`.
    """
    return scope["path"].startswith(OPEN) and any(name == _PREFLIGHT_HEADER for name, _value in scope["headers"])


def headers(scope: Scope) -> Iterable[tuple[bytes, bytes]]:
    """The CORS headers of the response to this request."""
    if not scope["path"].startswith(OPEN):
        return ()
    return _PREFLIGHT if scope.get("method") == "OPTIONS" else _ENCODED
