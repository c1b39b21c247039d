"""What every answer says of itself to the browser: where its parts may come from, who may frame it, how long it may be kept.

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
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


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

WITH_OPENER = frozenset({"/sign-in", "/sign-up", "/sign-up/waiting", "/oauth/authorize"})
"""Web apps open these in a window and wait until it comes back to them: nowhere on the way, faults included, may it lose its opener."""

PAGE_VARIES_BY = b"Cookie, Accept-Language, HX-Request"

# As they are sent, since every answer carries them.
_ENCODED = tuple((name.lower().encode(), value.encode()) for name, value in HEADERS.items())
_ENCODED_WITH_OPENER = tuple((name, b"unsafe-none" if name == b"cross-origin-opener-policy" else value) for name, value in _ENCODED)
_SECURE = (b"strict-transport-security", b"max-age=31536000")
_KEPT_NOWHERE = (b"cache-control", b"private, no-store")
_ASKED_AGAIN = (b"cache-control", b"private, no-cache")


def protected(said: Iterable[tuple[bytes, bytes]], scope: Scope, settings: Settings) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, with all that it does not say itself."""
    headers = list(said)
    given = dict(headers)
    is_page = given.get(b"content-type", b"").startswith(b"text/html")
    ours = _ENCODED_WITH_OPENER if scope["path"].rstrip("/") in WITH_OPENER else _ENCODED
    added = [*ours, _ASKED_AGAIN if is_page and not _has_session(scope) else _KEPT_NOWHERE]
    if settings.is_secure:
        added.append(_SECURE)
    headers += [one for one in added if one[0] not in given]
    if is_page:
        varies = given.get(b"vary")
        headers = [one for one in headers if one[0] != b"vary"]
        headers.append((b"vary", b", ".join(filter(None, (varies, PAGE_VARIES_BY)))))
    if b"set-cookie" in given and not _is_for_one(given.get(b"cache-control", b"private")):
        headers = [one for one in headers if one[0] != b"set-cookie"]
    return headers


def _is_for_one(cache_control: bytes) -> bool:
    """What caches may keep for all must not hand one browser's cookie to the next: https://www.rfc-editor.org/rfc/rfc9111#section-7.3"""
    return b"private" in cache_control or b"no-store" in cache_control


def _has_session(scope: Scope) -> bool:
    asked: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
    return SESSION in asked.cookies
