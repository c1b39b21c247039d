"""Reads of roads: where the answers to a status came from, for its author, as far as the author may know it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.encounters.reach.models import Act, Provenance, Road, Taken
from gazouillis.encounters.reach.rules import road_counts, waves
from gazouillis.encounters.reach.tables import roads
from gazouillis.graph import queries as graph
from gazouillis.graph.tables import follows
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, StatusId, moment_of
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Row
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.models import Visibility
from gazouillis.statuses.tables import favourites
from gazouillis.statuses.tables import statuses as statuses_table
from gazouillis.statuses.views import views

MOST_READ = 10_000
"""How many acts are read, the first ones."""
PER_PAGE = 500
"""Of the lines of an archive."""

_status = sa.bindparam("status", type_=sa.BigInteger)
_made = statuses_table.alias("made")
_reblog = statuses_table.alias("reblog")
_is_shown = sa.and_(_made.c.deleted_at.is_(None), _made.c.withheld_by.is_(None))
_is_standing = sa.or_(
    sa.and_(roads.c.act == int(Act.REPLY), _is_shown),
    sa.and_(roads.c.act == int(Act.REBLOG), _is_shown, _made.c.visibility <= int(Visibility.UNLISTED)),
    sa.and_(roads.c.act == int(Act.FAVOURITE), favourites.c.id == roads.c.act_id),
    # A request gives its place to a follow with an id of its own.
    sa.and_(roads.c.act == int(Act.FOLLOW), follows.c.id >= roads.c.act_id),
)
_STANDING = (
    sa.select(
        roads.c.act_id,
        roads.c.actor_id,
        roads.c.act,
        roads.c.road,
        roads.c.reblogger_id,
        _made.c.visibility,
        _reblog.c.id.label("reblog_id"),
    )
    .select_from(roads)
    .outerjoin(_made, _made.c.id == roads.c.act_id)
    .outerjoin(favourites, sa.and_(favourites.c.status_id == roads.c.status_id, favourites.c.account_id == roads.c.actor_id))
    .outerjoin(
        follows, sa.and_(follows.c.follower_id == roads.c.actor_id, follows.c.followed_id == sa.bindparam("author", type_=sa.BigInteger))
    )
    .outerjoin(
        _reblog,
        sa.and_(
            _reblog.c.reblog_of_id == roads.c.status_id,
            _reblog.c.account_id == roads.c.reblogger_id,
            _reblog.c.visibility <= int(Visibility.UNLISTED),
        ),
    )
    .where(roads.c.status_id == _status, _is_standing)
    .order_by(roads.c.act_id)
    .limit(MOST_READ + 1)
)
OF_ACCOUNT = (
    sa.select(
        roads.c.act_id.label("cursor"),
        roads.c.act,
        roads.c.road,
        statuses_table.c.id,
        statuses_table.c.account_id,
        statuses_table.c.uri,
    )
    .join(statuses_table, statuses_table.c.id == roads.c.status_id)
    .where(roads.c.actor_id == sa.bindparam("account", type_=sa.BigInteger), roads.c.act_id < sa.bindparam("before", type_=sa.BigInteger))
    .order_by(roads.c.act_id.desc())
    .limit(PER_PAGE)
)
"""Pages of the roads that an account took, the newest first: for its archive. The first column is the cursor."""


async def provenance(reader: Reader, author: Account, status_id: StatusId, zone: str) -> Provenance:
    """Raises NotFound for a status that is not theirs. Whoever is hidden from the author does not count, nor what is private."""
    status = await statuses.visible(reader, status_id, author.id)
    if status.account_id != author.id or status.reblog_of_id is not None or status.visibility is Visibility.DIRECT:
        raise NotFound(_("There is nothing here"))
    rows = await reader.all(_STANDING, {"status": status.id, "author": author.id})
    taken = await _shown(reader, author, rows[:MOST_READ])
    counts = Counter(one.act for one in taken)
    return Provenance(
        status,
        {act: counts[act] for act in Act},
        road_counts(taken),
        waves(taken, status.created_at, zone),
        has_more=len(rows) > MOST_READ,
    )


async def _shown(reader: Reader, author: Account, rows: Sequence[Row]) -> list[Taken]:
    hidden = await graph.blocks_and_mutes(reader, author.id)
    people = {AccountId(one) for row in rows for one in (row.actor_id, row.reblogger_id) if one is not None}
    known = await accounts.by_ids(reader, people - hidden.blocked)
    shown = {one: account for one, account in known.items() if account.is_visible}
    readable = await _readable(reader, author, rows)
    return [_taken(row, shown) for row in rows if row.actor_id in shown and (not _is_limited(row) or row.act_id in readable)]


def _taken(row: Row, shown: Mapping[AccountId, Account]) -> Taken:
    """A withdrawn reblog names nobody any more."""
    by = shown.get(row.reblogger_id) if row.reblog_id is not None else None
    return Taken(Act(row.act), Road(row.road), moment_of(row.act_id), by)


async def _readable(reader: Reader, author: Account, rows: Sequence[Row]) -> Collection[StatusId]:
    limited = [StatusId(row.act_id) for row in rows if _is_limited(row)]
    return {one.id for one in await views(reader, limited, author.id)} if limited else ()


def _is_limited(row: Row) -> bool:
    """Whether it is a reply that is not for everybody."""
    return bool(row.act == Act.REPLY and row.visibility > Visibility.UNLISTED)


def as_line(base_url: str, row: Row) -> tuple[str, str, str, str]:
    """One row of `OF_ACCOUNT`: the status, what the account did, by which road, and when."""
    uri = row.uri or f"{base_url}/users/{row.account_id}/statuses/{row.id}"
    return uri, Act(row.act).word, Road(row.road).word, moment_of(row.cursor).isoformat()
