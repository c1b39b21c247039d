"""Unsent forms: what was typed into a form that was refused before its handler looked at it, because the session has ended or the CSRF
token is stale. Every route whose form has typed text says so by `opt=restorable("name")`; `pages.unsent` shows the form again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.exceptions import HTTPException
from litestar.utils.scope.state import ScopeState

from gazouillis.infra.basics.errors import Problem
from gazouillis.infra.http import request_bodies
from gazouillis.web.request_context import CSRF_COOKIE, CSRF_FIELD, AnyRequest, Form, site_of, text_fields
from gazouillis.web.sent_again import AFTER_ID

NAME = "unsent_form"
"""The key of a route's `opt`, and the field of the sign-in form with the same name."""
PREFIX = "unsent."
"""Begins the names of the sign-in form's hidden fields that carry another form."""
NOT_TYPED = {
    *{NAME, AFTER_ID, "author", "editing", "has_files", "has_poll", "idempotency_key", "in_reply_to_id", "media_ids", "next", "part"},
    *{"place_id", "warned", "no_stay", "stay", "stay_from", "stay_to", "stay_audience"},
}
"""Hidden fields of our forms."""


def restorable(name: str) -> dict[str, Any]:
    """For a route's `opt`."""
    return {NAME: name}


class UnsentForm(msgspec.Struct, frozen=True):
    """The name of a form, its text fields without passwords, and the parameters of the path to which it is sent."""

    name: str
    fields: Form
    parameters: Form = {}

    @property
    def values(self) -> Form:
        """What `pages.unsent` needs to show the form again."""
        return self.fields | self.parameters

    @property
    def longest(self) -> str:
        """The longest text that somebody typed."""
        typed = (value for name, value in self.fields.items() if name.removeprefix(PREFIX) not in NOT_TYPED)
        return max(typed, key=len, default="")

    @property
    def hidden_fields(self) -> Form:
        """For the sign-in form; `carried` reads them."""
        return {NAME: self.name} | {f"{PREFIX}{name}": value for name, value in self.values.items()}


def carried(form: Form) -> UnsentForm | None:
    """The form that a sign-in form carries."""
    fields = {name.removeprefix(PREFIX): value for name, value in form.items() if name.startswith(PREFIX)}
    return UnsentForm(form[NAME], _without_secrets(fields)) if form.get(NAME) else None


async def of_request(request: AnyRequest) -> UnsentForm | None:
    """The form of a refused request. None when its route keeps no text, or when it cannot be read."""
    handler = request.scope.get("route_handler")
    name = handler.opt.get(NAME) if handler is not None and request.method == "POST" else None
    if not name:
        return None
    try:
        fields = text_fields(await _fields(request))
    except (Problem, HTTPException):
        return None
    parameters = request.scope.get("path_params", {})
    return UnsentForm(name, _without_secrets(fields), {name: str(value) for name, value in parameters.items()})


def _without_secrets(fields: Mapping[str, str]) -> Form:
    return {name: value for name, value in fields.items() if name != CSRF_FIELD and "password" not in name}


async def _fields(request: AnyRequest) -> request_bodies.Pairs:
    """From the handler, if it has read them; else from the rest of the body, without its files."""
    state = request.scope["state"]
    if (fields := state.get("fields")) is not None:
        return list(fields)
    whole: AnyRequest = Request(request.scope, state.get("receive", request.receive))
    return await request_bodies.fields(whole.stream(), whole.content_type, drops_files=True)


def renew_token(request: AnyRequest) -> Cookie | None:
    """Gives the form that is shown again the CSRF token that `CsrfTokens` made because the browser has no valid one.

    Returns the cookie to set.
    """
    token: str | None = request.scope["state"].get("renewed_token")
    if token is None:
        return None
    ScopeState.from_scope(request.scope).csrf_token = token
    return Cookie(CSRF_COOKIE, value=token, httponly=True, samesite="lax", secure=site_of(request).settings.is_secure)


def with_cookie(response: Response[Any], cookie: Cookie | None) -> Response[Any]:
    if cookie is not None:
        response.set_cookie(cookie)
    return response
