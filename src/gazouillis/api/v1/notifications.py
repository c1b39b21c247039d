"""Notifications, one by one. https://docs.joinmastodon.org/methods/notifications/"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.types import ASGIApp
from msgspec.json import encode

from gazouillis.accounts.models import Account
from gazouillis.accounts.quiet_hours import is_quiet_now
from gazouillis.api import paging, respond
from gazouillis.api.bind import Id, bind, identifier
from gazouillis.api.caller import authorised
from gazouillis.api.entities.notification import Notification, notification
from gazouillis.api.paging import PageForm
from gazouillis.api.request import AnyRequest, site
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.cache.responses import CACHEABLE
from gazouillis.infra.database.paging import Page
from gazouillis.infra.database.transactions import Reader
from gazouillis.notifications import models, queries, read
from gazouillis.notifications.filters import NotificationFilter
from gazouillis.notifications.models import OUR_OWN, Kind


class NotificationsForm(PageForm, frozen=True, kw_only=True):
    types: tuple[str, ...] = ()
    exclude_types: tuple[str, ...] = ()
    account_id: Id | None = None

    @property
    def kinds(self) -> list[Kind]:
        return known_kinds(self.types)

    @property
    def filter(self) -> NotificationFilter:
        sender_id = None if self.account_id is None else AccountId(self.account_id)
        kinds, excluded = self.kinds, known_kinds(self.exclude_types)
        return NotificationFilter(tuple(kinds), tuple(excluded if kinds else sorted({*excluded, *OUR_OWN})), sender_id)

    @property
    def matches_nothing(self) -> bool:
        """Whether only unknown kinds were asked for."""
        return bool(self.types) and not self.kinds


def known_kinds(names: Sequence[str]) -> list[Kind]:
    """The kinds with these names, each once. Unknown names are ignored."""
    return [Kind(name) for name in dict.fromkeys(names) if name in set(Kind)]


async def page(reader: Reader, account: Account, form: NotificationsForm) -> Page[models.Notification]:
    if form.matches_nothing:
        return Page([])
    return await queries.page(reader, account.id, form.window(paging.ACCOUNTS), form.filter)


@get("/api/v1/notifications", opt=CACHEABLE)
async def many(request: AnyRequest) -> ASGIApp:
    caller, form = await authorised(request, "read:notifications"), await bind(request, NotificationsForm)
    async with site(request).db.read() as reader:
        found = await page(reader, caller.account, form)
        views, json_cache = await queries.notification_views(reader, found.items, caller.account.id), respond.json_cache(request, reader)
    return respond.json(encode([notification(json_cache, one) for one in views]), paging.links(request, found))


@get("/api/v1/notifications/{notification_id:str}")
async def show(request: AnyRequest, notification_id: FromPath[str]) -> Response[Notification]:
    caller = await authorised(request, "read:notifications")
    async with site(request).db.read() as reader:
        one = await queries.by_id(reader, caller.account.id, identifier(notification_id))
        views = await queries.notification_views(reader, [one], caller.account.id) if one else []
        if not views:
            raise NotFound
        return Response(notification(respond.json_cache(request, reader), views[0]))


@get("/api/v1/notifications/unread_count")
async def unread_count(request: AnyRequest) -> Response[dict[str, int]]:
    """Of those that the list has with the same parameters."""
    caller, form = await authorised(request, "read:notifications"), await bind(request, NotificationsForm)
    async with site(request).db.read() as reader:
        is_told = not form.matches_nothing and not is_quiet_now(caller.account.boundaries.quiet, reader)
        return Response({"count": await queries.unread_in_apps(reader, caller.account.id, form.filter) if is_told else 0})


@post("/api/v1/notifications/clear", status_code=200)
async def clear(request: AnyRequest) -> Response[dict[str, Any]]:
    caller = await authorised(request, "write:notifications")
    async with site(request).db.write() as tx:
        await read.clear(tx, caller.account)
    return Response({})


@post("/api/v1/notifications/{notification_id:str}/dismiss", status_code=200)
async def dismiss(request: AnyRequest, notification_id: FromPath[str]) -> Response[dict[str, Any]]:
    caller = await authorised(request, "write:notifications")
    async with site(request).db.write() as tx:
        await read.dismiss(tx, caller.account, identifier(notification_id))
    return Response({})


routes = [many, show, unread_count, clear, dismiss]
