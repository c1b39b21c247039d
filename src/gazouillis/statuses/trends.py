"""Hashtags that several people here used in the last days: what is talked about."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.tables import LISTED, accounts
from gazouillis.infra.cache.expiring import Expiring, cached_for
from gazouillis.infra.cache.regions import CacheRegion
from gazouillis.infra.database.tables import Moment
from gazouillis.infra.database.transactions import Reader
from gazouillis.statuses.models import Visibility
from gazouillis.statuses.tables import status_tags, statuses

PERIOD = timedelta(days=7)
LIFETIME = timedelta(minutes=10)
MOST = 8
MOST_STATUSES = 2_000
"""The newest public statuses that are looked at, however many were written in the period."""
FEWEST_PEOPLE = 2
"""Nobody makes a trend alone."""


class Trend(msgspec.Struct, frozen=True, gc=False):
    """A hashtag as somebody wrote it, and how many people used it in the period."""

    name: str
    people: int


TRENDS: CacheRegion[str, Expiring[tuple[Trend, ...]]] = CacheRegion("trends", 100_000)


async def trends(reader: Reader) -> tuple[Trend, ...]:
    """By number of people, from public statuses of people here who want to be found. Some minutes old."""
    return await cached_for(LIFETIME, reader, TRENDS, "", _load)


async def _load(reader: Reader) -> tuple[Trend, ...]:
    rows = await reader.all(_TRENDS, {"since": reader.now - PERIOD})
    return tuple(Trend(row.name, row.people) for row in rows)


# Written with a literal 0, so that SQLite and PostgreSQL use the partial index `statuses_local_public`.
_latest = (
    sa.select(statuses.c.id, statuses.c.account_id, statuses.c.created_at)
    .where(statuses.c.is_local, statuses.c.visibility == sa.literal_column(str(int(Visibility.PUBLIC))))
    .where(statuses.c.deleted_at.is_(None), statuses.c.reblog_of_id.is_(None), statuses.c.withheld_by.is_(None))
    .order_by(statuses.c.id.desc())
    .limit(MOST_STATUSES)
).subquery("latest")
_people = sa.func.count(_latest.c.account_id.distinct()).label("people")
_TRENDS = (
    sa.select(sa.func.max(status_tags.c.name).label("name"), _people)
    .select_from(_latest)
    .join(status_tags, status_tags.c.status_id == _latest.c.id)
    .join(accounts, accounts.c.id == _latest.c.account_id)
    .where(_latest.c.created_at > sa.bindparam("since", type_=Moment), LISTED)
    .group_by(status_tags.c.tag)
    .having(_people >= FEWEST_PEOPLE)
    .order_by(_people.desc(), sa.func.count().desc(), status_tags.c.tag)
    .limit(MOST)
)
