"""Lookups of notifications: pages, single ones, what is shown of them, unread counts and read marks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.conversations import break_glass
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.cache.regions import CacheRegion, cached
from gazouillis.infra.database.paging import Listing, Page, Window
from gazouillis.infra.database.transactions import Reader, Row
from gazouillis.moderation import queries as moderation
from gazouillis.moderation.models import Report
from gazouillis.notifications import visible
from gazouillis.notifications.filters import IN_APPS, UNFILTERED, FilterShape, NotificationFilter
from gazouillis.notifications.models import OF_MEETINGS, Kind, Notification, NotificationView
from gazouillis.notifications.tables import notifications, read_marks
from gazouillis.places.meetings import queries as meetings
from gazouillis.statuses import queries as statuses
from gazouillis.statuses import views
from gazouillis.statuses.models import StatusView, Visibility
from gazouillis.statuses.tables import statuses as statuses_table
from gazouillis.statuses.thanks import queries as thanks

LAST_STATUSES = 3
"""How many statuses of a new follower are shown, so that you know who follows you without a click (N21)."""

MOST_COUNTED = 1000
"""Unread notifications are counted up to this number."""

NOTIFICATIONS: CacheRegion[int, Notification] = CacheRegion("notifications", 24_000_000)
"""By id. Entries are never invalidated: a notification does not change, and a removed one is in no list."""

_BY_IDS = sa.select(*(notifications.c[name] for name in Notification.__struct_fields__)).where(
    notifications.c.id.in_(sa.bindparam("ids", expanding=True))
)


UNREAD: CacheRegion[AccountId, int] = CacheRegion("unread notifications", 16_000_000)
UNREAD_WITHOUT_MESSAGES: CacheRegion[AccountId, int] = CacheRegion("unread notifications without messages", 16_000_000)
UNREAD_IN_APPS: CacheRegion[AccountId, int] = CacheRegion("unread notifications in apps", 16_000_000)

_account = sa.bindparam("account", type_=sa.BigInteger)
_last_read = (
    sa.select(read_marks.c.last_read_id)
    .where(read_marks.c.account_id == _account, read_marks.c.timeline == "notifications")
    .scalar_subquery()
)
_newer = sa.select(notifications.c.id).where(
    notifications.c.account_id == _account,
    notifications.c.id > sa.func.coalesce(_last_read, 0),
    visible.is_listed(notifications, _account),
)
_is_private_message = sa.exists().where(
    statuses_table.c.id == notifications.c.status_id, statuses_table.c.visibility == int(Visibility.DIRECT)
)
_UNREAD, _UNREAD_ELSEWHERE = (
    sa.select(sa.func.count()).select_from(one.limit(MOST_COUNTED).subquery()) for one in (_newer, _newer.where(~_is_private_message))
)


Count: TypeAlias = Callable[[Reader, Collection[AccountId]], Awaitable[dict[AccountId, int]]]
LastStatuses: TypeAlias = Mapping[AccountId, tuple[StatusView, ...]]


class ReadMark(msgspec.Struct, frozen=True):
    """How far an account has read a timeline, on any device. `version` grows with each move."""

    last_read_id: int
    version: int
    updated_at: datetime


async def page(
    reader: Reader,
    account_id: AccountId,
    window: Window,
    filters: NotificationFilter = UNFILTERED,
) -> Page[Notification]:
    """One page, not grouped. Use `notification_views` for what may be shown."""
    ids = await _of_account(filters.shape).page(reader, window, account=account_id, **filters.parameters)
    return Page(await by_ids(reader, ids.items), ids.newest, ids.oldest, ids.is_full)


async def by_ids(reader: Reader, ids: Collection[int]) -> list[Notification]:
    """In the order of `ids`. Removed notifications are left out."""
    known = await cached(reader, NOTIFICATIONS, ids, _load)
    return [known[one] for one in ids if one in known]


async def by_id(reader: Reader, account_id: AccountId, notification_id: int) -> Notification | None:
    """None if it was removed or is another account's."""
    one = (await _load(reader, (notification_id,))).get(notification_id)
    return one if one and one.account_id == account_id else None


async def notification_views(reader: Reader, found: Sequence[Notification], viewer_id: AccountId) -> list[NotificationView]:
    """The notifications with what is needed to show them.

    Left out are those about statuses that the viewer can no longer see, and those from accounts that are not visible, blocked, or muted
    with their notifications.
    """
    return (await views_and_last_statuses(reader, found, viewer_id, ()))[0]


async def views_and_last_statuses(
    reader: Reader, found: Sequence[Notification], viewer_id: AccountId, followers: Collection[AccountId]
) -> tuple[list[NotificationView], LastStatuses]:
    """As `notification_views`, and the last statuses of these new followers."""
    known = await accounts.by_ids(reader, {one.from_account_id for one in found})
    hidden = await graph.blocks_and_mutes(reader, viewer_id)
    last = await statuses.last_of_accounts(reader, followers, LAST_STATUSES)
    shown_ids = [one.status_id for one in found if one.status_id] + [status for ids in last.values() for status in ids]
    seen = {one.id: one for one in await views.views(reader, list(dict.fromkeys(shown_ids)), viewer_id)}
    reports = await moderation.newest_of_reporters(reader, {one.from_account_id for one in found if one.kind is Kind.ADMIN_REPORT})
    reported = await accounts.by_ids(reader, {one.account_id for one in reports.values()})
    lines = await thanks.lines_for(reader, viewer_id, {one.status_id for one in found if one.status_id and one.kind is Kind.THANKS})
    met = await _visible_meetings(reader, found, viewer_id)
    is_operator_named = any(one.kind is Kind.BREAK_GLASS for one in found)
    access = await break_glass.newest_of_account(reader, viewer_id) if is_operator_named else None
    shown = [
        NotificationView(
            notification=one,
            account=known[one.from_account_id],
            status=seen.get(one.status_id) if one.status_id else None,
            access=access if one.kind is Kind.BREAK_GLASS else None,
            meeting_id=one.about_id if one.about_id in met else None,
            line=lines.get(one.status_id, "") if one.status_id and one.kind is Kind.THANKS else "",
            **_about_report(one, reports, reported),
        )
        for one in found
        if one.from_account_id in known
        and _shows_sender(one, known[one.from_account_id])
        and (not one.status_id or one.status_id in seen)
        and one.from_account_id not in hidden.blocked
        and not hidden.mutes_notifications_of(one.from_account_id, reader)
    ]
    return shown, {account_id: tuple(seen[status] for status in ids if status in seen) for account_id, ids in last.items()}


