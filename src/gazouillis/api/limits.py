"""Rate limits of the API, and the headers that report them. https://docs.joinmastodon.org/api/rate-limits/"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, cast

import msgspec
from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from gazouillis.api import errors
from gazouillis.api.caller import Member, identified, identify
from gazouillis.api.request import AnyRequest
from gazouillis.infra.basics.errors import TooMany
from gazouillis.infra.limits import Allowance, client_network
from gazouillis.infra.site import HasSite, Site


class Rule(msgspec.Struct, frozen=True):
    """How many requests of one kind are allowed in one window of time."""

    name: str
    limit: int
    window: timedelta
    pattern: str
    """Regular expression over method and path, such as `POST /api/v1/statuses`."""
    by_address: bool = False
    """Count by IP address even when an account calls."""


Headers = list[tuple[bytes, bytes]]

RULES = (
    Rule("all", 300, timedelta(minutes=5), r".*"),
    Rule("publish", 300, timedelta(hours=3), r"POST /api/(?:v1/statuses|gazouillis/v1/statuses/\d+/thanks)"),
    Rule("remove", 30, timedelta(minutes=30), r"DELETE /api/v1/statuses/\d+|POST /api/v1/statuses/\d+/unreblog"),
    Rule("media", 30, timedelta(minutes=30), r"POST /api/v[12]/media"),
    Rule("sign up", 5, timedelta(minutes=30), r"POST /api/v1/accounts", by_address=True),
    Rule("searches", 150, timedelta(minutes=5), r"GET /api/(?:v[12]/(?:accounts/)?search|gazouillis/v1/(?:places|accounts/\d+/paths))"),
    Rule("apps", 30, timedelta(minutes=30), r"POST /api/v1/apps", by_address=True),
)


_PATTERNS = tuple((rule, re.compile(rule.pattern)) for rule in RULES)
LONGEST_CACHED = 100
"""Characters of method and path. The rules of longer ones are not cached."""
_PREFIX = b"x-ratelimit-"


class RateLimits(ASGIMiddleware):
    """Middleware that counts requests and refuses those over a limit. The headers report the rule with the fewest requests left."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        own_site = cast("HasSite", scope["litestar_app"]).site
        if not are_counted(own_site, scope):
            await next_app(scope, receive, send)
            return
        request: AnyRequest = Request(scope, receive, send)
        await identify(request)
        tightest = await _count(own_site, scope, requester(scope))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_headers(tightest)]
            await send(message)

        if tightest.is_exceeded:
            refusal = errors.on_problem(request, TooMany.until(tightest.resets_at, tightest.resets_in))
            await refusal.to_asgi_response(app=None, request=request)(scope, receive, send_with_headers)
        else:
            await next_app(scope, receive, send_with_headers)


def requester(scope: Scope) -> str:
    """The id of the account whose requests are counted. Empty: they are counted by IP address."""
    caller = identified(scope)
    return str(caller.account.id) if isinstance(caller, Member) else ""


async def count_cached_response(own_site: Site, scope: Scope, requester: str) -> Headers | None:
    """Counts a request that is answered from the response cache. Returns its limit headers, or None when it is over a limit.

    Only for requests that `are_counted`.
    """
    tightest = await _count(own_site, scope, requester)
    return None if tightest.is_exceeded else _headers(tightest)


def without_limit_headers(headers: Headers) -> Headers:
    """These response headers, without those of the limits: they are not cached."""
    return [one for one in headers if not one[0].startswith(_PREFIX)]


def are_counted(own_site: Site, scope: Scope) -> bool:
    """Whether the request counts against the limits of the API."""
    return scope["path"].startswith(("/api/", "/oauth/")) and own_site.settings.rate_limits == "on"


async def _count(own_site: Site, scope: Any, requester: str) -> Allowance:
    client = scope["client"]
    address = client_network(client[0] if client else "")
    allowances = [
        await own_site.limits.count(f"{rule.name}:{address if rule.by_address else requester or address}", rule.limit, rule.window)
        for rule in _rules_for(f"{scope['method']} {scope['path']}")
    ]
    return min(allowances, key=lambda allowance: allowance.remaining)


def _rules_for(request_line: str) -> list[Rule]:
    return _cached_rules(request_line) if len(request_line) <= LONGEST_CACHED else _matching(request_line)


@lru_cache(maxsize=4096)
def _cached_rules(request_line: str) -> list[Rule]:
    return _matching(request_line)


def _matching(request_line: str) -> list[Rule]:
    return [rule for rule, pattern in _PATTERNS if pattern.fullmatch(request_line)]


def _headers(allowance: Allowance) -> Headers:
    remaining = max(0, allowance.remaining)
    return [
        (b"x-ratelimit-limit", b"%d" % allowance.limit),
        (b"x-ratelimit-remaining", b"%d" % remaining),
        (b"x-ratelimit-reset", _formatted(allowance.resets_at)),
    ]


@lru_cache(maxsize=64)
def _formatted(moment: datetime) -> bytes:
    """Cached, because windows end at the same moments for everybody."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z").encode()
