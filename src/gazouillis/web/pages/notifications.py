"""The notifications of the signed-in account. Showing the page marks them as read."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from litestar import Response, get

from gazouillis.infra.basics.errors import Unavailable
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.infra.database.paging import Window
from gazouillis.notifications import queries as notifications
from gazouillis.notifications.models import Notification, NotificationView
from gazouillis.notifications.read import mark_read
from gazouillis.web import pagination
from gazouillis.web.request_context import AnyRequest, member, request_context, site_of


@get("/notifications", opt=CACHEABLE)
async def show(request: AnyRequest) -> Response[Any]:
    await _mark_read(request)
    async with request_context(request) as context:
        viewer = context.member

        async def load(items: Sequence[Notification]) -> list[NotificationView]:
            return await notifications.notification_views(context.reader, items, viewer.id, with_last_statuses=True)

        page = await pagination.list_page(context, partial(notifications.page, context.reader, viewer.id), load)
        return await context.render("notifications.html", live="/live/notifications", notifications=page.entries, **page.links)


async def _mark_read(request: AnyRequest) -> None:
    account, site = await member(request), site_of(request)
    async with site.db.read() as reader:
        if not await notifications.unread_count(reader, account.id):
            return
        newest = (await notifications.page(reader, account.id, Window(limit=1))).newest
    if newest is not None:
        with suppress(Unavailable):  # they are shown all the same, and marked as read the next time
            async with site.db.write() as tx:
                await mark_read(tx, account, "notifications", newest)


routes = [show]