async def _visible_meetings(reader: Reader, found: Sequence[Notification], viewer_id: AccountId) -> set[int]:
    ids = {one.about_id for one in found if one.kind in OF_MEETINGS and one.about_id is not None}
    shown = await meetings.shown(reader, viewer_id, await meetings.by_ids(reader, ids)) if ids else []
    return {one.meeting.id for one in shown}


def _shows_sender(one: Notification, sender: Account) -> bool:
    """Those who wait for approval are visible to whoever was notified of their sign-up."""
    return sender.is_visible or (one.kind is Kind.ADMIN_SIGN_UP and sender.suspended_at is None)


def _about_report(one: Notification, reports: Mapping[AccountId, Report], reported: Mapping[AccountId, Account]) -> dict[str, Any]:
    report = reports.get(one.from_account_id) if one.kind is Kind.ADMIN_REPORT else None
    return {"report": report, "reported": reported.get(report.account_id)} if report else {}


async def unread_count(reader: Reader, account_id: AccountId) -> int:
    """How many listed notifications are unread; at most `MOST_COUNTED`.

    It is not cached while a mute can expire, since that changes the count without an event.
    """
    return await _unread_count(reader, account_id, UNREAD, _count)


async def unread_without_messages(reader: Reader, account_id: AccountId) -> int:
    """The same without private messages, which pages count with the conversations."""
    return await _unread_count(reader, account_id, UNREAD_WITHOUT_MESSAGES, _count_without_messages)


async def unread_in_apps(reader: Reader, account_id: AccountId, filters: NotificationFilter = IN_APPS) -> int:
    """The same of those that an app lists, which gets kinds of our own only when it names them. Cached for apps that name no kinds."""
    if filters == IN_APPS:
        return await _unread_count(reader, account_id, UNREAD_IN_APPS, _count_in_apps)
    visibility = await visible.parameters(reader, account_id)
    counted: int = await reader.value(_unread(filters.shape), {"account": account_id, **visibility, **filters.parameters})
    return counted


async def _unread_count(reader: Reader, account_id: AccountId, region: CacheRegion[AccountId, int], count: Count) -> int:
    hidden = await graph.blocks_and_mutes(reader, account_id)
    if hidden.notifications_muted and hidden.has_expiring_mutes:
        return (await count(reader, (account_id,)))[account_id]
    return (await cached(reader, region, (account_id,), count))[account_id]


async def _count(reader: Reader, account_ids: Collection[AccountId]) -> dict[AccountId, int]:
    return {one: await reader.value(_UNREAD, {"account": one, **await visible.parameters(reader, one)}) for one in account_ids}


async def _count_without_messages(reader: Reader, account_ids: Collection[AccountId]) -> dict[AccountId, int]:
    return {one: await reader.value(_UNREAD_ELSEWHERE, {"account": one, **await visible.parameters(reader, one)}) for one in account_ids}


async def _count_in_apps(reader: Reader, account_ids: Collection[AccountId]) -> dict[AccountId, int]:
    statement = _unread(IN_APPS.shape)
    return {
        one: await reader.value(statement, {"account": one, **await visible.parameters(reader, one), **IN_APPS.parameters})
        for one in account_ids
    }


async def read_mark(reader: Reader, account_id: AccountId, timeline: str) -> ReadMark | None:
    """None if the account has not marked anything as read in this timeline."""
    row = await reader.one(_read_mark(account_id, timeline))
    return ReadMark(*list(row)) if row else None


@lru_cache(8)
def _of_account(shape: FilterShape) -> Listing:
    return Listing(shape.apply(sa.select(notifications.c.id).where(notifications.c.account_id == _account)), notifications.c.id)


@lru_cache(8)
def _unread(shape: FilterShape) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(shape.apply(_newer).limit(MOST_COUNTED).subquery())


async def _load(reader: Reader, ids: Collection[int]) -> dict[int, Notification]:
    return {row.id: _notification(row) for row in await reader.all(_BY_IDS, {"ids": list(ids)})}


def _read_mark(account_id: AccountId, timeline: str) -> sa.Select[tuple[int, int, datetime]]:
    return sa.select(read_marks.c.last_read_id, read_marks.c.version, read_marks.c.updated_at).where(
        read_marks.c.account_id == account_id, read_marks.c.timeline == timeline
    )


def _notification(row: Row) -> Notification:
    return Notification(
        row.id,
        AccountId(row.account_id),
        Kind(row.kind),
        AccountId(row.from_account_id),
        StatusId(row.status_id) or None,
        row.created_at,
        row.group_hour,
        row.about_id,
    )
