"""OAuth authorisation page, where a person authorises an app: https://docs.joinmastodon.org/methods/oauth/#authorize, https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1

Anybody can register an app, so nobody is redirected to its address before they have decided: errors are shown on this page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from litestar import Response, get, post

from gazouillis.accounts import grants
from gazouillis.accounts.grants import Request
from gazouillis.infra.basics.errors import Invalid, Unauthenticated
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader
from gazouillis.web.headers import content_security_policy
from gazouillis.web.request_context import AnyRequest, RequestContext, form_of, redirect, request_context, site_of

PARAMETERS = ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")

Parameters = Mapping[str, str]


@get("/oauth/authorize")
async def show_form(request: AnyRequest) -> Response[Any]:
    given = {name: value for name, value in request.query_params.items() if isinstance(value, str)}
    async with request_context(request) as context:
        authorisation = await _checked(context.reader, given)
        if context.viewer is None or _is_true(given.get("force_login", "")):
            return redirect(_sign_in(given), request)
        return await _show(context, authorisation, given)


@post("/oauth/authorize")
async def decide(request: AnyRequest) -> Response[Any]:
    given = await form_of(request)
    async with request_context(request) as context:
        authorisation, member = await _checked(context.reader, given), context.member
    if given.get("decision") != "allow":
        return _denied(request, authorisation, given)
    async with site_of(request).db.write() as tx:
        code = await grants.grant(tx, member, authorisation)
    if not authorisation.is_out_of_band:
        return _redirect_to_app(authorisation, code=code, state=given.get("state", ""))
    async with request_context(request) as context:
        response = await context.render("authorize_code.html", app=authorisation.app, code=code)
    response.headers["Cache-Control"] = "no-store"
    return response


def with_answer(redirect_uri: str, **parameters: str) -> str:
    """The app's redirect URI, of any scheme, with the parameters added. It never has a fragment."""
    query = urlencode({name: value for name, value in parameters.items() if value})
    separator = "" if redirect_uri.endswith(("?", "&")) else "&" if "?" in redirect_uri else "?"
    return quote(f"{redirect_uri}{separator}{query}", safe="/:?=&%+,;@!$'()*~[]")


def form_target(redirect_uri: str) -> str:
    """The source that the page's `form-action` policy must allow: browsers apply it to the redirect after the form too."""
    parts = urlsplit(redirect_uri)
    if parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.netloc):
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}:"


async def _checked(reader: Reader, given: Parameters) -> Request:
    if any("\0" in value for value in given.values()):
        raise Invalid(_("The request cannot be read"))
    redirect_uri = given.get("redirect_uri", "")
    try:
        app = await grants.app_at(reader, given.get("client_id", ""), redirect_uri)
    except Unauthenticated as fault:
        raise Invalid(_("No app of this name is known here"), field="client_id", code="invalid_client") from fault
    wanted = (given.get(name, "") for name in ("response_type", "scope", "code_challenge", "code_challenge_method"))
    return grants.check_request(app, redirect_uri, *wanted)


async def _show(context: RequestContext, authorisation: Request, given: Parameters) -> Response[Any]:
    context.require_member()
    fields = {name: given[name] for name in PARAMETERS if name in given}
    response = await context.render("authorize.html", app=authorisation.app, scopes=sorted(authorisation.scopes), fields=fields)
    if not authorisation.is_out_of_band:
        response.headers["Content-Security-Policy"] = content_security_policy(
            form_action=f"'self' {form_target(authorisation.redirect_uri)}"
        )
    return response


def _sign_in(given: Parameters) -> str:
    """The sign-in page that leads back here. The way back has no `force_login`, so signing in is asked once."""
    parameters = {name: value for name, value in given.items() if name != "force_login"}
    again = {"again": "1"} if _is_true(given.get("force_login", "")) else {}
    language = {"lang": given["lang"]} if "lang" in given else {}
    return f"/sign-in?{urlencode({'next': f'/oauth/authorize?{urlencode(parameters)}', **again, **language})}"


def _denied(request: AnyRequest, authorisation: Request, given: Parameters) -> Response[Any]:
    if authorisation.is_out_of_band:
        return redirect("/", request)
    return _redirect_to_app(authorisation, error="access_denied", state=given.get("state", ""))


def _redirect_to_app(authorisation: Request, **parameters: str) -> Response[Any]:
    headers = {"Location": with_answer(authorisation.redirect_uri, **parameters), "Cache-Control": "no-store"}
    return Response(None, status_code=302, headers=headers)


def _is_true(text: str) -> bool:
    return text.lower() in {"true", "1", "yes", "on"}


_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")

routes = [show_form, decide]
