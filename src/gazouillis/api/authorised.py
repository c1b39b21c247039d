"""Who asks: https://docs.joinmastodon.org/client/token/"""

from __future__ import annotations

from typing import cast
from urllib.parse import parse_qs

from litestar.types import Scope

from gazouillis.accounts import scopes, tokens
from gazouillis.accounts.models import Account
from gazouillis.accounts.tokens import Bearer
from gazouillis.api.parameters import AnyRequest, header
from gazouillis.infra.basics.errors import Forbidden, Invalid, Unauthenticated
from gazouillis.infra.basics.messages import _
from gazouillis.infra.site import HasSite, Site


def site(request: AnyRequest) -> Site:
    return cast("HasSite", request.app).site


async def authorised(request: AnyRequest, *wanted: str) -> Account:
    """The account for which the request comes, when its token covers one of the scopes."""
    account = (await bearer(request, *wanted)).account
    if account is None:
        raise Invalid(_("This needs somebody who signed in, not only an app"))
    return account


async def viewer(request: AnyRequest, *wanted: str) -> Account | None:
    """Who looks, where anybody may. A token that is shown must be good all the same."""
    return (await bearer(request, *wanted)).account if shown_token(request) else None


async def bearer(request: AnyRequest, *wanted: str) -> Bearer:
    """The app that asks, for itself or for somebody."""
    found = await shown_bearer(request)
    if found is None:
        raise Unauthenticated(_("The access token is invalid"))
    if wanted and not any(scopes.covers(found.token.scopes, one) for one in wanted):
        raise Forbidden(_("This action is outside the authorized scopes"))
    if found.account is not None and not found.is_approved:
        raise Forbidden(_("Your account is waiting for approval"))
    if found.account is not None and found.account.suspended_at is not None:
        raise Forbidden(_("This account is suspended"))
    return found


async def shown_bearer(request: AnyRequest) -> Bearer | None:
    """Whose token the request shows, if it is known; looked up once for each request."""
    state = request.scope["state"]
    if _KEY not in state:
        token = shown_token(request)
        state[_KEY] = await _found(site(request), token) if token else None
    return cast("Bearer | None", state[_KEY])


def known_bearer(scope: Scope) -> Bearer | None:
    """Whose token was looked up for this request already."""
    return cast("Bearer | None", scope["state"].get(_KEY)) if "state" in scope else None


async def _found(site: Site, token: str) -> Bearer | None:
    async with site.db.read() as reader:
        return await tokens.find(reader, token)


def shown_token(request: AnyRequest) -> str:
    """Good or not; empty when none is shown."""
    scheme, _space, token = header(request, b"authorization").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    asked = request.scope["query_string"]
    return parse_qs(asked.decode("latin-1")).get("access_token", [""])[-1] if b"access_token" in asked else ""


_KEY = "gazouillis_bearer"
