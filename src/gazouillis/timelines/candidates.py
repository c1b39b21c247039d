"""Queries for home timelines: which statuses and reblogs belong in the home timeline of one account.

The database is the truth; the ring buffers (`rings.py`) only cache its answer. A status that was reblogged by several followed
accounts enters a home once within the deduplication window: see `without_repetitions`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from operator import attrgetter
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.graph import queries as graph
from gazouillis.graph.queries import blocked
from gazouillis.graph.tables import follows, mutes
from gazouillis.infra.basics.ids import SEQUENCE_BITS, AccountId, StatusId
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses import viewers
from gazouillis.statuses.models import Visibility
from gazouillis.statuses.tables import statuses

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


_CANDIDATES = _candidates(statuses.c.account_id)
# For a few known statuses. The `+ 0` keeps the query planner from the index by author, which would read all statuses of all followed
# accounts: it uses the ids instead.
_AMONG_FEW = _candidates(statuses.c.account_id + sa.literal_column("0"))
_between = (statuses.c.id < sa.bindparam("below", type_=sa.BigInteger), statuses.c.id > sa.bindparam("above", type_=sa.BigInteger))
_limit = sa.bindparam("limit", type_=sa.Integer)
_NEWEST_ID = sa.select(sa.func.max(statuses.c.id))
_DOWNWARD = _CANDIDATES.where(*_between).order_by(statuses.c.id.desc()).limit(_limit)
_UPWARD = _CANDIDATES.where(*_between).order_by(statuses.c.id).limit(_limit)
_subjects: sa.BindParameter[int] = sa.bindparam("subjects", expanding=True)
_SIBLINGS = sa.union_all(
    _AMONG_FEW.where(*_between, statuses.c.id.in_(_subjects)), _AMONG_FEW.where(*_between, statuses.c.reblog_of_id.in_(_subjects))
)


async def between(
    reader: Reader, account_id: AccountId, *, below: int, above: int, limit: int, is_upward: bool = False
) -> Sequence[Candidate]:
    """Candidates with ids between the two bounds: newest first, or oldest first when upward. May contain repetitions."""
    bounds = {"below": below, "above": above, "limit": limit}
    rows = await reader.all(_UPWARD if is_upward else _DOWNWARD, {**bounds, **await _owner_parameters(reader, account_id)})
    return [Candidate(*list(row)) for row in rows]


async def newest(reader: Reader, account_id: AccountId, limit: int, *, below: int = LARGEST_ID, above: int = 0) -> Sequence[Candidate]:
    """The newest candidates between the two bounds, newest first.

    Reads some hours back, then as much further as the number found so far suggests: a query without a lower bound would read all
    statuses of all followed accounts.
    """
    top, span = min(below, (await reader.value(_NEWEST_ID) or 0) + 1), FIRST_SPAN
    while True:
        lowest = max(above, top - span)
        found = await between(reader, account_id, below=below, above=lowest, limit=limit)
        if len(found) >= limit or lowest == above:
            return found
        span *= min(MOST_WIDENING, 2 + 2 * limit // (len(found) + 1))


async def siblings(reader: Reader, account_id: AccountId, subjects: Collection[StatusId], *, below: int, above: int) -> list[Candidate]:
    """All candidates of this home that display one of these statuses, between the two bounds and oldest first."""
    if not subjects:
        return []
    parameters = {"below": below, "above": above, "subjects": list(subjects), **await _owner_parameters(reader, account_id)}
    found = [Candidate(*list(row)) for row in await reader.all(_SIBLINGS, parameters)]
    return sorted(found, key=attrgetter("id"))


async def without_repetitions(reader: Reader, account_id: AccountId, found: Sequence[Candidate]) -> list[Candidate]:
    """In the same order, without candidates whose subject was in this home during the deduplication window before."""
    if not found:
        return []
    lowest = min(one.id for one in found)
    subjects = {one.subject_id for one in found if one.id != one.subject_id}
    earlier = await siblings(reader, account_id, subjects, below=max(one.id for one in found), above=lowest - DEDUPLICATION_WINDOW_IDS)
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


async def _owner_parameters(reader: Reader, account_id: AccountId) -> dict[str, int]:
    """The time is given only if the account has a mute that expires: without it, the answer can stay in the response cache."""
    depends_on_time = (await graph.blocks_and_mutes(reader, account_id)).has_expiring_mutes
    return {"owner": account_id, "now": int(reader.now.timestamp() * 1_000_000) if depends_on_time else 0}
