"""What this place is, for whoever passes by."""

from __future__ import annotations

from importlib.metadata import metadata
from typing import Any

from litestar import Response, get

from gazouillis.accounts import census, queries
from gazouillis.web.visit import AnyRequest, visit

PROGRAM = metadata("gazouillis")


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
            version=PROGRAM["Version"],
            source=source_of(PROGRAM.get_all("Project-URL") or []),
        )


def source_of(addresses: list[str]) -> str:
    """Where the program itself says that its source is; https://packaging.python.org/en/latest/specifications/well-known-project-urls/"""
    named = dict(address.split(", ", 1) for address in addresses if ", " in address)
    return next((address for label, address in named.items() if label.lower() in {"source", "repository", "homepage"}), "")


routes = [show]
