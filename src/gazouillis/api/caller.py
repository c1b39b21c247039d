"""The caller of the API: who makes a request, found once from its access token and handed to what answers it.

https://docs.joinmastodon.org/client/token/
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from urllib.parse import parse_qs

import msgspec
from litestar.types import Scope

from gazouillis.accounts import queries, scopes, tokens
from gazouillis.accounts.models import Account, User
from gazouillis.api.request import AnyRequest, header, site
from gazouillis.infra.basics.errors import Forbidden, Invalid, NotFound, Unauthenticated
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.regions import generation
from gazouillis.infra.database.transactions import Reader


class Caller(msgspec.Struct, frozen=True):
    """Anybody who makes a request. A plain `Caller` is a visitor, who shows no token."""

    @property
    def viewer_id(self) -> AccountId | None:
        """The account whose view of statuses and accounts the answer shows."""
        return None


class TokenHolder(Caller, frozen=True):
    """An app that shows its access token. A plain `TokenHolder` is an app that acts for itself, without an account."""

    token_id: int
    app_id: int
    scopes: frozenset[str]

    def may(self, wanted: str) -> bool:
        """Whether the token covers this scope."""
        return scopes.covers(self.scopes, wanted)


class Member(TokenHolder, frozen=True):
    """An account that calls through an app."""

    account: Account
    is_approved: bool
    generation: int
    """The generation of the process cache before `account` was read; see `LruCache.put`."""

    @property
    def viewer_id(self) -> AccountId:
        return self.account.id

    @property
    def is_active(self) -> bool:
        """Whether the account may call: it is approved and not suspended."""
        return self.is_approved and self.account.suspended_at is None

    async def user(self, reader: Reader) -> User:
        """The account's log-in details and preferences. They are read on demand: few requests need them."""
        found = await queries.user(reader, self.account.id)
        if found is None:
            raise NotFound
        return found


VISITOR = Caller()


async def authorised(request: AnyRequest, *wanted: str) -> Member:
    """The account that calls, when its token covers one of the wanted scopes. Raises when an app calls for itself."""
    caller = _checked(await identify(request), wanted)
    if not isinstance(caller, Member):
        raise Invalid(_("This needs somebody who signed in, not only an app"))
    return caller


async def anybody(request: AnyRequest, *wanted: str) -> Caller:
    """The caller of what visitors may read too. A token need not be shown; one that is shown must be good and cover a wanted scope."""
    caller = await identify(request)
    return caller if caller is VISITOR else _checked(caller, wanted)


async def token_holder(request: AnyRequest, *wanted: str) -> TokenHolder:
    """The app that calls, for itself or for an account."""
    return _checked(await identify(request), wanted)


async def identify(request: AnyRequest) -> Caller | None:
    """Who makes the request; None when its token is unknown. The token is looked up once per request."""
    state = request.scope["state"]
    if _KEY not in state:
        token = bearer_token(request)
        if token:
            async with site(request).db.read() as reader:
                state[_KEY] = await by_token(reader, token)
        else:
            state[_KEY] = VISITOR
    return cast("Caller | None", state[_KEY])


def identified(scope: Scope) -> Caller | None:
    """The caller, if this request's token was looked up already."""
    return cast("Caller | None", scope["state"].get(_KEY)) if "state" in scope else None


async def by_token(reader: Reader, token: str) -> TokenHolder | None:
    """The caller who shows this token, None when it is unknown. Whether its account may call is not checked; see `is_active`."""
    since, bearer = generation(reader), await tokens.find(reader, token)
    if bearer is None:
        return None
    shown = bearer.token
    if bearer.account is None:
        return TokenHolder(shown.id, shown.app_id, shown.scopes)
    return Member(shown.id, shown.app_id, shown.scopes, bearer.account, bearer.is_approved, since)


def bearer_token(request: AnyRequest) -> str:
    """The token of the `Authorization` header or of the query, whether good or not. Empty when there is none."""
    scheme, _space, token = header(request, b"authorization").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    query = request.scope["query_string"]
    return parse_qs(query.decode("latin-1")).get("access_token", [""])[-1] if b"access_token" in query else ""


def _checked(caller: Caller | None, wanted: Sequence[str]) -> TokenHolder:
    """The same caller. Raises when there is no good token, when it covers none of the wanted scopes, or when its account may not call."""
    if not isinstance(caller, TokenHolder):
        raise Unauthenticated(_("The access token is invalid"))
    if wanted and not any(map(caller.may, wanted)):
        raise Forbidden(_("This action is outside the authorized scopes"))
    if isinstance(caller, Member):
        if not caller.is_approved:
            raise Forbidden(_("Your account is waiting for approval"))
        if caller.account.suspended_at is not None:
            raise Forbidden(_("This account is suspended"))
    return caller


_KEY = "gazouillis_caller"
