"""Circles: private lists of people that their owner uses as an audience. Nobody but the owner learns of a circle or of its members.

A status for a circle is read by its owner, and by the members who follow the owner: a circle never reaches further than "followers".
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.graph.tables import circle_members, circles, follows
from gazouillis.infra.basics.errors import Invalid, NotFound
from gazouillis.infra.basics.ids import AccountId, CircleId, id_or_none
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.regions import CacheRegion, cached
from gazouillis.infra.database.paging import Listing, Page, Window
from gazouillis.infra.database.transactions import Reader


class Circle(msgspec.Struct, frozen=True):
    id: CircleId
    account_id: AccountId
    """Its owner."""
    name: str


CIRCLES: CacheRegion[AccountId, tuple[Circle, ...]] = CacheRegion("circles", 4_000_000)
"""By owner. Every page with a composer lists them."""

_circle = sa.bindparam("circle", type_=sa.BigInteger)
_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_COLUMNS = tuple(circles.c[name] for name in Circle.__struct_fields__)
_OF_OWNERS = sa.select(*_COLUMNS).where(circles.c.account_id.in_(_ids)).order_by(circles.c.account_id, circles.c.id)
_BY_ID = sa.select(*_COLUMNS).where(circles.c.id == _circle)
_MEMBERS = Listing(
    sa.select(circle_members.c.id, circle_members.c.account_id).where(circle_members.c.circle_id == _circle), circle_members.c.id
)
_COUNTS = (
    sa.select(circle_members.c.circle_id, sa.func.count().label("members"))
    .where(circle_members.c.circle_id.in_(_ids))
    .group_by(circle_members.c.circle_id)
)
_MEMBERS_AMONG = sa.select(circle_members.c.account_id).where(circle_members.c.circle_id == _circle, circle_members.c.account_id.in_(_ids))


def _reading(member: Any, circle: Any) -> sa.Select[Any]:
    """The circles that a member reads: they follow its owner."""
    follows_owner = sa.and_(follows.c.follower_id == circle_members.c.account_id, follows.c.followed_id == circles.c.account_id)
    joined = circle_members.join(circles, circles.c.id == circle_members.c.circle_id).join(follows, follows_owner)
    return sa.select(circle_members.c.circle_id, circle_members.c.account_id).select_from(joined).where(member, circle)


def is_read_by(circle_id: sa.ColumnElement[Any], account: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """SQL condition: whether this account reads what is for this circle. The same as `readable_among`."""
    is_owner = sa.exists().where(circles.c.id == circle_id, circles.c.account_id == account)
    return sa.or_(is_owner, _reading(circle_members.c.account_id == account, circle_members.c.circle_id == circle_id).exists())


_READABLE: sa.CompoundSelect[Any] = sa.union_all(
    _reading(circle_members.c.account_id == sa.bindparam("reader", type_=sa.BigInteger), circle_members.c.circle_id.in_(_ids)),
    sa.select(circles.c.id, circles.c.account_id).where(
        circles.c.account_id == sa.bindparam("reader", type_=sa.BigInteger), circles.c.id.in_(_ids)
    ),
)
_READERS: sa.CompoundSelect[Any] = sa.union_all(
    _reading(circle_members.c.account_id.in_(_ids), circle_members.c.circle_id == _circle),
    sa.select(circles.c.id, circles.c.account_id).where(circles.c.account_id.in_(_ids), circles.c.id == _circle),
)


async def of_account(reader: Reader, account_id: AccountId) -> tuple[Circle, ...]:
    """The circles that it owns, oldest first."""
    return (await cached(reader, CIRCLES, (account_id,), _load))[account_id]


async def own(reader: Reader, account_id: AccountId, circle_id: CircleId) -> Circle:
    """Raises NotFound when there is none, and with the same words when it is somebody else's."""
    row = await reader.one(_BY_ID, {"circle": circle_id})
    if row is None or row.account_id != account_id:
        raise NotFound(_("There is no such circle"))
    return Circle(*list(row))


def id_of(text: str) -> CircleId | None:
    """The circle that a form names; None for none, and for what is no id."""
    number = id_or_none(text)
    return None if number is None else CircleId(number)


async def chosen(reader: Reader, account_id: AccountId, circle_id: CircleId | None) -> CircleId:
    """The circle that an account chose as an audience. Raises Invalid unless it is its own."""
    if circle_id is None:
        raise Invalid(_("Choose a circle"), field="circle_id", code="ERR_BLANK")
    try:
        return (await own(reader, account_id, circle_id)).id
    except NotFound as missing:
        raise Invalid(missing.public, field="circle_id", code="ERR_INCLUSION") from missing


async def owner_id(reader: Reader, circle_id: CircleId) -> AccountId | None:
    """None when it was deleted."""
    row = await reader.one(_BY_ID, {"circle": circle_id})
    return AccountId(row.account_id) if row else None


async def member_ids(reader: Reader, circle_id: CircleId, window: Window) -> Page[AccountId]:
    return await _MEMBERS.page(reader, window, circle=circle_id)


async def members_among(reader: Reader, circle_id: CircleId, ids: Collection[AccountId]) -> set[AccountId]:
    return set(await reader.values(_MEMBERS_AMONG, {"circle": circle_id, "ids": list(ids)}))


async def counts(reader: Reader, circle_ids: Collection[CircleId]) -> dict[CircleId, int]:
    """The number of members of each; circles without members are left out."""
    return {CircleId(row.circle_id): row.members for row in await reader.all(_COUNTS, {"ids": list(circle_ids)})}


async def readable_among(reader: Reader, reader_id: AccountId, circle_ids: Collection[CircleId]) -> set[CircleId]:
    """Which of these circles this account reads: its own, and those of people it follows that have it as a member."""
    return set(await reader.values(_READABLE, {"reader": reader_id, "ids": list(circle_ids)}))


async def readers_among(reader: Reader, circle_id: CircleId, ids: Collection[AccountId]) -> set[AccountId]:
    """Which of these accounts read this circle."""
    return {AccountId(row.account_id) for row in await reader.all(_READERS, {"circle": circle_id, "ids": list(ids)})}


async def _load(reader: Reader, owners: Collection[AccountId]) -> dict[AccountId, tuple[Circle, ...]]:
    found: dict[AccountId, list[Circle]] = {one: [] for one in owners}
    for row in await reader.all(_OF_OWNERS, {"ids": list(owners)}):
        found[AccountId(row.account_id)].append(Circle(*list(row)))
    return {one: tuple(mine) for one, mine in found.items()}
