"""The operator's page: how many newcomers are answered, and how many people begin to talk to each other, by week."""

from __future__ import annotations

from typing import Any

from litestar import Response, get

from gazouillis.encounters.shelf import answers
from gazouillis.web.request_context import AnyRequest, request_context


@get("/settings/site/answers")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request, is_long=True) as context:
        context.require_administrator()
        return await context.render("settings_answers.html", weeks=await answers.by_week(context.reader))


routes = [show]
