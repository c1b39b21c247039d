"""https://www.rfc-editor.org/rfc/rfc6749#section-4.1 – from a person's consent to an app's token, with https://www.rfc-editor.org/rfc/rfc7636."""

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


class Request(msgspec.Struct, frozen=True):
    """What an app asks of a person, checked."""

    app: App
    redirect_uri: str
    scopes: frozenset[str]
    challenge: str = ""

    @property
    def is_out_of_band(self) -> bool:
        """Whether the code is shown for the person to copy, since the app has no address."""
        return self.redirect_uri == scopes.OUT_OF_BAND


async def app_at(reader: Reader, client_id: str, redirect_uri: str) -> App:
    """The app that may be answered at this address. Until this is known nobody may be redirected anywhere."""
    app = await apps.by_client_id(reader, client_id)
    if app is None:
        raise Unauthenticated(_("The app is unknown or its secret is wrong"))
    if redirect_uri not in app.redirect_uris:
        raise Invalid(_("The app is not registered at this address"), field="redirect_uri", code="invalid_redirect_uri")
    return app


def check_request(app: App, redirect_uri: str, response_type: str, scope: str, challenge: str, method: str) -> Request:
    """What fails here may be told to the app itself: `code` is OAuth's word."""
    if response_type != "code":
        raise Invalid(_("Only authorisation codes are given here"), field="response_type", code="unsupported_response_type")
    requested = scopes.parse(scope)
    scopes.check_within(requested, scopes.parse(app.scopes))
    if (challenge or method) and (method != "S256" or not _CHALLENGE.fullmatch(challenge)):
        raise Invalid(_("The code challenge must be made with S256"), field="code_challenge", code="invalid_request")
    return Request(app, redirect_uri, requested, challenge)


async def grant(tx: Tx, account: Account, request: Request) -> str:
    """The code by which the app gets its token; good once, for ten minutes."""
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
