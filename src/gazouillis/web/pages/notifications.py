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
from gazouillis.web import reading
from gazouillis.web.request_context import AnyRequest, member, request_context, site_of


@get("/notifications", opt=CACHEABLE)
async def show(request: AnyRequest) -> Response[Any]:
    """What is shown is read."""
    await _mark_read(request)
    async with request_context(request) as context:
        viewer = context.member

        async def see(found: Sequence[Notification]) -> list[NotificationView]:
            return await notifications.notification_views(context.reader, found, viewer.id, with_last_statuses=True)

        sheet = await reading.sheet(context, partial(notifications.page, context.reader, viewer.id), see)
        return await context.show("notifications.html", live="/live/notifications", notifications=sheet.entries, **sheet.links)


async def _mark_read(request: AnyRequest) -> None:
    account, site = await member(request), site_of(request)
    async with site.db.read() as reader:
        if not await notifications.unread_count(reader, account.id):
            return
        newest = (await notifications.page(reader, account.id, Window(limit=1))).newest
    if newest is not None:
        with suppress(Unavailable):  # they are shown all the same, and marked the next time
            async with site.db.write() as tx:
                await mark_read(tx, account, "notifications", newest)


routes = [show]
