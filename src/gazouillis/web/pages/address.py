"""The link by which somebody proves to read the letters of their address.

Programs that look through mail open links too, so it is a button that proves.
"""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import emails
from gazouillis.infra.basics.messages import _
from gazouillis.web.request_context import AnyRequest, go, request_context, site_of


@get("/address/{token:str}")
async def ask(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        user = await emails.user_of_token(context.reader, context.site.secrets, token)
        return await context.show("address.html", email=user.email)


@post("/address/{token:str}")
async def confirm(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    async with request_context(request) as context:
        language = context.language
    async with site_of(request).db.write() as tx:
        await emails.confirm(tx, site_of(request).secrets, token)
    return go("/", request, flash=_("Your address is confirmed."), language=language)


routes = [ask, confirm]
