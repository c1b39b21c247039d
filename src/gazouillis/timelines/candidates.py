"""Queries for home timelines: which statuses and reblogs belong in the home timeline of one account.

The database is the truth; the ring buffers (`rings.py`) only cache its answer. A status that was reblogged by several followed
accounts enters a home once within the deduplication window: see `without_repetitions`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from functools import partial
from operator import attrgetter
from typing import Any, Protocol

import msgspec
import sqlalchemy as sa

from gazouillis.graph import queries as graph
from gazouillis.graph.models import BlocksAndMutes
from gazouillis.graph.queries import blocked
from gazouillis.graph.tables import follows, list_members, lists, mutes
from gazouillis.infra.basics.ids import SEQUENCE_BITS, AccountId, StatusId
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import viewers
from gazouillis.statuses.models import Visibility
from gazouillis.statuses.tables import mentions, statuses

DEDUPLICATION_WINDOW = timedelta(days=1)
"""A status that was in a home timeline during this time does not come back by a reblog."""
DEDUPLICATION_WINDOW_IDS = int(DEDUPLICATION_WINDOW.total_seconds() * 1000) << SEQUENCE_BITS
"""The same as a difference of ids, which begin with a time."""

LARGEST_ID = 2**63 - 1
FIRST_SPAN = DEDUPLICATION_WINDOW_IDS // 4
"""How far back, in ids, the first query of `newest` reads."""
MOST_WIDENING = 32
"""By how much at most the span of the next query grows."""


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A status or a reblog that may enter a home timeline. `subject_id`: the status whose text is displayed (of a reblog, the original)."""

    id: StatusId
    subject_id: StatusId
    account_id: AccountId


class ReadBetween(Protocol):
    """Reads candidates of one timeline with ids between two bounds: newest first, or oldest first when upward."""

    async def __call__(self, *, below: int, above: int, limit: int, is_upward: bool = False) -> Sequence[Candidate]: ...


class ReadSiblings(Protocol):
    """Reads all candidates of one timeline that display one of these statuses, between two bounds and oldest first."""

    async def __call__(self, subjects: Collection[StatusId], *, below: int, above: int) -> list[Candidate]: ...


_owner = sa.bindparam("owner", type_=sa.BigInteger)
_now = sa.bindparam("now", type_=sa.BigInteger)
_author = statuses.alias("original")


