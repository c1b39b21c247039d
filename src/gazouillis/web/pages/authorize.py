"""Where a person lets an app in: https://docs.joinmastodon.org/methods/oauth/#authorize, https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1

Apps register themselves, so nobody is sent to an address of theirs without having said yes or no: faults are shown here.
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
from gazouillis.web.request_context import AnyRequest, RequestContext, form_of, go, request_context, site_of

PARAMETERS = ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")

Parameters = Mapping[str, str]


@get("/oauth/authorize")
async def ask(request: AnyRequest) -> Response[Any]:
    given = {name: value for name, value in request.query_params.items() if isinstance(value, str)}
    async with request_context(request) as context:
        asked = await _understood(context.reader, given)
        if context.viewer is None or _is_true(given.get("force_login", "")):
            return go(_sign_in(given), request)
        return await _show(context, asked, given)


@post("/oauth/authorize")
async def decide(request: AnyRequest) -> Response[Any]:
    given = await form_of(request)
    async with request_context(request) as context:
        asked, member = await _understood(context.reader, given), context.member
    if given.get("decision") != "allow":
        return _refused(request, asked, given)
    async with site_of(request).db.write() as tx:
        code = await grants.grant(tx, member, asked)
    if not asked.is_out_of_band:
        return _sent_to(asked, code=code, state=given.get("state", ""))
    async with request_context(request) as context:
        answer = await context.show("authorize_code.html", app=asked.app, code=code)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def with_answer(redirect_uri: str, **parameters: str) -> str:
    """The app's own address, of whatever scheme, with what it is told; it never has a fragment."""
    told = urlencode({name: value for name, value in parameters.items() if value})
    separator = "" if redirect_uri.endswith(("?", "&")) else "&" if "?" in redirect_uri else "?"
    return quote(f"{redirect_uri}{separator}{told}", safe="/:?=&%+,;@!$'()*~[]")


def form_target(redirect_uri: str) -> str:
    """What the policy of the page allows its form to lead to: browsers apply it to the redirect as well."""
    parts = urlsplit(redirect_uri)
    if parts.scheme in {"http", "https"} and _HOST.fullmatch(parts.netloc):
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}:"


async def _understood(reader: Reader, given: Parameters) -> Request:
    if any("\0" in value for value in given.values()):
        raise Invalid(_("The request cannot be read"))
    redirect_uri = given.get("redirect_uri", "")
    try:
        app = await grants.app_at(reader, given.get("client_id", ""), redirect_uri)
    except Unauthenticated as fault:
        raise Invalid(_("No app of this name is known here"), field="client_id", code="invalid_client") from fault
    wanted = (given.get(name, "") for name in ("response_type", "scope", "code_challenge", "code_challenge_method"))
    return grants.check_request(app, redirect_uri, *wanted)


async def _show(context: RequestContext, asked: Request, given: Parameters) -> Response[Any]:
    assert context.member
    fields = {name: given[name] for name in PARAMETERS if name in given}
    answer = await context.show("authorize.html", app=asked.app, scopes=sorted(asked.scopes), fields=fields)
    if not asked.is_out_of_band:
        answer.headers["Content-Security-Policy"] = content_security_policy(form_action=f"'self' {form_target(asked.redirect_uri)}")
    return answer


def _sign_in(given: Parameters) -> str:
    """Signing in comes once: on the way back, it is not asked again."""
    back = {name: value for name, value in given.items() if name != "force_login"}
    again = {"again": "1"} if _is_true(given.get("force_login", "")) else {}
    language = {"lang": given["lang"]} if "lang" in given else {}
    return f"/sign-in?{urlencode({'next': f'/oauth/authorize?{urlencode(back)}', **again, **language})}"


def _refused(request: AnyRequest, asked: Request, given: Parameters) -> Response[Any]:
    if asked.is_out_of_band:
        return go("/", request)
    return _sent_to(asked, error="access_denied", state=given.get("state", ""))


def _sent_to(asked: Request, **told: str) -> Response[Any]:
    headers = {"Location": with_answer(asked.redirect_uri, **told), "Cache-Control": "no-store"}
    return Response(None, status_code=302, headers=headers)


def _is_true(text: str) -> bool:
    return text.lower() in {"true", "1", "yes", "on"}


_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")

routes = [ask, decide]
