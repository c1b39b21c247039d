"""Rate limits of pages, searches and forms. The API has limits of its own (`api.limits`).

Signed-in people are counted by account, everybody else by IP address. A school behind one address reads 3,000 pages in five
minutes (`pages_per_address`), and each of its members who is signed in has a limit of their own.
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

UNCOUNTED_PREFIXES = (
    *("/api/", "/oauth/", "/static/", "/media/", "/avatars/", "/headers/", "/icons/"),
    *("/favicon.ico", "/robots.txt", "/manifest.webmanifest", "/sw.js"),
)
"""Path prefixes that are not counted here: the API is counted in `api.limits`; files are cheap, and browsers cache them."""


class Rule(msgspec.Struct, frozen=True):
    """Most requests in one window: `visitors` for one IP address, `members` for one account."""

    name: str
    visitors: int
    members: int
    window: timedelta = timedelta(minutes=5)


PAGES = Rule("pages", visitors=3_000, members=1_500)
"""For visitors, the setting `pages_per_address` applies instead of `visitors`."""
SEARCHES = Rule("searches", visitors=150, members=150)
FORMS = Rule("forms", visitors=100, members=300)

PROPOSALS = Rule("proposals", visitors=100, members=150)
"""Of a stay, while a text is written: they come by themselves, and must not use up what the forms may send."""
UPLOADS = Rule("uploads", visitors=300, members=1_500)
"""Parts of files that are sent in the background; how many files, `resumable.MOST_UNFINISHED` and the limit of uploads say."""

READING, SEARCHING, SENDING = (PAGES,), (PAGES, SEARCHES), (FORMS,)


async def exceeded(site: Site, scope: Any, account_id: str | None = None) -> Allowance | None:
    """Counts one request. Returns the exceeded allowance, or None while the request may pass.

    `account_id`: empty for visitors. Without it, the session is looked up, if the request is counted at all.
    """
    path, client = scope["path"], scope["client"]
    if site.settings.rate_limits != "on" or not client or path.startswith(UNCOUNTED_PREFIXES):
        return None
    if account_id is None:
        account_id = account_of(site, scope)
    who = account_id or client_network(client[0])
    for rule in _rules(scope["method"], path):
        limit = rule.members if account_id else site.settings.pages_per_address if rule is PAGES else rule.visitors
        if (allowance := await site.limits.count(f"{rule.name}:{who}", limit, rule.window)).is_exceeded:
            return allowance
    return None


def account_of(site: Site, scope: Any) -> str:
    """The account id of the session, if the session is cached in this process; else empty. Counting makes no query."""
    user = _user(site, scope)
    return str(user.account_id) if user else ""


async def refuse(site: Site, scope: Any, allowance: Allowance, send: Any) -> None:
    """Sends the page 429, without using the database."""
    problem = TooMany.until(allowance.resets_at, allowance.resets_in)
    page = _page(site, scope)
    sentence = i18n.translate(problem.public, page.language)
    body = site.the(Templates).render("error.html", page, status=429, sentence=sentence, request_id="", retry_path="/").encode()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"retry-after", b"%d" % problem.retry_after),
        (b"cache-control", b"private, no-store"),
    ]
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _rules(method: str, path: str) -> tuple[Rule, ...]:
    if path.startswith("/uploads/"):
        return (UPLOADS,)
    if path == "/compose/stay":
        return (PROPOSALS,)
    if method in {"GET", "HEAD", "OPTIONS"}:
        return SEARCHING if path == "/search" or path.endswith("/how-i-know") else READING
    return SENDING


def _page(site: Site, scope: Any) -> Page:
    user, cached = _user(site, scope), site.db.cache.region(OPTIONS).get(1) if site.db.cache else None
    options = cached or SiteOptions()
    language = i18n.choose_language(user.language if user else "", _header(scope, b"accept-language"), options.language)
    return Page(site_name=options.name, language=language, path="/", csrf_input=Markup(""), is_viewer_known=False)


def _user(site: Site, scope: Any) -> User | None:
    token = _parsers.parse_cookie_string(_header(scope, b"cookie")).get(SESSION)
    if not token or site.db.cache is None:
        return None
    cached = site.db.cache.region(SESSIONS).get(digest(token))
    return cached[1] if cached else None


def _header(scope: Any, name: bytes) -> str:
    return next((value.decode("latin-1") for one, value in scope["headers"] if one == name), "")
