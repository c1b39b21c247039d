"""The choice of theme and language in one browser. The language in the settings of whoever is signed in counts first."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar import Response, post
from litestar.datastructures import Cookie

from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _
from gazouillis.web import display, i18n
from gazouillis.web.request_context import AnyRequest, form_of, local_path, redirect, site_of

CHOICES = {display.THEME: display.THEMES, display.LANGUAGE: tuple(i18n.LANGUAGES)}


@post("/display")
async def choose(request: AnyRequest) -> Response[Any]:
    """Back to the page that the form was on, without the `lang` of its address."""
    form = await form_of(request)
    response = redirect(_without_language(local_path(request.headers.get("referer", ""))), request)
    for name, values in CHOICES.items():
        if name not in form:
            continue
        if form[name] not in values:
            raise Invalid(_("The form cannot be read"), field=name)
        is_secure = site_of(request).settings.is_secure
        response.set_cookie(
            Cookie(name, value=form[name], path="/", max_age=display.LIFETIME, httponly=True, samesite="lax", secure=is_secure)
        )
    return response


def _without_language(address: str) -> str:
    parts = urlsplit(address or "/")
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "lang"])
    return parts.path + (f"?{query}" if query else "")


routes = [choose]
