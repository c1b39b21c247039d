"""Security and caching headers of every response: content security policy, framing, HTTPS, Cache-Control, Vary.

https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.types import Scope

from gazouillis.infra.settings import Settings
from gazouillis.web.request_context import SESSION

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "media-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def content_security_policy(**changes: str) -> str:
    """The strict policy with the changes that a page needs: `form_action="'self' https://app.example"`."""
    chosen = POLICY | {name.replace("_", "-"): sources for name, sources in changes.items()}
    return "; ".join(f"{name} {sources}" for name, sources in chosen.items())


IN_ANY_FRAME = "frame-ancestors *"
"""The directive of a page that every site may frame. X-Frame-Options, for browsers that do not know it, cannot say this: it is left out."""

HEADERS = {
    "Content-Security-Policy": content_security_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
OF_PARTS = ("Content-Security-Policy", "X-Content-Type-Options")
"""The headers of what a page loads: the others say how a page is opened and left. A first visit loads three dozen such files."""
PARTS = (b"text/javascript", b"text/css", b"image/", b"font/")
"""How their media types begin."""

KEEPS_OPENER = frozenset({"/sign-in", "/sign-up", "/sign-up/waiting", "/oauth/authorize"})
"""Web apps open these pages in a window and wait for it to come back. All of them, error pages included, must keep `window.opener`."""

PAGE_VARIES_BY = b"Cookie, Accept-Language, X-Fragment"

# Encoded once, since every response carries them.
_ENCODED = tuple((name.lower().encode(), value.encode()) for name, value in HEADERS.items())
_ENCODED_KEEPS_OPENER = tuple((name, b"unsafe-none" if name == b"cross-origin-opener-policy" else value) for name, value in _ENCODED)
_ENCODED_OF_PARTS = tuple((name.lower().encode(), HEADERS[name].encode()) for name in OF_PARTS)
_SECURE = (b"strict-transport-security", b"max-age=31536000")
_NO_STORE = (b"cache-control", b"private, no-store")
_NO_CACHE = (b"cache-control", b"private, no-cache")


def with_security_headers(sent: Iterable[tuple[bytes, bytes]], scope: Scope, settings: Settings) -> list[tuple[bytes, bytes]]:
    """The response's own headers, and those of ours that it does not set itself."""
    headers = list(sent)
    own = dict(headers)
    media_type = own.get(b"content-type", b"")
    is_page = media_type.startswith(b"text/html")
    ours = _ENCODED_KEEPS_OPENER if scope["path"].rstrip("/") in KEEPS_OPENER else _ENCODED
    if media_type.startswith(PARTS):
        ours = _ENCODED_OF_PARTS
    if IN_ANY_FRAME.encode() in own.get(b"content-security-policy", b""):
        ours = tuple(one for one in ours if one[0] != b"x-frame-options")
    added = [*ours, _NO_CACHE if is_page and not _has_session(scope) else _NO_STORE]
    if settings.is_secure:
        added.append(_SECURE)
    headers += [one for one in added if one[0] not in own]
    if is_page:
        varies = own.get(b"vary")
        headers = [one for one in headers if one[0] != b"vary"]
        headers.append((b"vary", b", ".join(filter(None, (varies, PAGE_VARIES_BY)))))
    if b"set-cookie" in own and not _is_for_one(own.get(b"cache-control", b"private")):
        headers = [one for one in headers if one[0] != b"set-cookie"]
    return headers


def _is_for_one(cache_control: bytes) -> bool:
    """A response that shared caches may keep must not carry one browser's cookie to another: https://www.rfc-editor.org/rfc/rfc9111#section-7.3"""
    return b"private" in cache_control or b"no-store" in cache_control


def _has_session(scope: Scope) -> bool:
    connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
    return SESSION in connection.cookies
