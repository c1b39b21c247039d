"""How many pages somebody may ask for: many to read, fewer of what makes work. The API has limits of its own (`api.limits`).

People who are signed in are counted by account, everybody else by address: a school behind one address reads 3,000 pages in five
minutes (`pages_per_address`), and each of its members who is signed in has pages of their own.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from litestar import _parsers
from markupsafe import Markup

from gazouillis.accounts.models import User
from gazouillis.accounts.options import OPTIONS, SiteOptions
from gazouillis.accounts.sessions import SESSIONS
from gazouillis.infra.basics.errors import TooMany
from gazouillis.infra.limits import Allowance, client_network
from gazouillis.infra.secrets import digest
from gazouillis.infra.site import Site
from gazouillis.web import i18n
from gazouillis.web.rendering import Page
from gazouillis.web.request_context import SESSION
from gazouillis.web.templating import Templates

NO_PAGES = (
    *("/api/", "/oauth/", "/static/", "/media/", "/avatars/", "/headers/", "/icons/"),
    *("/favicon.ico", "/robots.txt", "/manifest.webmanifest"),
)
"""What apps ask for is counted elsewhere. Files are given as they are, and browsers keep them."""


class Rule(msgspec.Struct, frozen=True):
    """So many in one window; `visitors` of one address together, `members` one by one."""

    name: str
    visitors: int
    members: int
    window: timedelta = timedelta(minutes=5)


PAGES = Rule("pages", visitors=3_000, members=1_500)
"""For visitors, the setting counts."""
SEARCHES = Rule("searches", visitors=150, members=150)
FORMS = Rule("forms", visitors=100, members=300)

READING, SEARCHING, SENDING = (PAGES,), (PAGES, SEARCHES), (FORMS,)


async def exceeded(site: Site, scope: Any, account_id: str) -> Allowance | None:
    """Counts one more. `account_id`: empty for visitors. What is answered when it is one too many; None: it is not."""
    path, client = scope["path"], scope["client"]
    if site.settings.rate_limits != "on" or not client or path.startswith(NO_PAGES):
        return None
    who = account_id or client_network(client[0])
    for rule in _rules(scope["method"], path):
        limit = rule.members if account_id else site.settings.pages_per_address if rule is PAGES else rule.visitors
        if (spent := await site.limits.count(f"{rule.name}:{who}", limit, rule.window)).is_exceeded:
            return spent
    return None


def account_of(site: Site, scope: Any) -> str:
    """Whose session it is, if this process remembers: nobody is looked up to be counted. Empty for the others."""
    user = _user(site, scope)
    return str(user.account_id) if user else ""


async def refuse(site: Site, scope: Any, spent: Allowance, send: Any) -> None:
    """With a page that asks nothing of the database."""
    problem = TooMany.until(spent.resets_at, spent.resets_in)
    page = _page(site, scope)
    sentence = i18n.translate(problem.public, page.language)
    body = site.the(Templates).render("error.html", page, status=429, sentence=sentence, request_id="", again="/").encode()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"retry-after", b"%d" % problem.retry_after),
        (b"cache-control", b"private, no-store"),
    ]
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _rules(method: str, path: str) -> tuple[Rule, ...]:
    if method in {"GET", "HEAD", "OPTIONS"}:
        return SEARCHING if path == "/search" else READING
    return SENDING


def _page(site: Site, scope: Any) -> Page:
    user, kept = _user(site, scope), site.db.cache.region(OPTIONS).get(1) if site.db.cache else None
    options = kept or SiteOptions()
    language = i18n.choose_language(user.language if user else "", _header(scope, b"accept-language"), options.language)
    return Page(site_name=options.name, language=language, path="/", csrf_input=Markup(""), is_reader_known=False)


def _user(site: Site, scope: Any) -> User | None:
    token = _parsers.parse_cookie_string(_header(scope, b"cookie")).get(SESSION)
    if not token or site.db.cache is None:
        return None
    found = site.db.cache.region(SESSIONS).get(digest(token))
    return found[1] if found else None


def _header(scope: Any, name: bytes) -> str:
    return next((value.decode("latin-1") for one, value in scope["headers"] if one == name), "")
