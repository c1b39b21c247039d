"""The directory page: people here who agreed to be found. Visitors read it too."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get

from gazouillis.accounts import queries as accounts
from gazouillis.graph import queries as graph
from gazouillis.graph.directory import START, DirectoryPage, Order, Position, directory
from gazouillis.web.pagination import parse_id
from gazouillis.web.request_context import AnyRequest, request_context

ON_A_PAGE = 20


@get("/directory")
async def show(request: AnyRequest) -> Response[Any]:
    """`order` is "new", or anything else for those who posted last. `after` is the position at which the page before ended."""
    order = Order.NEW if request.query_params.get("order") == Order.NEW else Order.ACTIVE
    after = _position(request.query_params.get("after", ""))
    async with request_context(request) as context:
        page = await directory(context.reader, context.viewer_id, order, ON_A_PAGE, after=after)
        known = await accounts.by_ids(context.reader, page.ids)
        return await context.render(
            "directory.html",
            order=order.value,
            accounts=[known[one] for one in page.ids if one in known],
            relations=await graph.relations(context.reader, context.viewer_id, page.ids) if context.viewer else {},
            first=None if after == START else _address(order),
            more=_address(order, page),
        )


def _position(text: str) -> Position:
    """Raises NotFound for what is no position."""
    key, _dash, account_id = text.partition("-")
    return Position(parse_id(key), parse_id(account_id)) if text else START


def _address(order: Order, before: DirectoryPage | None = None) -> str | None:
    """Of the first page, or of the one that follows `before`: None when there is none."""
    query = {"order": order.value} if order is Order.NEW else {}
    if before is not None:
        if before.next is None:
            return None
        query["after"] = f"{before.next.key}-{before.next.account_id}"
    return f"/directory?{urlencode(query)}" if query else "/directory"


routes = [show]
