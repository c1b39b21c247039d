"""What may stand in somebody's home timeline, asked of the database: the truth that the rings only remember."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from operator import attrgetter
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.graph import queries as graph
from gazouillis.graph.tables import blocks, follows, mutes
from gazouillis.infra.basics.ids import SEQUENCE_BITS, AccountId, StatusId
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses.models import Visibility
from gazouillis.statuses.tables import statuses

FOLDED_FOR = timedelta(days=1)
FOLDED_FOR_IDS = int(FOLDED_FOR.total_seconds() * 1000) << SEQUENCE_BITS


LARGEST = 2**63 - 1
FIRST_LOOK = FOLDED_FOR_IDS // 4
FURTHEST = 32
"""How many times further the next look may go."""


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A status or a reblog on its way to a home timeline; `subject_id` is the status whose words would be read."""

    id: StatusId
    subject_id: StatusId
    account_id: AccountId


_reader = sa.bindparam("reader", type_=sa.BigInteger)
_now = sa.bindparam("now", type_=sa.BigInteger)
_author = statuses.alias("original")


def _follows(account: sa.ColumnElement[int], *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Asked of few: to look one up is cheaper than to list all."""
    return sa.exists().where(follows.c.follower_id == _reader, follows.c.followed_id == account, *conditions)


_followed = sa.select(follows.c.followed_id).where(follows.c.follower_id == _reader)
_hidden = sa.union_all(
    sa.select(mutes.c.target_id).where(
        mutes.c.account_id == _reader, sa.or_(mutes.c.expires_at.is_(None), sa.type_coerce(mutes.c.expires_at, sa.BigInteger) > _now)
    ),
    sa.select(blocks.c.target_id).where(blocks.c.account_id == _reader),
    sa.select(blocks.c.account_id).where(blocks.c.target_id == _reader),
)
_addressee = statuses.c.in_reply_to_account_id
_is_own = statuses.c.account_id == _reader
_is_for_them = sa.or_(_is_own, _addressee.is_(None), _addressee == statuses.c.account_id, _addressee == _reader, _follows(_addressee))
_is_wanted_reblog = sa.or_(
    statuses.c.reblog_of_id.is_(None),
    sa.and_(
        sa.or_(_is_own, _follows(statuses.c.account_id, follows.c.shows_reblogs)),
        ~sa.exists().where(_author.c.id == statuses.c.reblog_of_id, _author.c.account_id.in_(_hidden)),
    ),
)


def _candidates(author: sa.ColumnElement[int]) -> sa.Select[Any]:
    return sa.select(
        statuses.c.id, sa.func.coalesce(statuses.c.reblog_of_id, statuses.c.id).label("subject_id"), statuses.c.account_id
    ).where(
        author.in_(sa.union_all(_followed, sa.select(_reader))),
        statuses.c.account_id.not_in(_hidden),
        sa.or_(_is_own, statuses.c.visibility < int(Visibility.DIRECT)),
        statuses.c.deleted_at.is_(None),
        _is_for_them,
        _is_wanted_reblog,
    )


_CANDIDATES = _candidates(statuses.c.account_id)
# Of few statuses: found by their own ids. The sum keeps databases from reading all that those followed said instead.
_AMONG_FEW = _candidates(statuses.c.account_id + sa.literal_column("0"))
_between = (statuses.c.id < sa.bindparam("below", type_=sa.BigInteger), statuses.c.id > sa.bindparam("above", type_=sa.BigInteger))
_limit = sa.bindparam("limit", type_=sa.Integer)
_TIP = sa.select(sa.func.max(statuses.c.id))
_DOWNWARD = _CANDIDATES.where(*_between).order_by(statuses.c.id.desc()).limit(_limit)
_UPWARD = _CANDIDATES.where(*_between).order_by(statuses.c.id).limit(_limit)
_subjects: sa.BindParameter[int] = sa.bindparam("subjects", expanding=True)
_SIBLINGS = sa.union_all(
    _AMONG_FEW.where(*_between, statuses.c.id.in_(_subjects)), _AMONG_FEW.where(*_between, statuses.c.reblog_of_id.in_(_subjects))
)


async def between(
    reader: Reader, account_id: AccountId, *, below: int, above: int, limit: int, is_upward: bool = False
) -> Sequence[Candidate]:
    """Newest first, or oldest first when upward; not yet folded."""
    bounds = {"below": below, "above": above, "limit": limit}
    rows = await reader.all(_UPWARD if is_upward else _DOWNWARD, {**bounds, **await _who(reader, account_id)})
    return [Candidate(*list(row)) for row in rows]


async def newest(reader: Reader, account_id: AccountId, limit: int, *, below: int = LARGEST, above: int = 0) -> Sequence[Candidate]:
    """The newest of these, newest first: looks back some hours, then as far as their pace makes likely.

    To ask of all time at once reads all of it.
    """
    top, span = min(below, (await reader.value(_TIP) or 0) + 1), FIRST_LOOK
    while True:
        lowest = max(above, top - span)
        found = await between(reader, account_id, below=below, above=lowest, limit=limit)
        if len(found) >= limit or lowest == above:
            return found
        span *= min(FURTHEST, 2 + 2 * limit // (len(found) + 1))


async def siblings(reader: Reader, account_id: AccountId, subjects: Collection[StatusId], *, below: int, above: int) -> list[Candidate]:
    """All appearances of these statuses in this home, oldest first."""
    if not subjects:
        return []
    parameters = {"below": below, "above": above, "subjects": list(subjects), **await _who(reader, account_id)}
    found = [Candidate(*list(row)) for row in await reader.all(_SIBLINGS, parameters)]
    return sorted(found, key=attrgetter("id"))


async def folded(reader: Reader, account_id: AccountId, found: Sequence[Candidate]) -> list[Candidate]:
    """Those that stand, in the same order: a status already seen in the day before does not come back."""
    if not found:
        return []
    lowest = min(one.id for one in found)
    subjects = {one.subject_id for one in found if one.id != one.subject_id}
    earlier = await siblings(reader, account_id, subjects, below=max(one.id for one in found), above=lowest - FOLDED_FOR_IDS)
    repeated = repetitions([*earlier, *found])
    return [one for one in found if one.id not in repeated]


def repetitions(known: Iterable[Candidate]) -> set[StatusId]:
    """Ids that repeat, within a day, a status which stood already."""
    last_seen: dict[StatusId, StatusId] = {}
    repeated = set()
    for one in sorted(set(known), key=lambda candidate: candidate.id):
        before = last_seen.get(one.subject_id)
        if before is not None and one.id - before < FOLDED_FOR_IDS:
            repeated.add(one.id)
        last_seen[one.subject_id] = one.id
    return repeated


async def _who(reader: Reader, account_id: AccountId) -> dict[str, int]:
    """The time concerns only those who mute somebody for a while."""
    has_to_know = (await graph.blocks_and_mutes(reader, account_id)).has_expiring_mutes
    return {"reader": account_id, "now": int(reader.now.timestamp() * 1_000_000) if has_to_know else 0}
