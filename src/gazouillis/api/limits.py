"""https://docs.joinmastodon.org/api/rate-limits/ – how often apps may ask, and the headers that tell them."""

from __future__ import annotations

import re
from datetime import UTC, timedelta

import msgspec
from litestar import Request
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from gazouillis.api import errors
from gazouillis.api.authorised import shown_bearer, site
from gazouillis.api.parameters import AnyRequest
from gazouillis.infra.errors import TooMany
from gazouillis.infra.limits import Allowance, neighbourhood


class Rule(msgspec.Struct, frozen=True):
    """How many requests of this kind in how long; `by_address` when it is not the account that counts."""

    name: str
    limit: int
    window: timedelta
    pattern: str
    """Of `POST /api/v1/statuses`: method and path."""
    by_address: bool = False

    def concerns(self, asked: str) -> bool:
        return re.fullmatch(self.pattern, asked) is not None


RULES = (
    Rule("all", 300, timedelta(minutes=5), r".*"),
    Rule("publish", 300, timedelta(hours=3), r"POST /api/v1/statuses"),
    Rule("remove", 30, timedelta(minutes=30), r"DELETE /api/v1/statuses/\d+|POST /api/v1/statuses/\d+/unreblog"),
    Rule("sign up", 5, timedelta(minutes=30), r"POST /api/v1/accounts", by_address=True),
    Rule("apps", 30, timedelta(minutes=30), r"POST /api/v1/apps", by_address=True),
)


class RateLimits(ASGIMiddleware):
    """Counts, refuses, and tells in the headers of the rule that is closest to its end."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request: AnyRequest = Request(scope, receive, send)
        if not scope["path"].startswith(("/api/", "/oauth/")) or site(request).settings.rate_limits == "off":
            await next_app(scope, receive, send)
            return
        tightest = await _spend(request)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableScopeHeaders.from_message(message).update(_headers(tightest))
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
    asked = f"{request.method} {request.scope['path']}"
    limits = site(request).limits
    spent = [
        await limits.spend(f"{rule.name}:{address if rule.by_address else account}", rule.limit, rule.window)
        for rule in RULES
        if rule.concerns(asked)
    ]
    return min(spent, key=lambda allowance: allowance.remaining)


def _headers(allowance: Allowance) -> dict[str, str]:
    resets_at = allowance.resets_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {
        "X-RateLimit-Limit": str(allowance.limit),
        "X-RateLimit-Remaining": str(max(0, allowance.remaining)),
        "X-RateLimit-Reset": resets_at,
    }
