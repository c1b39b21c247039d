"""Grouped notifications: https://docs.joinmastodon.org/methods/grouped_notifications/

The favourites of one status, its reblogs, and new followers form a group for twelve hours from the first. A group is listed once, at the
place of its newest notification.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

import msgspec
import sqlalchemy as sa

from gazouillis.infra.basics.ids import LARGEST_ID, AccountId
from gazouillis.infra.database.paging import Listing, Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.notifications import visible
from gazouillis.notifications.filters import UNFILTERED, FilterShape, NotificationFilter, sender
from gazouillis.notifications.models import GROUPED, Kind
from gazouillis.notifications.tables import notifications

MOST_SAMPLES = 8
"""How many accounts of a group are shown with it."""

_account = sa.bindparam("account", type_=sa.BigInteger)
_newer = notifications.alias("newer")
_of_group = (
    notifications.c.account_id == _account,
    notifications.c.kind == sa.bindparam("kind"),
    notifications.c.status_id == sa.bindparam("subject", type_=sa.BigInteger),
    notifications.c.group_hour == sa.bindparam("hour"),
)
_is_listed = visible.is_listed(notifications, _account)
_MEMBERS = Listing(sa.select(notifications.c.id, notifications.c.from_account_id).where(*_of_group, _is_listed), notifications.c.id)
_NEWEST = sa.select(sa.func.max(notifications.c.id)).where(*_of_group, _is_listed)


class GroupKey(msgspec.Struct, frozen=True):
    """What the notifications of a group have in common. Written as `favourite-12-493000` or `follow-493000`.

    `hour` is when the group began, in hours since 1970; `status_id` is 0 for follows.
    """

    kind: Kind
    status_id: int
    hour: int

    @property
    def parameters(self) -> dict[str, str | int]:
        return {"kind": self.kind.value, "subject": self.status_id, "hour": self.hour}


class Members(msgspec.Struct, frozen=True):
    """A group: the accounts of its newest notifications (at most `MOST_SAMPLES`), their whole number, and the id of the oldest."""

    account_ids: tuple[AccountId, ...]
    count: int
    oldest_id: int


def parse(text: str) -> GroupKey | None:
    """None if the text is no key of a group, such as the key of an ungrouped notification."""
    match = _KEY.fullmatch(text)
    if match is None or max(int(match["status"] or 0), int(match["hour"])) > LARGEST_ID:
        return None
    return GroupKey(Kind(match["kind"] or "follow"), int(match["status"] or 0), int(match["hour"]))


async def page(
    reader: Reader,
    account_id: AccountId,
    window: Window,
    filters: NotificationFilter = UNFILTERED,
    *,
    grouped: Collection[Kind] = GROUPED,
) -> Page[int]:
    """One page of ids: of each group the newest notification, and the ungrouped ones. A group is on one page only.

    Kinds that are not in `grouped` are not grouped.
    """
    parameters = {**filters.parameters, **await visible.parameters(reader, account_id), "grouped": [one.value for one in grouped]}
    return await _newest_of_groups(filters.shape).page(reader, window, account=account_id, **parameters)


async def members(reader: Reader, account_id: AccountId, newest: Collection[int], sender_id: AccountId | None = None) -> dict[int, Members]:
    """By the id of the newest notification, its group. Ungrouped notifications have no entry."""
    parameters = {"account": account_id, "newest": list(newest), "sender": sender_id, **await visible.parameters(reader, account_id)}
    rows = await reader.all(_samples(sender_id is not None), parameters)
    found: dict[int, list[AccountId]] = {}
    for row in rows:
        found.setdefault(row.newest, []).append(AccountId(row.sender))
    return {row.newest: Members(tuple(found[row.newest]), row.size, row.oldest) for row in rows}


async def newest_id(reader: Reader, account_id: AccountId, key: GroupKey) -> int | None:
    """The id of the newest notification of the group; None if there is none."""
    visibility = await visible.parameters(reader, account_id)
    newest: int | None = await reader.value(_NEWEST, {"account": account_id, **key.parameters, **visibility})
    return newest


async def account_ids(reader: Reader, account_id: AccountId, key: GroupKey, window: Window) -> Page[AccountId]:
    """One page of the accounts that caused the notifications of the group."""
    visibility = await visible.parameters(reader, account_id)
    return await _MEMBERS.page(reader, window, account=account_id, **key.parameters, **visibility)


async def unread(
    reader: Reader,
    account_id: AccountId,
    window: Window,
    filters: NotificationFilter = UNFILTERED,
    *,
    grouped: Collection[Kind] = GROUPED,
) -> int:
    """How many groups have a notification newer than the `since_id` of the window; at most its `limit`."""
    return len((await page(reader, account_id, window, filters, grouped=grouped)).items)


@lru_cache(maxsize=16)
def _newest_of_groups(shape: FilterShape) -> Listing:
    newer = [*_same_group(_newer, notifications), _newer.c.id > notifications.c.id, visible.is_listed(_newer, _account)]
    found = shape.apply(sa.select(notifications.c.id).where(notifications.c.account_id == _account, _is_listed))
    if shape.has_sender:
        newer.append(_newer.c.from_account_id == sender)
    is_ungrouped = sa.or_(notifications.c.group_hour.is_(None), notifications.c.kind.not_in(sa.bindparam("grouped", expanding=True)))
    return Listing(found.where(sa.or_(is_ungrouped, ~sa.exists().where(*newer))), notifications.c.id)


@lru_cache(maxsize=2)
def _samples(has_sender: bool) -> sa.Select[tuple[int, int, int, int]]:  # noqa: FBT001 (the key of a cache)
    newest, one = notifications.alias("newest"), notifications.alias("one")
    members = sa.select(
        newest.c.id.label("newest"),
        one.c.from_account_id.label("sender"),
        sa.func.row_number().over(partition_by=newest.c.id, order_by=one.c.id.desc()).label("place"),
        sa.func.count().over(partition_by=newest.c.id).label("size"),
        sa.func.min(one.c.id).over(partition_by=newest.c.id).label("oldest"),
    ).where(newest.c.id.in_(sa.bindparam("newest", expanding=True)), *_same_group(one, newest), visible.is_listed(one, _account))
    ranked = (members.where(one.c.from_account_id == sender) if has_sender else members).subquery()
    chosen = sa.select(ranked.c.newest, ranked.c.sender, ranked.c.size, ranked.c.oldest).where(ranked.c.place <= MOST_SAMPLES)
    return chosen.order_by(ranked.c.newest, ranked.c.place)


def _same_group(one: sa.FromClause, other: sa.FromClause) -> list[sa.ColumnElement[bool]]:
    same = [one.c[name] == other.c[name] for name in ("kind", "status_id", "group_hour")]
    return [one.c.account_id == _account, other.c.account_id == _account, *same]


_KEY = re.compile(r"(?:(?P<kind>favourite|reblog)-(?P<status>[0-9]{1,19})|follow)-(?P<hour>[0-9]{1,9})")
