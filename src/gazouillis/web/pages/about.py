"""What this place is, for whoever passes by."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from litestar import Response, get

from gazouillis.accounts import census, queries
from gazouillis.web.visit import AnyRequest, visit

VERSION = version("gazouillis")


@get("/about")
async def show(request: AnyRequest) -> Response[Any]:
    async with visit(request) as visiting:
        chosen = visiting.options
        counted = await census.count(visiting.reader)
        return await visiting.show(
            "about.html",
            description=chosen.description,
            rules=chosen.rules,
            registrations=chosen.registrations,
            contact=await queries.owner(visiting.reader),
            contact_email=chosen.contact_email,
            people=counted.people,
            posts=counted.statuses,
            version=VERSION,
        )


routes = [show]
