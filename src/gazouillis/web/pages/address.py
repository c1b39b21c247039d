"""Confirms an e-mail address by the link that was sent to it.

Mail scanners open links too, so opening the link only shows a button, and the button confirms.
"""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import emails
from gazouillis.infra.basics.messages import _
from gazouillis.web.request_context import AnyRequest, redirect, request_context, site_of


@get("/address/{token:str}")
async def show_form(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        user = await emails.user_of_token(context.reader, context.site.secrets, token)
        return await context.render("address.html", email=user.email)


@post("/address/{token:str}")
async def confirm(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        language = context.language
    async with site_of(request).db.write() as tx:
        await emails.confirm(tx, site_of(request).secrets, token)
    return redirect("/", request, flash=_("Your address is confirmed."), language=language)


routes = [show_form, confirm]
