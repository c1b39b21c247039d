"""The way in: who knows the password gets a session, which the browser keeps in a cookie."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Response
from litestar.datastructures import Cookie

from gazouillis.accounts import sessions, sign_in
from gazouillis.accounts.models import User
from gazouillis.accounts.sign_in import Browser, Proof
from gazouillis.infra.database import Tx
from gazouillis.infra.limits import neighbourhood, require
from gazouillis.web.visit import SESSION, AnyRequest, site_of

MOST_TRIES = 10
TRIES_WINDOW = timedelta(minutes=5)
LONGEST_KEY = 100


async def prove(request: AnyRequest, user: User | None, login: str, password: str) -> Proof:
    """Ten tries in five minutes, from one address as for one account."""
    claimed = str(user.account_id) if user else login.strip().lower()[:LONGEST_KEY]
    await spend(request, "sign in from", address_of(request), MOST_TRIES, TRIES_WINDOW)
    await spend(request, "sign in as", claimed, MOST_TRIES, TRIES_WINDOW)
    return await sign_in.prove(user, password)


async def enter(tx: Tx, request: AnyRequest, proof: Proof) -> str:
    """The token of a session that begins; the one this browser had is over."""
    await leave(tx, request)
    browser = Browser(request.headers.get("user-agent", ""), request.client.host if request.client else "")
    return await sign_in.sign_in(tx, proof, browser)


async def leave(tx: Tx, request: AnyRequest) -> None:
    token = request.cookies.get(SESSION)
    signed_in = await sessions.by_token(tx, token) if token else None
    if signed_in is not None:
        await sessions.end(tx, signed_in.account.id, signed_in.session.id)


def with_session(answer: Response[Any], request: AnyRequest, token: str) -> Response[Any]:
    lifetime, is_secure = int(sessions.FORGOTTEN.total_seconds()), site_of(request).settings.is_secure
    answer.set_cookie(Cookie(SESSION, value=token, max_age=lifetime, httponly=True, samesite="lax", secure=is_secure))
    return answer


async def spend(request: AnyRequest, purpose: str, who: str, limit: int, window: timedelta) -> None:
    await require(site_of(request).limits, f"{purpose}:{who}", limit, window)


def address_of(request: AnyRequest) -> str:
    return neighbourhood(request.client.host if request.client else "")
