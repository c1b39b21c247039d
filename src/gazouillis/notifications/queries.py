"""Lookups of notifications: pages, single ones, what is shown of them, unread counts and read marks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.graph import queries as graph
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.cache.regions import CacheRegion, cached
from gazouillis.infra.database.paging import Listing, Page, Window
from gazouillis.infra.database.transactions import Reader, Row
from gazouillis.notifications import visible
from gazouillis.notifications.models import Kind, Notification, NotificationView
from gazouillis.notifications.tables import notifications, read_marks
from gazouillis.statuses import queries as statuses
from gazouillis.statuses import views

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
_UNREAD = sa.select(sa.func.count()).select_from(_newer.limit(MOST_COUNTED).subquery())


class ReadMark(msgspec.Struct, frozen=True):
    """How far an account has read a timeline, on any device. `version` grows with each move."""

    last_read_id: int
    version: int
    updated_at: datetime


async def page(
    reader: Reader,
    account_id: AccountId,
    window: Window,
    *,
    kinds: Collection[Kind] = (),
    without: Collection[Kind] = (),
    from_id: AccountId | None = None,
) -> Page[Notification]:
    """One page, not grouped. `kinds` (empty: all), `without` and `from_id` filter. Use `notification_views` for what may be shown."""
    filters = {"kinds": [one.value for one in kinds], "excluded": [one.value for one in without], "sender": from_id}
    listing = _of_account(bool(kinds), bool(without), from_id is not None)
    ids = await listing.page(reader, window, account=account_id, **filters)
    return Page(await by_ids(reader, ids.items), ids.newest, ids.oldest, ids.is_full)


async def by_ids(reader: Reader, ids: Collection[int]) -> list[Notification]:
    """In the order of `ids`. Removed notifications are left out."""
    known = await cached(reader, NOTIFICATIONS, ids, _load)
    return [known[one] for one in ids if one in known]


async def by_id(reader: Reader, account_id: AccountId, notification_id: int) -> Notification | None:
    """None if it was removed or is another account's."""
    one = (await _load(reader, (notification_id,))).get(notification_id)
    return one if one and one.account_id == account_id else None


async def notification_views(
    reader: Reader, found: Sequence[Notification], viewer_id: AccountId, *, with_last_statuses: bool = False
) -> list[NotificationView]:
    """The notifications with what is needed to show them.

    Left out are those about statuses that the viewer can no longer see, and those from accounts that are not visible, blocked, or muted
    with their notifications. `with_last_statuses` adds, for new followers, their last statuses and the viewer's relation with them.
    """
    senders = {one.from_account_id for one in found}
    known = await accounts.by_ids(reader, senders)
    hidden = await graph.blocks_and_mutes(reader, viewer_id)
    relations = await graph.relations(reader, viewer_id, senders) if with_last_statuses else {}
    followers = [one.from_account_id for one in found if one.kind in {Kind.FOLLOW, Kind.FOLLOW_REQUEST}] if with_last_statuses else []
    last = await statuses.last_of_accounts(reader, followers, LAST_STATUSES)
    shown_ids = [one.status_id for one in found if one.status_id] + [status for ids in last.values() for status in ids]
    seen = {one.id: one for one in await views.views(reader, list(dict.fromkeys(shown_ids)), viewer_id)}
    return [
        NotificationView(
            notification=one,
            account=known[one.from_account_id],
            status=seen.get(one.status_id) if one.status_id else None,
            relation=relations.get(one.from_account_id),
            last_statuses=tuple(seen[status] for status in last.get(one.from_account_id, ()) if status in seen),
        )
        for one in found
        if one.from_account_id in known
        and known[one.from_account_id].is_visible
        and (not one.status_id or one.status_id in seen)
        and one.from_account_id not in hidden.blocked
        and not hidden.mutes_notifications_of(one.from_account_id, reader)
    ]


async def unread_count(reader: Reader, account_id: AccountId) -> int:
    """How many listed notifications are unread; at most `MOST_COUNTED`.

    It is not cached while a mute can expire, since that changes the count without an event.
    """
    hidden = await graph.blocks_and_mutes(reader, account_id)
    if hidden.notifications_muted and hidden.has_expiring_mutes:
        return (await _count(reader, (account_id,)))[account_id]
    return (await cached(reader, UNREAD, (account_id,), _count))[account_id]


async def _count(reader: Reader, account_ids: Collection[AccountId]) -> dict[AccountId, int]:
    return {one: await reader.value(_UNREAD, {"account": one, **await visible.parameters(reader, one)}) for one in account_ids}


async def read_mark(reader: Reader, account_id: AccountId, timeline: str) -> ReadMark | None:
    """None if the account has not marked anything as read in this timeline."""
    row = await reader.one(_read_mark(account_id, timeline))
    return ReadMark(*list(row)) if row else None


@lru_cache(8)
def _of_account(has_kinds: bool, has_excluded: bool, has_sender: bool) -> Listing:  # noqa: FBT001 (the key of a cache)
    found = sa.select(notifications.c.id).where(notifications.c.account_id == sa.bindparam("account", type_=sa.BigInteger))
    if has_kinds:
        found = found.where(notifications.c.kind.in_(sa.bindparam("kinds", expanding=True)))
    if has_excluded:
        found = found.where(notifications.c.kind.not_in(sa.bindparam("excluded", expanding=True)))
    if has_sender:
        found = found.where(notifications.c.from_account_id == sa.bindparam("sender", type_=sa.BigInteger))
    return Listing(found, notifications.c.id)


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
    )
