"""https://docs.joinmastodon.org/methods/grouped_notifications/ – each notification is a group of one."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from gazouillis.api import paging, respond
from gazouillis.api.authorised import authorised, site
from gazouillis.api.bind import bind, identifier
from gazouillis.api.entities.grouped_notifications import GroupedNotifications, grouped_notifications
from gazouillis.api.entities.notification_policy import NotificationPolicy
from gazouillis.api.parameters import AnyRequest
from gazouillis.api.v1.notifications import NotificationsForm, page
from gazouillis.infra.errors import NotFound
from gazouillis.notifications import queries, read


@get("/api/v2/notifications")
async def many(request: AnyRequest) -> Response[GroupedNotifications]:
    account, form = await authorised(request, "read:notifications"), await bind(request, NotificationsForm)
    async with site(request).db.read() as reader:
        found = await page(reader, account, form)
        views = await queries.notification_views(reader, found.items, account.id)
        return Response(grouped_notifications(respond.written(request, reader), views), headers=paging.links(request, found))


@get("/api/v2/notifications/{group_key:str}")
async def show(request: AnyRequest, group_key: FromPath[str]) -> Response[GroupedNotifications]:
    account = await authorised(request, "read:notifications")
    async with site(request).db.read() as reader:
        one = await queries.by_id(reader, account.id, _member(group_key))
        views = await queries.notification_views(reader, [one], account.id) if one else []
        if not views:
            raise NotFound
        return Response(grouped_notifications(respond.written(request, reader), views))


@post("/api/v2/notifications/{group_key:str}/dismiss", status_code=200)
async def dismiss(request: AnyRequest, group_key: FromPath[str]) -> Response[dict[str, Any]]:
    account = await authorised(request, "write:notifications")
    async with site(request).db.write() as tx:
        await read.dismiss(tx, account, _member(group_key))
    return Response({})


@get("/api/v2/notifications/unread_count")
async def unread_count(request: AnyRequest) -> Response[dict[str, int]]:
    account = await authorised(request, "read:notifications")
    async with site(request).db.read() as reader:
        return Response({"count": await queries.unread_count(reader, account.id)})


@get("/api/v2/notifications/policy")
async def policy(request: AnyRequest) -> Response[NotificationPolicy]:
    """Everything is let through."""
    await authorised(request, "read:notifications")
    return Response(NotificationPolicy())


def _member(group_key: str) -> int:
    return identifier(group_key.removeprefix("ungrouped-"))


routes = [many, show, dismiss, unread_count, policy]
