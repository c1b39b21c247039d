"""Accounts that a viewer follows, those that posted last first."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts_queries
from gazouillis.accounts.models import Account
from gazouillis.accounts.tables import accounts
from gazouillis.graph.tables import follows, mutes
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.cache.expiring import Expiring, cached_for
from gazouillis.infra.cache.regions import CacheRegion
from gazouillis.infra.database.transactions import Reader

MOST = 12
MOST_FOLLOWED = 500
"""The newest follows that are looked at."""
LIFETIME = timedelta(minutes=5)

ACTIVE: CacheRegion[AccountId, Expiring[tuple[AccountId, ...]]] = CacheRegion("active followed accounts", 8_000_000)
"""By viewer. Invalidated when the viewer's relation with anybody changes."""


async def active_followed(reader: Reader, viewer_id: AccountId) -> list[Account]:
    """Without muted accounts and those that never posted. The order is some minutes old."""

    async def load(reader: Reader) -> tuple[AccountId, ...]:
        return tuple(await reader.values(_ACTIVE, {"viewer": viewer_id}))

    ids = await cached_for(LIFETIME, reader, ACTIVE, viewer_id, load)
    known = await accounts_queries.by_ids(reader, ids)
    return [known[one] for one in ids if one in known and known[one].is_visible]


_viewer = sa.bindparam("viewer", type_=sa.BigInteger)
_followed = (
    sa.select(follows.c.followed_id).where(follows.c.follower_id == _viewer).order_by(follows.c.id.desc()).limit(MOST_FOLLOWED)
).subquery("followed")
_ACTIVE = (
    sa.select(accounts.c.id)
    .join(_followed, _followed.c.followed_id == accounts.c.id)
    .where(accounts.c.last_status_at.is_not(None))
    .where(~sa.exists().where(mutes.c.account_id == _viewer, mutes.c.target_id == accounts.c.id))
    .order_by(accounts.c.last_status_at.desc(), accounts.c.id.desc())
    .limit(MOST)
)
