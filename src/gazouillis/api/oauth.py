"""OAuth endpoints that issue and revoke access tokens: https://docs.joinmastodon.org/methods/oauth/

The page where a person authorises an app is in `web`.
"""

from __future__ import annotations

import base64
import binascii
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, get, post

from gazouillis.accounts import apps, grants, scopes, tokens, urls
from gazouillis.api import errors
from gazouillis.api.bind import bind
from gazouillis.api.caller import authorised
from gazouillis.api.entities.token import Token, token
from gazouillis.api.request import AnyRequest, site
from gazouillis.infra.basics.errors import Forbidden, Invalid, Problem, Unauthenticated, Unavailable
from gazouillis.infra.basics.messages import _

# https://www.rfc-editor.org/rfc/rfc6749#section-5.2
ERROR_CODES = frozenset({"invalid_request", "invalid_grant", "invalid_scope", "unsupported_grant_type"})
TRY_LATER = "temporarily_unavailable"
"""The error code is from section 4.1.2.1; section 5.2 has none that tells the app to retry."""


class TokenForm(msgspec.Struct, frozen=True):
    grant_type: str
    client_id: str = ""
    client_secret: str = ""
    code: str = ""
    redirect_uri: str = ""
    code_verifier: str = ""
    scope: str = ""


class RevocationForm(msgspec.Struct, frozen=True):
    token: str = ""
    client_id: str = ""
    client_secret: str = ""


def on_problem(request: AnyRequest, problem: Problem) -> Response[Any]:
    """Error responses in the form of OAuth, which differs from the rest of the API."""
    headers = _NO_STORE
    match problem:
        case Unauthenticated():
            status, error_code = HTTPStatus.UNAUTHORIZED, "invalid_client"
        case Forbidden():
            status, error_code = HTTPStatus.FORBIDDEN, "unauthorized_client"
        case Invalid(code=code):
            status, error_code = HTTPStatus.BAD_REQUEST, code if code in ERROR_CODES else "invalid_request"
        case Unavailable(retry_after=seconds):
            status, error_code, headers = HTTPStatus.SERVICE_UNAVAILABLE, TRY_LATER, {**_NO_STORE, "Retry-After": str(seconds)}
        case _:
            return errors.on_problem(request, problem)
    content = {"error": error_code, "error_description": errors.translated(request, problem.public)}
    return Response(content, status_code=status, headers=headers)


@post("/oauth/token", status_code=200, exception_handlers={Problem: on_problem})
async def create(request: AnyRequest) -> Response[Token]:
    form = await bind(request, TokenForm)
    client_id, secret = _credentials(request, form)
    async with site(request).db.write() as tx:
        app = await apps.authenticated(tx, client_id, secret)
        match form.grant_type:
            case "authorization_code":
                issued = await grants.exchange(tx, app, form.code, form.redirect_uri, form.code_verifier)
            case "client_credentials":
                issued = await tokens.issue_to_app(tx, app, form.scope)
            case _:
                raise Invalid(_("This way to a token is not offered"), field="grant_type", code="unsupported_grant_type")
    return Response(token(issued), headers=_NO_STORE)


@post("/oauth/revoke", status_code=200, exception_handlers={Problem: on_problem})
async def revoke(request: AnyRequest) -> Response[dict[str, str]]:
    form = await bind(request, RevocationForm)
    client_id, secret = _credentials(request, form)
    async with site(request).db.write() as tx:
        app = await apps.authenticated(tx, client_id, secret)
        await tokens.revoke(tx, app, form.token)
    return Response({})


@get("/oauth/userinfo")
async def userinfo(request: AnyRequest) -> Response[dict[str, str]]:
    """https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims"""
    caller, base_url = await authorised(request, "profile", "read:accounts"), site(request).settings.base_url
    claims = {
        "iss": base_url,
        "sub": urls.uri(base_url, caller.account),
        "name": caller.account.name,
        "preferred_username": caller.account.username,
        "profile": urls.page(base_url, caller.account),
    }
    return Response(claims)


@get("/.well-known/oauth-authorization-server")
async def configuration(request: AnyRequest) -> Response[dict[str, Any]]:
    """https://www.rfc-editor.org/rfc/rfc8414#section-2"""
    base_url = site(request).settings.base_url
    content = {
        "issuer": f"{base_url}/",
        "service_documentation": "https://docs.joinmastodon.org/",
        "authorization_endpoint": f"{base_url}/oauth/authorize",
        "token_endpoint": f"{base_url}/oauth/token",
        "app_registration_endpoint": f"{base_url}/api/v1/apps",
        "revocation_endpoint": f"{base_url}/oauth/revoke",
        "userinfo_endpoint": f"{base_url}/oauth/userinfo",
        "scopes_supported": scopes.KNOWN,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
    }
    return Response(content)


def _credentials(request: AnyRequest, form: TokenForm | RevocationForm) -> tuple[str, str]:
    """The client id and secret, from the form or from HTTP Basic: https://www.rfc-editor.org/rfc/rfc7617. Empty when malformed."""
    scheme, _space, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.client_id, form.client_secret
    try:
        client_id, _colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return client_id, secret


_NO_STORE = {"Cache-Control": "no-store"}

routes = [create, revoke, userinfo, configuration]
