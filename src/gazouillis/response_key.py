"""The keys of the response cache: what a response depends on in its request.

That is the path and the query, and the token for the API; the session, the CSRF token, the language, the theme and whether a script asks,
for pages. Two requests that agree in these share one cached response, whatever their other headers say. Those headers take no memory.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from litestar import _parsers

from gazouillis.infra.cache.responses import Key
from gazouillis.web import display, i18n
from gazouillis.web.csrf import LENGTH as CSRF_TOKEN_LENGTH
from gazouillis.web.request_context import CSRF_COOKIE, FLASH, SESSION

LONGEST_ADDRESS = 1_000
"""Bytes of path and query. A longer request is answered, but its response is not cached."""
LONGEST_TOKEN = 100
LONGEST_COOKIES = 4_000
LONGEST_CACHED_HEADER = 400
"""Bytes. What is read from a longer header is not cached: it is parsed each time."""

Cookies = tuple[str | None, str, str, str]
"""Session, CSRF token, theme, and the language that was chosen."""
_NO_COOKIES: Cookies = (None, "", display.AUTO, "")


def key(scope: Any) -> Key | None:
    """The key of a GET request. None: its response is not cached."""
    path, query = scope["path"], scope["query_string"]
    if len(path) + len(query) > LONGEST_ADDRESS:
        return None
    if path.startswith("/api/"):
        token = _token(scope["headers"])
        return None if token is not None and len(token) > LONGEST_TOKEN else (path, query, token)
    cookies = languages = None
    is_partial = False
    for name, value in scope["headers"]:
        if name == b"cookie":
            cookies = value if cookies is None else cookies
        elif name == b"accept-language":
            languages = value if languages is None else languages
        elif name == b"x-fragment":
            is_partial = True
    used = _NO_COOKIES if cookies is None else _used_cookies(cookies)
    return None if used is None else (path, query, is_partial, used[-1] or _language(languages), *used)


def _token(headers: list[tuple[bytes, bytes]]) -> bytes | None:
    """The bearer token, as `api.caller.bearer_token` reads it."""
    for name, value in headers:
        if name == b"authorization":
            scheme, _space, token = value.partition(b" ")
            return token.strip() if scheme.lower() == b"bearer" else None
    return None


def _language(header: bytes | None) -> str:
    if header is None:
        return ""
    return _first_known(header) if len(header) <= LONGEST_CACHED_HEADER else i18n.first_known(header.decode("latin-1"))


@lru_cache(1024)
def _first_known(header: bytes) -> str:
    return i18n.first_known(header.decode("latin-1"))


def _used_cookies(header: bytes) -> Cookies | None:
    """None: the page shows a flash message, which must appear once only, or the cookies are too long for a key."""
    if len(header) > LONGEST_COOKIES:
        return None
    return _cached_cookies(header) if len(header) <= LONGEST_CACHED_HEADER else _read_cookies(header)


@lru_cache(4096)
def _cached_cookies(header: bytes) -> Cookies | None:
    return _read_cookies(header)


def _read_cookies(header: bytes) -> Cookies | None:
    found = _parsers.parse_cookie_string(header.decode("latin-1"))
    session, csrf_token = found.get(SESSION), found.get(CSRF_COOKIE, "")
    if FLASH in found or (session is not None and len(session) > LONGEST_TOKEN):
        return None
    return session, csrf_token if len(csrf_token) == CSRF_TOKEN_LENGTH else "", display.theme(found), display.language(found)
