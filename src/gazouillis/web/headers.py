"""What every answer says of itself to the browser: where its parts may come from, who may frame it, how long it may be kept.

https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP
"""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

from gazouillis.web.visit import SESSION

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

UNCOMPRESSED = {"uncompressed": True}
"""For a route's `opt`: what flows line by line, or is packed already."""


def content_security_policy(**changes: str) -> str:
    """The strict policy, but for what a page needs: `form_action="'self' https://app.example"`."""
    chosen = POLICY | {name.replace("_", "-"): sources for name, sources in changes.items()}
    return "; ".join(f"{name} {sources}" for name, sources in chosen.items())


HEADERS = {
    "Content-Security-Policy": content_security_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


async def protect(message: Message, scope: Scope) -> None:
    """For Litestar's `before_send`: a handler's own headers win."""
    if message["type"] != "http.response.start":
        return
    asked: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
    headers = MutableScopeHeaders.from_message(message)
    is_page = headers.get("content-type", "").startswith("text/html")
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if asked.app.state.site.settings.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    headers.setdefault("Cache-Control", "private, no-cache" if is_page and SESSION not in asked.cookies else "private, no-store")
    if is_page:
        headers.extend_header_value("Vary", "Cookie, Accept-Language, HX-Request")
