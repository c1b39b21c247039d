"""https://docs.joinmastodon.org/api/rate-limits/ – how often apps may ask, and the headers that tell them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import msgspec
from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from gazouillis.api import errors
from gazouillis.api.authorised import shown_bearer, site
from gazouillis.api.parameters import AnyRequest
from gazouillis.infra.errors import TooMany
from gazouillis.infra.limits import Allowance, neighbourhood
from gazouillis.infra.site import Site


class Rule(msgspec.Struct, frozen=True):
    """How many requests of this kind in how long; `by_address` when it is not the account that counts."""

    name: str
    limit: int
    window: timedelta
    pattern: str
    """Of `POST /api/v1/statuses`: method and path."""
    by_address: bool = False


RULES = (
    Rule("all", 300, timedelta(minutes=5), r".*"),
    Rule("publish", 300, timedelta(hours=3), r"POST /api/v1/statuses"),
    Rule("remove", 30, timedelta(minutes=30), r"DELETE /api/v1/statuses/\d+|POST /api/v1/statuses/\d+/unreblog"),
    Rule("sign up", 5, timedelta(minutes=30), r"POST /api/v1/accounts", by_address=True),
    Rule("apps", 30, timedelta(minutes=30), r"POST /api/v1/apps", by_address=True),
)


_PATTERNS = tuple((rule, re.compile(rule.pattern)) for rule in RULES)


class RateLimits(ASGIMiddleware):
    """Counts, refuses, and tells in the headers of the rule that is closest to its end."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        here: Site = scope["litestar_app"].state.site
        if not scope["path"].startswith(("/api/", "/oauth/")) or here.settings.rate_limits == "off":
            await next_app(scope, receive, send)
            return
        request: AnyRequest = Request(scope, receive, send)
        tightest = await _spend(request)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_headers(tightest)]
            await send(message)

        if tightest.is_exceeded:
            refusal = errors.on_problem(request, TooMany(retry_after=tightest.resets_in))
            await refusal.to_asgi_response(app=None, request=request)(scope, receive, send_with_headers)
        else:
            await next_app(scope, receive, send_with_headers)


async def _spend(request: AnyRequest) -> Allowance:
    found = await shown_bearer(request)
    address = neighbourhood(request.client.host if request.client else "")
    account = str(found.account.id) if found and found.account else address
    limits = site(request).limits
    spent = [
        await limits.spend(f"{rule.name}:{address if rule.by_address else account}", rule.limit, rule.window)
        for rule in _concerning(f"{request.method} {request.scope['path']}")
    ]
    return min(spent, key=lambda allowance: allowance.remaining)


def _concerning(asked: str) -> list[Rule]:
    return [rule for rule, pattern in _PATTERNS if pattern.fullmatch(asked)]


def _headers(allowance: Allowance) -> list[tuple[bytes, bytes]]:
    remaining = max(0, allowance.remaining)
    return [
        (b"x-ratelimit-limit", b"%d" % allowance.limit),
        (b"x-ratelimit-remaining", b"%d" % remaining),
        (b"x-ratelimit-reset", _written(allowance.resets_at)),
    ]


@lru_cache(maxsize=64)
def _written(moment: datetime) -> bytes:
    """Windows end at the same round moments for everybody."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z").encode()
