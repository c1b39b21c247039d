"""Reads of the shelf, for one reader: what they may answer, how much that is, and what of their own is there.

Nothing is copied: whether a post still belongs, waits, and may be seen is asked at each read, of the post itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts_queries
from gazouillis.accounts.boundaries import Act
from gazouillis.accounts.models import Account, User
from gazouillis.accounts.queries import IS_APPROVED
from gazouillis.accounts.tables import accounts
from gazouillis.encounters.shelf import rules
from gazouillis.encounters.shelf.models import STAYS_FOR, Candidate, Item, Kind, OwnPlace, Tracked
from gazouillis.encounters.shelf.readers import helper, towns_of
from gazouillis.encounters.shelf.tables import shelf_exposures, shelved_statuses
from gazouillis.graph import queries as graph
from gazouillis.graph.boundaries import may
from gazouillis.graph.models import Relation
from gazouillis.graph.tables import blocks
from gazouillis.infra.basics.ids import AccountId, StatusId, first_id_at, moment_of
from gazouillis.infra.cache.expiring import Expiring, cached_for
from gazouillis.infra.cache.regions import CacheRegion
from gazouillis.infra.database.transactions import Reader, Row
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses.models import CachedStatus, Visibility
from gazouillis.statuses.tables import statuses
from gazouillis.statuses.views import views

SHOWN = 5
"""Posts on one page: few enough to be read, since each of them counts as shown."""
MOST_SHOWN = 20
MOST_LOOKED_AT = 400
"""Posts that are compared with one reader: those of the authors who were shown least."""
MOST_OF_AUTHOR = 10
"""Posts of one author among them."""
MOST_COUNTED = 20
COUNTED_FOR = timedelta(minutes=5)

COUNTS: CacheRegion[AccountId, Expiring[int]] = CacheRegion("posts that one could answer", 2_000_000)
"""By reader."""

_viewer = sa.bindparam("viewer", type_=sa.BigInteger)
_oldest = sa.bindparam("oldest", type_=sa.BigInteger)
_reply, _replier = statuses.alias("reply"), accounts.alias("replier")
_is_apart = (
    sa.exists()
    .where(
        sa.or_(
            sa.and_(blocks.c.account_id == statuses.c.account_id, blocks.c.target_id == _reply.c.account_id),
            sa.and_(blocks.c.target_id == statuses.c.account_id, blocks.c.account_id == _reply.c.account_id),
        )
    )
    .correlate(statuses, _reply)  # two levels down, SQLAlchemy does not find the first one by itself
)
IS_ANSWERED = sa.exists().where(
    _reply.c.conversation_id == statuses.c.conversation_id,
    _reply.c.in_reply_to_id == statuses.c.id,
    _reply.c.account_id != statuses.c.account_id,
    _reply.c.deleted_at.is_(None),
    _reply.c.withheld_by.is_(None),
    _replier.c.id == _reply.c.account_id,
    _replier.c.suspended_at.is_(None),
    ~_is_apart,
)
"""By somebody else, whom its author can read."""

_totals = (
    sa.select(shelved_statuses.c.account_id, sa.func.sum(shelved_statuses.c.exposures).label("exposures"))
    .where(shelved_statuses.c.status_id > _oldest)
    .group_by(shelved_statuses.c.account_id)
    .subquery()
)
_is_seen = sa.case((shelf_exposures.c.viewer_id.is_(None), 0), else_=1)
_waiting = (
    sa.select(
        shelved_statuses.c.status_id,
        shelved_statuses.c.account_id,
        shelved_statuses.c.kind,
        sa.cast(_totals.c.exposures, sa.BigInteger).label("exposures"),
        _is_seen.label("is_seen"),
        sa.func.row_number()
        .over(partition_by=shelved_statuses.c.account_id, order_by=(_is_seen.desc(), shelved_statuses.c.status_id))
        .label("place"),
    )
    .join(_totals, _totals.c.account_id == shelved_statuses.c.account_id)
    .join(statuses, statuses.c.id == shelved_statuses.c.status_id)
    .join(accounts, accounts.c.id == shelved_statuses.c.account_id)
    .outerjoin(
        shelf_exposures, sa.and_(shelf_exposures.c.status_id == shelved_statuses.c.status_id, shelf_exposures.c.viewer_id == _viewer)
    )
    .where(
        shelved_statuses.c.status_id > _oldest,
        shelved_statuses.c.is_withdrawn.is_(False),
        shelved_statuses.c.account_id != _viewer,
        sa.or_(shelf_exposures.c.is_dismissed.is_(None), shelf_exposures.c.is_dismissed.is_(False)),
        statuses.c.deleted_at.is_(None),
        statuses.c.visibility == Visibility.PUBLIC.value,
        accounts.c.suspended_at.is_(None),
        IS_APPROVED,
        ~IS_ANSWERED,
    )
    .subquery()
)
_CANDIDATES = (
    sa.select(*(one for one in _waiting.c if one.name != "place"))
    .where(_waiting.c.place <= sa.bindparam("most_of_author", type_=sa.Integer))
    .order_by(_waiting.c.exposures, _waiting.c.status_id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_OWN = (
    sa.select(shelved_statuses.c.status_id, shelved_statuses.c.kind, shelved_statuses.c.is_withdrawn)
    .join(statuses, statuses.c.id == shelved_statuses.c.status_id)
    .where(shelved_statuses.c.account_id == _viewer, shelved_statuses.c.status_id > _oldest, statuses.c.deleted_at.is_(None), ~IS_ANSWERED)
    .order_by(shelved_statuses.c.status_id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)

_WAS_SHOWN = sa.select(shelf_exposures.c.status_id).where(
    shelf_exposures.c.viewer_id == _viewer, shelf_exposures.c.status_id == sa.bindparam("status", type_=sa.BigInteger)
)
_IS_THERE = sa.select(shelved_statuses.c.status_id).where(
    shelved_statuses.c.status_id == sa.bindparam("status", type_=sa.BigInteger), shelved_statuses.c.is_withdrawn.is_(False)
)


async def shelf(reader: Reader, user: User, tracked: Tracked, limit: int = SHOWN) -> list[Item]:
    """What this reader is shown now, in the order of the budget. Nothing when they do not want to be asked.

    It makes a fixed number of queries, and counts nothing: see `expose`.
    """
    picked = rules.pick(await candidates(reader, user, tracked), limit)
    seen = {one.id: one for one in await views(reader, [one.status_id for one in picked], user.account_id, hides_muted=True)}
    return [
        Item(seen[one.status_id], one.kind, one.reasons, one.is_seen, leaves_at(one.status_id)) for one in picked if one.status_id in seen
    ]


async def waiting(reader: Reader, user: User, tracked: Tracked) -> int:
    """How many posts this reader could answer, at most `MOST_COUNTED`; it spends no exposure. Up to five minutes old.

    For the side column and the home page, with `tracked` = `search.tracks.queries.met`.
    """

    async def count(counting: Reader) -> int:
        return len(rules.pick(await candidates(counting, user, tracked), MOST_COUNTED))

    return await cached_for(COUNTED_FOR, reader, COUNTS, user.account_id, count)


async def candidates(reader: Reader, user: User, tracked: Tracked) -> list[Candidate]:
    """All posts on the shelf that this reader may answer, several of one author too."""
    if not user.preferences.shows_questions:
        return []
    viewer_id = user.account_id
    bounds = {"viewer": viewer_id, "oldest": oldest(reader), "most": MOST_LOOKED_AT, "most_of_author": MOST_OF_AUTHOR}
    rows = await reader.all(_CANDIDATES, bounds)
    found = await cached_statuses.by_ids(reader, [StatusId(row.status_id) for row in rows])
    authors = await accounts_queries.by_ids(reader, {AccountId(row.account_id) for row in rows})
    relations = await graph.relations(reader, viewer_id, authors)
    open_rows = [row for row in rows if _is_open(row, found, authors, relations, viewer_id)]
    return await _with_reasons(reader, user, tracked, open_rows, found, authors, relations)


async def own(reader: Reader, account_id: AccountId, limit: int = MOST_SHOWN) -> list[OwnPlace]:
    """The account's own posts on the shelf that wait for an answer, and those withdrawn that may be put back, newest first."""
    rows = await reader.all(_OWN, {"viewer": account_id, "oldest": oldest(reader), "most": limit})
    seen = {one.id: one for one in await views(reader, [StatusId(row.status_id) for row in rows], account_id)}
    places = [(Kind(row.kind), seen[row.status_id], bool(row.is_withdrawn)) for row in rows if row.status_id in seen]
    return [OwnPlace(view, kind, is_off, leaves_at(view.id)) for kind, view, is_off in places if rules.belongs(view.status, kind)]


