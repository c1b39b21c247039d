"""Timelines of lists of people: which statuses and reblogs of its members a list shows.

They are read from the database, as the home timelines that are not in memory: by the index of statuses by author, some hours back at
first. Open streams of lists ask the same conditions of one status.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from gazouillis.graph import queries as graph
from gazouillis.graph.lists import ListOfPeople, RepliesPolicy
from gazouillis.graph.queries import blocked
from gazouillis.graph.tables import follows, list_members, lists, mutes
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.paging import Page, Window
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import viewers
from gazouillis.statuses.models import Visibility
from gazouillis.statuses.tables import statuses
from gazouillis.timelines import candidates
from gazouillis.timelines.candidates import DEDUPLICATION_WINDOW_IDS, MOST_WIDENING, Candidate, repetitions
from gazouillis.timelines.read import read_page

Ids = sa.ColumnElement[Any]

_now = sa.bindparam("now", type_=sa.BigInteger)
_ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_subjects: sa.BindParameter[int] = sa.bindparam("subjects", expanding=True)
_limit = sa.bindparam("limit", type_=sa.Integer)
_between = (statuses.c.id < sa.bindparam("below", type_=sa.BigInteger), statuses.c.id > sa.bindparam("above", type_=sa.BigInteger))
_author = statuses.alias("original")
_member = list_members.alias("member")
_ENTRY = (statuses.c.id, sa.func.coalesce(statuses.c.reblog_of_id, statuses.c.id).label("subject_id"), statuses.c.account_id)


def _hidden(owner: Ids) -> sa.CompoundSelect[Any]:
    has_not_expired = sa.or_(mutes.c.expires_at.is_(None), sa.type_coerce(mutes.c.expires_at, sa.BigInteger) > _now)
    muted = sa.select(mutes.c.target_id).where(mutes.c.account_id == owner, has_not_expired)
    return sa.union_all(*(one.correlate(lists) for one in (muted, *blocked(owner))))


def _is_shown(owner: Ids, list_id: Ids, policy: Ids) -> sa.ColumnElement[bool]:
    """SQL condition on statuses of members. Hiding the reblogs of somebody applies to home only."""
    is_own, addressee = statuses.c.account_id == owner, statuses.c.in_reply_to_account_id
    is_withheld_original = sa.and_(_author.c.withheld_by.is_not(None), _author.c.account_id != owner)
    is_unwanted_original = sa.exists().where(
        _author.c.id == statuses.c.reblog_of_id, sa.or_(is_withheld_original, _author.c.account_id.in_(_hidden(owner)))
    )
    return sa.and_(
        statuses.c.account_id.not_in(_hidden(owner)),
        sa.or_(
            sa.and_(is_own, statuses.c.visibility != int(Visibility.DIRECT)),
            sa.and_(viewers.reaches(owner), statuses.c.withheld_by.is_(None)),
        ),
        statuses.c.deleted_at.is_(None),
        sa.or_(addressee.is_(None), addressee == statuses.c.account_id, _is_wanted_reply(owner, list_id, policy)),
        sa.or_(statuses.c.reblog_of_id.is_(None), ~is_unwanted_original),
    )


def _is_wanted_reply(owner: Ids, list_id: Ids, policy: Ids) -> sa.ColumnElement[bool]:
    """Of a reply to another than its author: to the owner, to a member, or to anybody whom the owner follows."""
    addressee = statuses.c.in_reply_to_account_id
    is_to_member = sa.exists().where(_member.c.list_id == list_id, _member.c.account_id == addressee)
    is_to_followed = sa.exists().where(follows.c.follower_id == owner, follows.c.followed_id == addressee)
    wanted = sa.or_(addressee == owner, is_to_member, sa.and_(policy == RepliesPolicy.FOLLOWED.value, is_to_followed))
    return sa.and_(policy != RepliesPolicy.NONE.value, wanted)


_list = sa.bindparam("list", type_=sa.BigInteger)
_ONE_LIST = _is_shown(sa.bindparam("owner", type_=sa.BigInteger), _list, sa.bindparam("policy", type_=sa.String))
_TIMELINE = sa.select(*_ENTRY).where(
    statuses.c.account_id.in_(sa.select(list_members.c.account_id).where(list_members.c.list_id == _list)), *_between, _ONE_LIST
)
_DOWNWARD, _UPWARD = (_TIMELINE.order_by(order).limit(_limit) for order in (statuses.c.id.desc(), statuses.c.id))

_OF_MEMBER = list_members.c.account_id == statuses.c.account_id + sa.literal_column("0")
"""The `+ 0` keeps the query planner from reading all statuses of all members: it begins with the ids instead."""
_AMONG_FEW = (
    sa.select(lists.c.id.label("list_id"), *_ENTRY)
    .select_from(statuses.join(list_members, _OF_MEMBER).join(lists, lists.c.id == list_members.c.list_id))
    .where(lists.c.id.in_(_ids), *_between, _is_shown(lists.c.account_id, lists.c.id, lists.c.replies_policy))
)
_SIBLINGS = sa.union_all(_AMONG_FEW.where(statuses.c.id.in_(_subjects)), _AMONG_FEW.where(statuses.c.reblog_of_id.in_(_subjects)))
_HOLDING = sa.select(list_members.c.list_id).where(
    list_members.c.account_id == sa.bindparam("member", type_=sa.BigInteger), list_members.c.list_id.in_(_ids)
)


class _Timeline:
    def __init__(self, reader: Reader, one: ListOfPeople, now: int) -> None:
        self._reader, self._list, self._now = reader, one, now

    async def between(self, *, below: int, above: int, limit: int, is_upward: bool = False) -> Sequence[Candidate]:
        one = self._list
        whose = {"list": one.id, "owner": one.account_id, "policy": one.replies_policy.value, "now": self._now}
        bounds = {"below": below, "above": above, "limit": limit}
        rows = await self._reader.all(_UPWARD if is_upward else _DOWNWARD, {**bounds, **whose})
        return [Candidate(*list(row)) for row in rows]

    async def siblings(self, subjects: Collection[StatusId], *, below: int, above: int) -> list[Candidate]:
        if not subjects:
            return []
        return (await _among_few(self._reader, [self._list.id], subjects, self._now, below=below, above=above)).get(self._list.id, [])


async def page(reader: Reader, one: ListOfPeople, window: Window) -> Page[StatusId]:
    """One page of the timeline of a list, as its owner sees it."""
    timeline = _Timeline(reader, one, candidates.now(reader, await graph.blocks_and_mutes(reader, one.account_id)))
    return await read_page(reader, window, timeline.between, timeline.siblings, least_widening=MOST_WIDENING)


async def showing(reader: Reader, list_ids: Collection[int], status_id: StatusId, author_id: AccountId, subject_id: StatusId) -> list[int]:
    """Which of these lists show a status, or a reblog: its subject is the original. Two queries at most, whatever their number."""
    held = await holding(reader, list_ids, author_id)
    if not held:
        return []
    now = int(reader.now.timestamp() * 1_000_000)
    found = await _among_few(reader, held, [subject_id], now, below=status_id + 1, above=status_id - DEDUPLICATION_WINDOW_IDS)
    return [one for one, entries in found.items() if status_id in {each.id for each in entries} - repetitions(entries)]


async def holding(reader: Reader, list_ids: Collection[int], member_id: AccountId) -> list[int]:
    """Which of these lists hold somebody."""
    return list(await reader.values(_HOLDING, {"member": member_id, "ids": list(list_ids)})) if list_ids else []


async def _among_few(
    reader: Reader, list_ids: Sequence[int], subjects: Collection[StatusId], now: int, *, below: int, above: int
) -> dict[int, list[Candidate]]:
    """By list, what displays one of these statuses, oldest first."""
    parameters = {"ids": list(list_ids), "subjects": list(subjects), "now": now, "below": below, "above": above}
    found: dict[int, list[Candidate]] = {}
    for row in sorted(map(tuple, await reader.all(_SIBLINGS, parameters))):
        found.setdefault(row[0], []).append(Candidate(*row[1:]))
    return found
