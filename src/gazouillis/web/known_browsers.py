"""Browsers in which somebody has signed in before: whoever guesses passwords from elsewhere does not lock them out.

Such a browser keeps a signed cookie, which opens nothing by itself. It stops counting when the password changes, so that what was
collected with a stolen one gives no more tries.
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
"""Sent nowhere else: it makes no other request longer."""
LIFETIME = 400 * 24 * 3600
"""As long as browsers keep a cookie: https://www.rfc-editor.org/rfc/rfc6265"""
MOST_PEOPLE = 5
"""Who share a browser. The one who signed in longest ago is forgotten."""
SHORT = 12


class Known(msgspec.Struct, frozen=True):
    """`browser` is a name that says nothing; `people`: a mark for each account and its password."""

    browser: str
    people: list[str]


def browser_of(request: AnyRequest, user: User | None) -> str:
    """The name of a browser in which this person has signed in; empty when it is not known for them."""
    known = _read(request)
    return known.browser if user is not None and _mark(user.account_id, user.password_hash) in known.people else ""


def remember(answer: Response[Any], request: AnyRequest, account_id: int, password_hash: str) -> None:
    """After somebody has signed in there."""
    site, known, mark = site_of(request), _read(request), _mark(account_id, password_hash)
    people = [mark, *(one for one in known.people if one != mark)][:MOST_PEOPLE]
    value = site.secrets.sign(COOKIE, msgspec.to_builtins(Known(known.browser or new_token()[:SHORT], people)))
    answer.set_cookie(
        Cookie(COOKIE, value=value, path=PATH, max_age=LIFETIME, httponly=True, samesite="lax", secure=site.settings.is_secure)
    )


def _read(request: AnyRequest) -> Known:
    try:
        return msgspec.convert(site_of(request).secrets.unsign(COOKIE, request.cookies.get(COOKIE, ""), max_age=LIFETIME), Known)
    except (NotFound, msgspec.ValidationError):
        return Known("", [])


def _mark(account_id: int, password_hash: str) -> str:
    return digest(f"{account_id} {password_hash}").hex()[:SHORT]