def _follows(account: sa.ColumnElement[int], *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """For conditions that few rows reach: an index lookup for each is cheaper than the list of all followed accounts."""
    return sa.exists().where(follows.c.follower_id == _owner, follows.c.followed_id == account, *conditions)


_followed = sa.select(follows.c.followed_id).where(follows.c.follower_id == _owner)
_hidden = sa.union_all(
    sa.select(mutes.c.target_id).where(
        mutes.c.account_id == _owner, sa.or_(mutes.c.expires_at.is_(None), sa.type_coerce(mutes.c.expires_at, sa.BigInteger) > _now)
    ),
    *blocked(_owner),
)
_addressee = statuses.c.in_reply_to_account_id
_is_own = statuses.c.account_id == _owner
_is_wanted_reply = sa.or_(_is_own, _addressee.is_(None), _addressee == statuses.c.account_id, _addressee == _owner, _follows(_addressee))
_is_withheld_original = sa.and_(_author.c.withheld_by.is_not(None), _author.c.account_id != _owner)
_is_wanted_reblog = sa.or_(
    statuses.c.reblog_of_id.is_(None),
    sa.and_(
        sa.or_(_is_own, _follows(statuses.c.account_id, follows.c.shows_reblogs)),
        ~sa.exists().where(_author.c.id == statuses.c.reblog_of_id, sa.or_(_is_withheld_original, _author.c.account_id.in_(_hidden))),
    ),
)


_in_exclusive_lists = (
    sa.select(list_members.c.account_id)
    .join(lists, lists.c.id == list_members.c.list_id)
    .where(lists.c.account_id == _owner, lists.c.is_exclusive)
)
_is_outside_lists = sa.or_(
    _is_own,
    statuses.c.account_id.not_in(_in_exclusive_lists),
    _addressee == _owner,
    sa.exists().where(mentions.c.status_id == statuses.c.id, mentions.c.account_id == _owner),
)
"""Exclusive lists keep what their members post and reblog out of home, unless it names the owner. Asked only for owners who have some."""


def _candidates(author: sa.ColumnElement[int]) -> sa.Select[Any]:
    return sa.select(
        statuses.c.id, sa.func.coalesce(statuses.c.reblog_of_id, statuses.c.id).label("subject_id"), statuses.c.account_id
    ).where(
        author.in_(sa.union_all(_followed, sa.select(_owner))),
        statuses.c.account_id.not_in(_hidden),
        sa.or_(
            sa.and_(_is_own, statuses.c.visibility != int(Visibility.DIRECT)),
            sa.and_(viewers.reaches(_owner), statuses.c.withheld_by.is_(None)),
        ),
        statuses.c.deleted_at.is_(None),
        _is_wanted_reply,
        _is_wanted_reblog,
    )


_between = (statuses.c.id < sa.bindparam("below", type_=sa.BigInteger), statuses.c.id > sa.bindparam("above", type_=sa.BigInteger))
_limit = sa.bindparam("limit", type_=sa.Integer)
_NEWEST_ID = sa.select(sa.func.max(statuses.c.id))
_subjects: sa.BindParameter[int] = sa.bindparam("subjects", expanding=True)


class _Statements:
    def __init__(self, *conditions: sa.ColumnElement[bool]) -> None:
        wanted = _candidates(statuses.c.account_id).where(*_between, *conditions)
        # For a few known statuses. The `+ 0` keeps the query planner from the index by author, which would read all statuses of all
        # followed accounts: it uses the ids instead.
        among_few = _candidates(statuses.c.account_id + sa.literal_column("0")).where(*_between, *conditions)
        self.downward = wanted.order_by(statuses.c.id.desc()).limit(_limit)
        self.upward = wanted.order_by(statuses.c.id).limit(_limit)
        self.siblings = sa.union_all(among_few.where(statuses.c.id.in_(_subjects)), among_few.where(statuses.c.reblog_of_id.in_(_subjects)))


_USUAL, _WITH_EXCLUSIVE_LISTS = _Statements(), _Statements(_is_outside_lists)


async def between(
    reader: Reader, account_id: AccountId, *, below: int, above: int, limit: int, is_upward: bool = False
) -> Sequence[Candidate]:
    """Candidates with ids between the two bounds: newest first, or oldest first when upward. May contain repetitions."""
    bounds = {"below": below, "above": above, "limit": limit}
    statements, parameters = await _of_owner(reader, account_id)
    rows = await reader.all(statements.upward if is_upward else statements.downward, {**bounds, **parameters})
    return [Candidate(*list(row)) for row in rows]


async def newest(reader: Reader, account_id: AccountId, limit: int, *, below: int = LARGEST_ID, above: int = 0) -> Sequence[Candidate]:
    """The newest candidates between the two bounds, newest first."""
    return await newest_of(reader, partial(between, reader, account_id), limit, below=below, above=above)


async def newest_of(
    reader: Reader, read: ReadBetween, limit: int, *, below: int = LARGEST_ID, above: int = 0, least_widening: int = 2
) -> Sequence[Candidate]:
    """The newest candidates of any timeline between the two bounds, newest first.

    Reads some hours back, then as much further as the number found so far suggests: a query without a lower bound would read all
    statuses of all its authors. With `least_widening` = `MOST_WIDENING` it makes five queries at most.
    """
    top, span = min(below, (await reader.value(_NEWEST_ID) or 0) + 1), FIRST_SPAN
    while True:
        lowest = max(above, top - span)
        found = await read(below=below, above=lowest, limit=limit)
        if len(found) >= limit or lowest == above:
            return found
        span *= min(MOST_WIDENING, max(least_widening, 2 + 2 * limit // (len(found) + 1)))


async def siblings(reader: Reader, account_id: AccountId, subjects: Collection[StatusId], *, below: int, above: int) -> list[Candidate]:
    """All candidates of this home that display one of these statuses, between the two bounds and oldest first."""
    if not subjects:
        return []
    statements, parameters = await _of_owner(reader, account_id)
    asked = {"below": below, "above": above, "subjects": list(subjects), **parameters}
    found = [Candidate(*list(row)) for row in await reader.all(statements.siblings, asked)]
    return sorted(found, key=attrgetter("id"))


async def without_repetitions(reader: Reader, account_id: AccountId, found: Sequence[Candidate]) -> list[Candidate]:
    """In the same order, without candidates whose subject was in this home during the deduplication window before."""
    return await each_once(found, partial(siblings, reader, account_id))


async def each_once(found: Sequence[Candidate], read: ReadSiblings) -> list[Candidate]:
    """The same for any timeline."""
    if not found:
        return []
    lowest = min(one.id for one in found)
    subjects = {one.subject_id for one in found if one.id != one.subject_id}
    earlier = await read(subjects, below=max(one.id for one in found), above=lowest - DEDUPLICATION_WINDOW_IDS)
    repeated = repetitions([*earlier, *found])
    return [one for one in found if one.id not in repeated]


def repetitions(candidates: Iterable[Candidate]) -> set[StatusId]:
    """Ids of candidates whose subject came less than a deduplication window before, by another candidate."""
    last_seen: dict[StatusId, StatusId] = {}
    repeated = set()
    for one in sorted(set(candidates), key=lambda candidate: candidate.id):
        before = last_seen.get(one.subject_id)
        if before is not None and one.id - before < DEDUPLICATION_WINDOW_IDS:
            repeated.add(one.id)
        last_seen[one.subject_id] = one.id
    return repeated


async def _of_owner(reader: Reader, account_id: AccountId) -> tuple[_Statements, dict[str, int]]:
    """The statements for a home, and their parameters.

    The time is given only if the account has a mute that expires: without it, the answer can stay in the response cache.
    """
    hidden = await graph.blocks_and_mutes(reader, account_id)
    statements = _WITH_EXCLUSIVE_LISTS if hidden.in_exclusive_lists else _USUAL
    return statements, {"owner": account_id, "now": now(reader, hidden)}


def now(reader: Reader, hidden: BlocksAndMutes) -> int:
    return int(reader.now.timestamp() * 1_000_000) if hidden.has_expiring_mutes else 0
