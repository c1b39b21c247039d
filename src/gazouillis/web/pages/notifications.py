"""The notifications of the signed-in account, grouped. Showing the newest ones marks all as read."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get

from gazouillis.filters.models import Context
from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.basics.ids import LARGEST_ID
from gazouillis.infra.cache.dependencies import current_dependencies
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.infra.database.paging import Window
from gazouillis.notifications import groups
from gazouillis.notifications import queries as notifications
from gazouillis.notifications.group_views import GroupView, group_views
from gazouillis.notifications.read import mark_read
from gazouillis.web import filtered, pagination
from gazouillis.web.request_context import AnyRequest, is_unseen, member, request_context, site_of

READ_UP_TO = "read"
"""In the links to older pages: up to which id notifications had been read when the first page was shown."""


@get("/notifications", opt=CACHEABLE)
async def show(request: AnyRequest) -> Response[Any]:
    read_up_to = await _mark_read(request)
    async with request_context(request) as context:
        viewer = context.member

        async def load(newest: Sequence[int]) -> list[GroupView]:
            return [one for one in await group_views(context.reader, newest, viewer.id, read_up_to=read_up_to) if not _is_hidden(one)]

        page = await pagination.list_page(context, partial(groups.page, context.reader, viewer.id), load)
        links = page.links | {"older": _with_read_mark(page.older, read_up_to)}
        live = "/live/notifications" if page.is_first else ""
        return await context.render("notifications.html", live=live, groups=page.entries, **links)


def _is_hidden(group: GroupView) -> bool:
    """Whether a filter leaves out the status that it is about."""
    status = group.newest.status
    return status is not None and filtered.is_hidden(status, Context.NOTIFICATIONS)


async def _mark_read(request: AnyRequest) -> int:
    """Returns up to which id notifications had been read before. A page that nobody sees marks nothing."""
    account, site = await member(request), site_of(request)
    parameter = request.query_params.get(READ_UP_TO)
    before = pagination.parse_id(parameter) if parameter else None
    async with site.db.read() as reader:
        if not await notifications.unread_count(reader, account.id):
            return LARGEST_ID if before is None else before
        mark = await notifications.read_mark(reader, account.id, "notifications")
        newest = (await notifications.page(reader, account.id, Window(limit=1))).newest
    if is_unseen(request):
        if dependencies := current_dependencies():
            dependencies.mark_uncacheable()  # else the visit that follows would get this response, and mark nothing
    elif newest is not None and pagination.window_of(request) == Window():
        with suppress(Unavailable):  # they are shown all the same, and marked as read the next time
            async with site.db.write() as tx:
                await mark_read(tx, account, "notifications", newest)
    last_read = mark.last_read_id if mark else 0
    return last_read if before is None else before


def _with_read_mark(older: str | None, read_up_to: int) -> str | None:
    """What was unread on the first page is unread on the older ones too, although it is marked as read by then."""
    if older is None or read_up_to == LARGEST_ID or f"{READ_UP_TO}=" in older:
        return older
    return f"{older}&{urlencode({READ_UP_TO: read_up_to})}"


routes = [show]
