"""Known browsers: a signed cookie marks a browser in which somebody has signed in, so that guesses from elsewhere do not lock it out.

The cookie gives no access by itself; it only has a count of tries of its own. It becomes invalid when the password changes, so that
cookies collected with a stolen password give no more tries.
"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response
from litestar.datastructures import Cookie

from gazouillis.accounts.models import User
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.secrets import digest, new_token
from gazouillis.web.request_context import AnyRequest, site_of

COOKIE = "known"
PATH = "/sign-in"
"""The browser sends the cookie only there: other requests do not get longer."""
LIFETIME = 400 * 24 * 3600
"""Seconds: 400 days, as long as browsers keep a cookie: https://www.rfc-editor.org/rfc/rfc6265"""
MOST_PEOPLE = 5
"""How many people may share a browser. The one who signed in longest ago is dropped."""
SHORT = 12
"""Characters of a browser's name and of a fingerprint."""


class KnownBrowser(msgspec.Struct, frozen=True):
    """The content of the cookie. `browser`: a random name; `people`: a fingerprint of each account with its password's hash."""

    browser: str
    people: list[str]


def browser_of(request: AnyRequest, user: User | None) -> str:
    """The name of the browser, if this person has signed in there; else empty."""
    known = _read(request)
    return known.browser if user is not None and _fingerprint(user.account_id, user.password_hash) in known.people else ""


def remember(response: Response[Any], request: AnyRequest, account_id: int, password_hash: str) -> None:
    """Sets the cookie after somebody has signed in."""
    site, known, own = site_of(request), _read(request), _fingerprint(account_id, password_hash)
    people = [own, *(one for one in known.people if one != own)][:MOST_PEOPLE]
    value = site.secrets.sign(COOKIE, msgspec.to_builtins(KnownBrowser(known.browser or new_token()[:SHORT], people)))
    response.set_cookie(
        Cookie(COOKIE, value=value, path=PATH, max_age=LIFETIME, httponly=True, samesite="lax", secure=site.settings.is_secure)
    )


def _read(request: AnyRequest) -> KnownBrowser:
    try:
        return msgspec.convert(site_of(request).secrets.unsign(COOKIE, request.cookies.get(COOKIE, ""), max_age=LIFETIME), KnownBrowser)
    except (NotFound, msgspec.ValidationError):
        return KnownBrowser("", [])


def _fingerprint(account_id: int, password_hash: str) -> str:
    return digest(f"{account_id} {password_hash}").hex()[:SHORT]
