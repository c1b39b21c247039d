"""Grouped notifications. https://docs.joinmastodon.org/methods/grouped_notifications/"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Raw

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.accounts.quiet_hours import is_quiet_now
from gazouillis.api import paging, respond
from gazouillis.api.bind import bind, identifier
from gazouillis.api.caller import authorised
from gazouillis.api.entities.grouped_notifications import GroupedNotifications, grouped_notifications
from gazouillis.api.paging import PageForm
from gazouillis.api.request import AnyRequest, site
from gazouillis.api.v1.notifications import NotificationsForm, known_kinds
from gazouillis.infra.basics.errors import Invalid, NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.paging import Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.notifications import groups, queries, read
from gazouillis.notifications.models import GROUPED, Kind

FULL, PARTIAL = "full", "partial_avatars"
COUNTED = 100
"""How far unread groups are counted by default; at most `MOST_COUNTED`."""
MOST_COUNTED = 1000


class GroupsForm(NotificationsForm, frozen=True, kw_only=True):
    expand_accounts: str = FULL
    grouped_types: tuple[str, ...] = ()

    @property
    def grouped(self) -> Collection[Kind]:
        return GROUPED & set(known_kinds(self.grouped_types)) if self.grouped_types else GROUPED

    @property
    def is_partial(self) -> bool:
        if self.expand_accounts not in {FULL, PARTIAL}:
            raise Invalid(_("{field} is not valid", field="expand_accounts"), field="expand_accounts", code="ERR_INCLUSION")
        return self.expand_accounts == PARTIAL


class CountForm(GroupsForm, frozen=True, kw_only=True):
    limit: Annotated[int, msgspec.Meta(ge=0)] = COUNTED


@get("/api/v2/notifications")
async def many(request: AnyRequest) -> Response[GroupedNotifications]:
    caller, form = await authorised(request, "read:notifications"), await bind(request, GroupsForm)
    only_newest = form.is_partial
    async with site(request).db.read() as reader:
        page = Page[int]([])
        if not form.matches_nothing:
            page = await groups.page(reader, caller.account.id, form.window(paging.ACCOUNTS), form.filter, grouped=form.grouped)
        entities = await _grouped(request, reader, caller.account, page.items, form, only_newest=only_newest)
    return Response(entities, headers=paging.links(request, page))


@get("/api/v2/notifications/{group_key:str}")
async def show(request: AnyRequest, group_key: FromPath[str]) -> Response[GroupedNotifications]:
    caller = await authorised(request, "read:notifications")
    async with site(request).db.read() as reader:
        key = groups.parse(group_key)
        newest = await groups.newest_id(reader, caller.account.id, key) if key else _alone(group_key)
        form = GroupsForm() if key else GroupsForm(grouped_types=("none",))
        entities = await _grouped(request, reader, caller.account, [newest] if newest else [], form)
        if not entities.notification_groups:
            raise NotFound
    return Response(entities)


@get("/api/v2/notifications/{group_key:str}/accounts")
async def accounts_of_group(request: AnyRequest, group_key: FromPath[str]) -> Response[list[Raw]]:
    """The accounts of a group, the newest first."""
    caller, form = await authorised(request, "read:notifications"), await bind(request, PageForm)
    async with site(request).db.read() as reader:
        page = await _account_ids(reader, caller.account, group_key, form)
        entities = await respond.visible_accounts(request, reader, page.items)
    return Response(entities, headers=paging.links(request, page))


@post("/api/v2/notifications/{group_key:str}/dismiss", status_code=200)
async def dismiss(request: AnyRequest, group_key: FromPath[str]) -> Response[dict[str, Any]]:
    caller = await authorised(request, "write:notifications")
    async with site(request).db.write() as tx:
        if key := groups.parse(group_key):
            await read.dismiss_group(tx, caller.account, key)
        else:
            await read.dismiss(tx, caller.account, _alone(group_key))
    return Response({})


@get("/api/v2/notifications/unread_count")
async def unread_count(request: AnyRequest) -> Response[dict[str, int]]:
    """The number of unread groups of the given kinds."""
    caller, form = await authorised(request, "read:notifications"), await bind(request, CountForm)
    if form.matches_nothing:
        return Response({"count": 0})
    async with site(request).db.read() as reader:
        if is_quiet_now(caller.account.boundaries.quiet, reader):
            return Response({"count": 0})
        mark = await queries.read_mark(reader, caller.account.id, "notifications")
        window = Window(max(1, min(form.limit, MOST_COUNTED)), since_id=mark.last_read_id if mark else 0)
        return Response({"count": await groups.unread(reader, caller.account.id, window, form.filter, grouped=form.grouped)})


async def _grouped(
    request: AnyRequest, reader: Reader, account: Account, newest: Collection[int], form: GroupsForm, *, only_newest: bool = False
) -> GroupedNotifications:
    found = [one for one in await queries.by_ids(reader, newest) if one.account_id == account.id]
    views = await queries.notification_views(reader, found, account.id)
    alike = [one.id for one in found if one.group_hour is not None and one.kind in form.grouped]
    members = await groups.members(reader, account.id, alike, form.filter.sender_id) if alike else {}
    known = await accounts.by_ids(reader, {each for one in members.values() for each in one.account_ids})
    return grouped_notifications(respond.json_cache(request, reader), views, members, known, only_newest_in_full=only_newest)


async def _account_ids(reader: Reader, account: Account, group_key: str, form: PageForm) -> Page[AccountId]:
    if key := groups.parse(group_key):
        page = await groups.account_ids(reader, account.id, key, form.window(paging.ACCOUNTS))
        if not page.items and not await groups.newest_id(reader, account.id, key):
            raise NotFound
        return page
    one = await queries.by_id(reader, account.id, _alone(group_key))
    if one is None:
        raise NotFound
    return Page([one.from_account_id])


def _alone(group_key: str) -> int:
    return identifier(group_key.removeprefix("ungrouped-"))


routes = [many, show, accounts_of_group, dismiss, unread_count]
