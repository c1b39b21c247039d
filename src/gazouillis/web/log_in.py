"""Log-in: checks passwords with rate limits on guesses, and starts and ends sessions, whose token is in a cookie."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from litestar import Response
from litestar.datastructures import Cookie

from gazouillis.accounts import handles, queries, sessions, sign_in
from gazouillis.accounts.models import User
from gazouillis.accounts.sessions import SignedIn
from gazouillis.accounts.sign_in import Browser, Proof
from gazouillis.infra.database.transactions import Tx
from gazouillis.infra.limits import client_network, require
from gazouillis.web import known_browsers
from gazouillis.web.request_context import SESSION, AnyRequest, site_of

TRIES_WINDOW = timedelta(minutes=5)
MOST_TRIES = 10
"""For one name from one IP address, or in one known browser (`known_browsers`)."""
MOST_FROM_ADDRESS = 30
"""For all names from one IP address: a school class signs in behind one address."""
MOST_FOR_NAME = 100
"""For one name from all IP addresses. Known browsers are not counted."""


class StartedSession(msgspec.Struct, frozen=True):
    """A new session: its token, and the proof of the password."""

    token: str
    proof: Proof
    has_restored_account: bool = False
    """Whether it undid the deletion of the account."""
    has_unsent_form: bool = False
    """Whether it keeps what had been typed before signing in."""


async def check_password(request: AnyRequest, user: User | None, login: str, password: str) -> Proof:
    """Raises Unauthenticated when the password is wrong, TooMany after too many tries.

    Tries are counted by the name that was typed, whether an account has it or not, so that a refusal does not tell which names exist.
    A browser in which this person has signed in before has a count of its own: guesses from elsewhere do not lock it out.
    """
    if browser := known_browsers.browser_of(request, user):
        await _count_sign_in(request, "in browser", browser, MOST_TRIES)
    else:
        address, name = client_address(request), handles.key(login, site_of(request).settings.authority)
        await _count_sign_in(request, "from", address, MOST_FROM_ADDRESS)
        await _count_sign_in(request, "as", f"{address} {name}", MOST_TRIES)
        await _count_sign_in(request, "for", name, MOST_FOR_NAME)
    return await sign_in.prove(user, password)


async def check_password_again(request: AnyRequest, signed_in: SignedIn, password: str) -> Proof:
    """For changes that ask a signed-in person for the password. Tries are counted by session, not by IP address."""
    await _count_sign_in(request, "in session", str(signed_in.session.id), MOST_TRIES)
    return await sign_in.prove(signed_in.user, password)


async def start_session(tx: Tx, request: AnyRequest, proof: Proof) -> StartedSession:
    """Starts a session, and ends the one that this browser had."""
    await end_session(tx, request)
    browser = Browser(request.headers.get("user-agent", ""), request.client.host if request.client else "")
    user = await queries.user(tx, proof.account_id)
    is_leaving = user is not None and user.deletes_at is not None
    return StartedSession(await sign_in.sign_in(tx, proof, browser), proof, is_leaving)


async def end_session(tx: Tx, request: AnyRequest) -> None:
    token = request.cookies.get(SESSION)
    signed_in = await sessions.by_token(tx, token) if token else None
    if signed_in is not None:
        await sessions.end(tx, signed_in.account.id, signed_in.session.id)


def with_session_cookie(response: Response[Any], request: AnyRequest, started: StartedSession) -> Response[Any]:
    lifetime, is_secure = int(sessions.IDLE_LIFETIME.total_seconds()), site_of(request).settings.is_secure
    response.set_cookie(Cookie(SESSION, value=started.token, max_age=lifetime, httponly=True, samesite="lax", secure=is_secure))
    known_browsers.remember(response, request, started.proof.account_id, started.proof.password_hash)
    return response


async def count_attempt(request: AnyRequest, purpose: str, who: str, limit: int, window: timedelta) -> None:
    """Raises TooMany after `limit` attempts in one window."""
    await require(site_of(request).limits, f"{purpose}:{who}", limit, window)


async def _count_sign_in(request: AnyRequest, how: str, who: str, limit: int) -> None:
    await count_attempt(request, f"sign in {how}", who, limit, TRIES_WINDOW)


def client_address(request: AnyRequest) -> str:
    """The IPv4 address of the client, or its IPv6 network of 64 bits."""
    return client_network(request.client.host if request.client else "")
