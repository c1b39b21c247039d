"""The link by which somebody proves to read the letters of their address.

Programs that look through mail open links too, so it is a button that proves.
"""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.accounts import emails
from gazouillis.infra.messages import _
from gazouillis.web.visit import AnyRequest, go, site_of, visit


@get("/address/{token:str}")
async def ask(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    async with visit(request) as visiting:
        user = await emails.confirming(visiting.reader, visiting.site.secrets, token)
        return await visiting.show("address.html", email=user.email)


@post("/address/{token:str}")
async def confirm(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    async with visit(request) as visiting:
        language = visiting.language
    async with site_of(request).db.write() as tx:
        await emails.confirm(tx, site_of(request).secrets, token)
    return go("/", request, flash=_("Your address is confirmed."), language=language)


routes = [ask, confirm]