async def is_there(reader: Reader, status_id: StatusId) -> bool:
    """Whether this post was put on the shelf and not withdrawn, whatever became of it."""
    return await reader.value(_IS_THERE, {"status": status_id}) is not None


async def was_shown(reader: Reader, viewer_id: AccountId, status_id: StatusId) -> bool:
    """Whether this reader was shown the post on the shelf."""
    return await reader.value(_WAS_SHOWN, {"viewer": viewer_id, "status": status_id}) is not None


def oldest(reader: Reader) -> int:
    """Statuses with smaller ids have left."""
    return first_id_at(reader.now - STAYS_FOR)


def leaves_at(status_id: StatusId) -> datetime:
    return moment_of(status_id) + STAYS_FOR


def _is_open(
    row: Row,
    found: Mapping[StatusId, CachedStatus],
    authors: Mapping[AccountId, Account],
    relations: Mapping[AccountId, Relation],
    viewer_id: AccountId,
) -> bool:
    cached, kind = found.get(row.status_id), Kind(row.kind)
    if cached is None or row.account_id not in authors or not rules.belongs(cached.status, kind):
        return False
    relation = relations[row.account_id]
    is_named = viewer_id in cached.mentioned_ids
    return not relation.mutes and rules.may_answer(cached.status, kind, authors[row.account_id], relation, is_named=is_named)


async def _with_reasons(
    reader: Reader,
    user: User,
    tracked: Tracked,
    rows: Sequence[Row],
    found: Mapping[StatusId, CachedStatus],
    authors: Mapping[AccountId, Account],
    relations: Mapping[AccountId, Relation],
) -> list[Candidate]:
    """Without those for which this reader is no help."""
    helping = await helper(reader, user)
    towns = await towns_of(reader, authors, relations)
    met = await tracked(reader, user.account_id, [StatusId(row.status_id) for row in rows])
    helped = []
    for row in rows:
        status = found[row.status_id].status
        places = [one for one in (status.place_id, towns.get(row.account_id)) if one is not None]
        is_trackable = may(Act.TRACK, authors[row.account_id], relations[row.account_id])
        why = rules.reasons(helping, status.language, places, met.get(row.status_id) if is_trackable else None)
        if why:
            helped.append(Candidate(StatusId(row.status_id), row.account_id, Kind(row.kind), row.exposures, bool(row.is_seen), why))
    return helped
