from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from litestar import Response, get

from gazouillis.infra.answers import KEPT
from gazouillis.infra.errors import Unavailable
from gazouillis.infra.paging import Window
from gazouillis.notifications import queries as notifications
from gazouillis.notifications.models import Notification, NotificationView
from gazouillis.notifications.read import mark_read
from gazouillis.web import reading
from gazouillis.web.visit import AnyRequest, member, site_of, visit


@get("/notifications", opt=KEPT)
async def show(request: AnyRequest) -> Response[Any]:
    """What is shown is read."""
    await _mark_read(request)
    async with visit(request) as visiting:
        viewer = visiting.member

        async def see(found: Sequence[Notification]) -> list[NotificationView]:
            return await notifications.notification_views(visiting.reader, found, viewer.id, with_last_statuses=True)

        sheet = await reading.sheet(visiting, partial(notifications.page, visiting.reader, viewer.id), see)
        return await visiting.show("notifications.html", live="/live/notifications", notifications=sheet.entries, **sheet.links)


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
