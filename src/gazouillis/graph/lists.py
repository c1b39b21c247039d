"""Lists of people: private timelines of some of those whom an account follows. https://docs.joinmastodon.org/entities/List/

Nobody but the owner learns of a list or of its members. Which posts it shows is said by `timelines/lists.py`.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

import msgspec
import sqlalchemy as sa

from gazouillis.graph.tables import list_members, lists
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, ListId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.paging import Listing, Page, Window
from gazouillis.infra.database.transactions import Reader, Row


class RepliesPolicy(StrEnum):
    """Which replies of its members a list shows. Those to oneself are always shown."""

    FOLLOWED = "followed"
    """To anybody whom the owner follows, and to the owner."""
    LIST = "list"
    """To its members, and to the owner."""
    NONE = "none"


class ListOfPeople(msgspec.Struct, frozen=True):
    id: ListId
    account_id: AccountId
    """Its owner."""
    title: str
    replies_policy: RepliesPolicy = RepliesPolicy.LIST
    is_exclusive: bool = False
    """Whether the posts of its members leave the home timeline of its owner, unless they name the owner."""


_owner = sa.bindparam("owner", type_=sa.BigInteger)
_list = sa.bindparam("list", type_=sa.BigInteger)
_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_COLUMNS = tuple(lists.c[name] for name in ListOfPeople.__struct_fields__)
_OF_OWNER = sa.select(*_COLUMNS).where(lists.c.account_id == _owner).order_by(lists.c.id)
_OWN = sa.select(*_COLUMNS).where(lists.c.id == _list, lists.c.account_id == _owner)
_HOLDING = _OF_OWNER.join(list_members, list_members.c.list_id == lists.c.id).where(
    list_members.c.account_id == sa.bindparam("member", type_=sa.BigInteger)
)
_MEMBERS = Listing(sa.select(list_members.c.id, list_members.c.account_id).where(list_members.c.list_id == _list), list_members.c.id)
_COUNTS = (
    sa.select(list_members.c.list_id, sa.func.count().label("members"))
    .where(list_members.c.list_id.in_(_ids))
    .group_by(list_members.c.list_id)
)
_MEMBERS_AMONG = sa.select(list_members.c.account_id).where(list_members.c.list_id == _list, list_members.c.account_id.in_(_ids))


async def of_account(reader: Reader, account_id: AccountId) -> list[ListOfPeople]:
    """The lists that it owns, oldest first; there are at most `change_list.MOST_LISTS`."""
    return [_list_of(row) for row in await reader.all(_OF_OWNER, {"owner": account_id})]


async def holding(reader: Reader, account_id: AccountId, member_id: AccountId) -> list[ListOfPeople]:
    """The lists of this account that hold somebody."""
    return [_list_of(row) for row in await reader.all(_HOLDING, {"owner": account_id, "member": member_id})]


async def own(reader: Reader, account_id: AccountId, list_id: int) -> ListOfPeople:
    """Raises NotFound when there is none, and with the same words when it is somebody else's."""
    found = await own_or_none(reader, account_id, list_id)
    if found is None:
        raise NotFound(_("There is no such list"))
    return found


async def own_or_none(reader: Reader, account_id: AccountId, list_id: int) -> ListOfPeople | None:
    row = await reader.one(_OWN, {"owner": account_id, "list": list_id})
    return None if row is None else _list_of(row)


async def member_ids(reader: Reader, list_id: ListId, window: Window) -> Page[AccountId]:
    return await _MEMBERS.page(reader, window, list=list_id)


async def members_among(reader: Reader, list_id: ListId, ids: Collection[AccountId]) -> set[AccountId]:
    return set(await reader.values(_MEMBERS_AMONG, {"list": list_id, "ids": list(ids)}))


async def counts(reader: Reader, list_ids: Collection[ListId]) -> dict[ListId, int]:
    """The number of members of each; lists without members are left out."""
    rows = await reader.all(_COUNTS, {"ids": list(list_ids)}) if list_ids else []
    return {ListId(row.list_id): row.members for row in rows}


def _list_of(row: Row) -> ListOfPeople:
    return ListOfPeople(ListId(row.id), AccountId(row.account_id), row.title, RepliesPolicy(row.replies_policy), bool(row.is_exclusive))
