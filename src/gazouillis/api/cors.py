"""https://fetch.spec.whatwg.org/#http-cors-protocol – apps that run in a browser come from anywhere, with a token and never a cookie."""

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

_PREFLIGHT_ASKS = b"access-control-request-method"

_ENCODED = tuple((name.lower().encode(), value.encode()) for name, value in HEADERS.items())
_PREFLIGHT = (*_ENCODED, *((name.lower().encode(), value.encode()) for name, value in PREFLIGHT.items()))


def is_preflight(scope: Scope) -> bool:
    """Whether a browser asks if an app may ask. Yes, also where nothing is: the app reads the answer itself, with its 404.

    Mastodon answers so too: https://github.com/cyu/rack-cors, for all of `/api/*`.
    """
    return scope["path"].startswith(OPEN) and any(name == _PREFLIGHT_ASKS for name, _value in scope["headers"])


def headers(scope: Scope) -> Iterable[tuple[bytes, bytes]]:
    """What an answer to this request says to apps from elsewhere."""
    if not scope["path"].startswith(OPEN):
        return ()
    return _PREFLIGHT if scope.get("method") == "OPTIONS" else _ENCODED
