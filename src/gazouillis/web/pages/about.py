"""What this place is, for whoever passes by."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from litestar import Response, get

from gazouillis.accounts import queries, usage
from gazouillis.web.request_context import AnyRequest, request_context

VERSION = version("gazouillis")


@get("/about")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        chosen = context.options
        counted = await usage.count(context.reader)
        return await context.show(
            "about.html",
            description=chosen.description,
            rules=chosen.rules,
            registrations=chosen.registrations,
            contact=await queries.owner(context.reader),
            contact_email=chosen.contact_email,
            people=counted.people,
            posts=counted.statuses,
            version=VERSION,
        )


routes = [show]
