"""What was chosen from a request to make its answer: the key under which the answer is kept.

Two requests that choose the same share one answer, whatever else their headers say; and headers, of which there may be any number,
take no room.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from litestar import _parsers

from gazouillis.infra.cache.responses import Key
from gazouillis.web import i18n
from gazouillis.web.csrf import LENGTH as FORM_KEY_LENGTH
from gazouillis.web.request_context import CSRF_COOKIE, FLASH, SESSION

LONGEST_ADDRESS = 1_000
"""Of path and query. What is longer is answered, and not kept."""
LONGEST_TOKEN = 100
LONGEST_COOKIES = 4_000
LONGEST_REMEMBERED = 400
"""A header that is longer is read each time."""

Cookies = tuple[str | None, str] | None
"""The session, and the key of forms; None: there is something that is shown once."""


def key(scope: Any) -> Key | None:
    """Of a GET. None: its answer is not kept."""
    path, query = scope["path"], scope["query_string"]
    if len(path) + len(query) > LONGEST_ADDRESS:
        return None
    authorization = cookies = languages = None
    is_partial = False
    for name, value in scope["headers"]:
        if name == b"cookie":
            cookies = value if cookies is None else cookies
        elif name == b"accept-language":
            languages = value if languages is None else languages
        elif name == b"authorization":
            authorization = value if authorization is None else authorization
        elif name == b"hx-request":
            is_partial = True
    if path.startswith("/api/"):
        token = None if authorization is None else _token(authorization)
        return None if token is not None and len(token) > LONGEST_TOKEN else (path, query, token)
    chosen = (None, "") if cookies is None else _chosen_cookies(cookies)
    return None if chosen is None else (path, query, is_partial, _language(languages), *chosen)


def _token(authorization: bytes) -> bytes | None:
    """As `api.authorised.shown_token` reads it."""
    scheme, _space, token = authorization.partition(b" ")
    return token.strip() if scheme.lower() == b"bearer" else None


def _language(header: bytes | None) -> str:
    if header is None:
        return ""
    return _first_known(header) if len(header) <= LONGEST_REMEMBERED else i18n.first_known(header.decode("latin-1"))


@lru_cache(1024)
def _first_known(header: bytes) -> str:
    return i18n.first_known(header.decode("latin-1"))


def _chosen_cookies(header: bytes) -> Cookies:
    if len(header) > LONGEST_COOKIES:
        return None
    return _remembered_cookies(header) if len(header) <= LONGEST_REMEMBERED else _read_cookies(header)


@lru_cache(4096)
def _remembered_cookies(header: bytes) -> Cookies:
    return _read_cookies(header)


def _read_cookies(header: bytes) -> Cookies:
    found = _parsers.parse_cookie_string(header.decode("latin-1"))
    session, form_key = found.get(SESSION), found.get(CSRF_COOKIE, "")
    if FLASH in found or (session is not None and len(session) > LONGEST_TOKEN):
        return None
    return session, form_key if len(form_key) == FORM_KEY_LENGTH else ""
