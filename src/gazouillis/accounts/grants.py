"""OAuth authorisation codes: https://www.rfc-editor.org/rfc/rfc6749#section-4.1, with PKCE: https://www.rfc-editor.org/rfc/rfc7636.

A person consents to an app (`check_request`, `grant`), which then exchanges the code for an access token (`exchange`).
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta
from hmac import compare_digest

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import apps, scopes, tokens
from gazouillis.accounts.models import Account, App
from gazouillis.accounts.tables import grants
from gazouillis.accounts.tokens import Issued
from gazouillis.infra.basics.errors import Invalid, Unauthenticated
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.infra.secrets import digest, new_token

LIFETIME = timedelta(minutes=10)
"""How long a code can be exchanged."""


class Request(msgspec.Struct, frozen=True):
    """A checked authorisation request. `challenge` is the PKCE code challenge; empty: none was sent."""

    app: App
    redirect_uri: str
    scopes: frozenset[str]
    challenge: str = ""

    @property
    def is_out_of_band(self) -> bool:
        """Whether the code is shown for the person to copy, since the app has no redirect address."""
        return self.redirect_uri == scopes.OUT_OF_BAND


async def app_at(reader: Reader, client_id: str, redirect_uri: str) -> App:
    """The app with this client id, if it registered this redirect address.

    Call it before anything else: until it succeeds, nobody may be redirected to the address. Raises `Unauthenticated` or `Invalid`.
    """
    app = await apps.by_client_id(reader, client_id)
    if app is None:
        raise Unauthenticated(_("The app is unknown or its secret is wrong"))
    if redirect_uri not in app.redirect_uris:
        raise Invalid(_("The app is not registered at this address"), field="redirect_uri", code="invalid_redirect_uri")
    return app


def check_request(app: App, redirect_uri: str, response_type: str, scope: str, challenge: str, method: str) -> Request:
    """Checks the other parameters. The faults may be sent to the app's redirect address: `Invalid.code` is the OAuth error code."""
    if response_type != "code":
        raise Invalid(_("Only authorisation codes are given here"), field="response_type", code="unsupported_response_type")
    requested = scopes.parse(scope)
    scopes.check_within(requested, scopes.parse(app.scopes))
    if (challenge or method) and (method != "S256" or not _CHALLENGE.fullmatch(challenge)):
        raise Invalid(_("The code challenge must be made with S256"), field="code_challenge", code="invalid_request")
    return Request(app, redirect_uri, requested, challenge)


async def grant(tx: Tx, account: Account, request: Request) -> str:
    """Creates the code that the app exchanges for a token: once, within ten minutes."""
    await tx.run(sa.delete(grants).where(grants.c.account_id == account.id, grants.c.expires_at <= tx.now))
    code = new_token()
    row = {
        "code_hash": digest(code),
        "app_id": request.app.id,
        "account_id": account.id,
        "redirect_uri": request.redirect_uri,
        "scopes": scopes.text_of(request.scopes),
        "challenge": request.challenge,
        "expires_at": tx.now + LIFETIME,
    }
    await tx.run(sa.insert(grants), row)
    return code


async def exchange(tx: Tx, app: App, code: str, redirect_uri: str, verifier: str) -> Issued:
    """Issues the token for a code, and deletes the code. `verifier` is the PKCE code verifier. Raises `Invalid` (`invalid_grant`)."""
    row = await tx.one(sa.select(grants).where(grants.c.code_hash == digest(code)))
    if row is None or row.app_id != app.id or row.expires_at <= tx.now or row.redirect_uri != redirect_uri:
        raise _invalid_grant()
    if not _matches_challenge(verifier, row.challenge):
        raise _invalid_grant()
    if not await tx.run(sa.delete(grants).where(grants.c.code_hash == row.code_hash)):
        raise _invalid_grant()
    return await tokens.issue(tx, app, AccountId(row.account_id), scopes.parse(row.scopes))


def _matches_challenge(verifier: str, challenge: str) -> bool:
    if not challenge:
        return not verifier
    expected = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return compare_digest(expected, challenge.encode())


def _invalid_grant() -> Invalid:
    return Invalid(_("The code is wrong, too old, already used, or was given to another app"), field="code", code="invalid_grant")


_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
