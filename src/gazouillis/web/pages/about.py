"""The page about this site: description, rules, contact, and how many people and posts there are."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from litestar import Response, get

from gazouillis.accounts import queries, usage
from gazouillis.graph import queries as graph
from gazouillis.web.request_context import AnyRequest, request_context

VERSION = version("gazouillis")


@get("/about")
async def show(request: AnyRequest) -> Response[Any]:
    async with request_context(request) as context:
        chosen = context.options
        counts = await usage.count(context.reader)
        contact = await queries.owner(context.reader)
        return await context.render(
            "about.html",
            description=chosen.description,
            rules=chosen.rules,
            registrations=chosen.registrations,
            contact=contact,
            contact_relation=await graph.relation(context.reader, context.viewer_id, contact.id) if contact and context.viewer else None,
            contact_email=chosen.contact_email,
            people=counts.people,
            posts=counts.statuses,
            version=VERSION,
        )


routes = [show]
