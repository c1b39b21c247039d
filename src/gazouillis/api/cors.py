"""https://fetch.spec.whatwg.org/#http-cors-protocol – apps that run in a browser come from anywhere, with a token and never a cookie."""

from __future__ import annotations

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

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

_ENCODED = tuple((name.lower().encode(), value.encode()) for name, value in HEADERS.items())
_PREFLIGHT = (*_ENCODED, *((name.lower().encode(), value.encode()) for name, value in PREFLIGHT.items()))


class Cors(ASGIMiddleware):
    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if not scope["path"].startswith(OPEN):
            await next_app(scope, receive, send)
            return
        added = _PREFLIGHT if scope.get("method") == "OPTIONS" else _ENCODED

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await next_app(scope, receive, send_with_headers)
