"""The way in: who knows the password gets a session, which the browser keeps in a cookie."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from litestar import Response
from litestar.datastructures import Cookie

from gazouillis.accounts import handles, sessions, sign_in
from gazouillis.accounts.models import User
from gazouillis.accounts.sessions import SignedIn
from gazouillis.accounts.sign_in import Browser, Proof
from gazouillis.infra.database.transactions import Tx
from gazouillis.infra.limits import client_network, require
from gazouillis.web import known_browsers
from gazouillis.web.request_context import SESSION, AnyRequest, site_of

TRIES_WINDOW = timedelta(minutes=5)
MOST_TRIES = 10
"""For one name from one address, or in one browser that is known."""
MOST_FROM_ADDRESS = 30
"""For all names: a class signs in behind one address."""
MOST_FOR_NAME = 100
"""From all addresses, without those browsers that are known."""


class Entered(msgspec.Struct, frozen=True):
    """Somebody who proved who they are, and the token of their session."""

    token: str
    proof: Proof


async def prove(request: AnyRequest, user: User | None, login: str, password: str) -> Proof:
    """Tries are counted by the name that was typed, known or not: a refusal says nothing of whom it names.

    Whoever tries from elsewhere takes nothing from a browser in which this person has signed in before.
    """
    if browser := known_browsers.browser_of(request, user):
        await _try(request, "in browser", browser, MOST_TRIES)
    else:
        address, name = address_of(request), handles.key(login, site_of(request).settings.authority)
        await _try(request, "from", address, MOST_FROM_ADDRESS)
        await _try(request, "as", f"{address} {name}", MOST_TRIES)
        await _try(request, "for", name, MOST_FOR_NAME)
    return await sign_in.prove(user, password)


async def prove_again(request: AnyRequest, signed_in: SignedIn, password: str) -> Proof:
    """For what asks the password of somebody who is signed in: their session is counted, and no address."""
    await _try(request, "in session", str(signed_in.session.id), MOST_TRIES)
    return await sign_in.prove(signed_in.user, password)


async def enter(tx: Tx, request: AnyRequest, proof: Proof) -> Entered:
    """Begins a session; the one this browser had is over."""
    await leave(tx, request)
    browser = Browser(request.headers.get("user-agent", ""), request.client.host if request.client else "")
    return Entered(await sign_in.sign_in(tx, proof, browser), proof)


async def leave(tx: Tx, request: AnyRequest) -> None:
    token = request.cookies.get(SESSION)
    signed_in = await sessions.by_token(tx, token) if token else None
    if signed_in is not None:
        await sessions.end(tx, signed_in.account.id, signed_in.session.id)


def with_session(answer: Response[Any], request: AnyRequest, entered: Entered) -> Response[Any]:
    lifetime, is_secure = int(sessions.IDLE_LIFETIME.total_seconds()), site_of(request).settings.is_secure
    answer.set_cookie(Cookie(SESSION, value=entered.token, max_age=lifetime, httponly=True, samesite="lax", secure=is_secure))
    known_browsers.remember(answer, request, entered.proof.account_id, entered.proof.password_hash)
    return answer


async def spend(request: AnyRequest, purpose: str, who: str, limit: int, window: timedelta) -> None:
    await require(site_of(request).limits, f"{purpose}:{who}", limit, window)


async def _try(request: AnyRequest, how: str, who: str, limit: int) -> None:
    await spend(request, f"sign in {how}", who, limit, TRIES_WINDOW)


def address_of(request: AnyRequest) -> str:
    return client_network(request.client.host if request.client else "")
