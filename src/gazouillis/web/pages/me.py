"""The page of the viewer's own things: what the side column holds on a wide screen."""

from __future__ import annotations

from typing import Any

from litestar import Response, get

from gazouillis.web.request_context import AnyRequest, request_context


@get("/me")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        return await context.render("me.html", me=context.member)


routes = [show]
