"""Who sees what, in SQL: the same as `rules.py`, so that pages are full and counts are right. A test compares the two."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from gazouillis.accounts.queries import IS_APPROVED
from gazouillis.accounts.tables import accounts
from gazouillis.graph.circles import is_read_by
from gazouillis.graph.queries import blocked
from gazouillis.graph.tables import follows, mutes
from gazouillis.infra.database.tables import Moment
from gazouillis.places.models import Audience, Kind

VIEWER = sa.bindparam("viewer", type_=sa.BigInteger)
"""The id of whoever asks; 0 for a visitor."""
NOW = sa.bindparam("now", type_=Moment)


def shown_to_viewer(table: sa.Table) -> sa.ColumnElement[bool]:
    """Of a table of what accounts say to an audience. Whether it is over, and `Act.TOWN`, are asked apart."""
    owner = table.c.account_id
    follows_owner = _follows(VIEWER, owner)
    is_for = sa.or_(
        table.c.audience == Audience.EVERYONE.value,
        sa.and_(table.c.audience == Audience.FOLLOWERS.value, follows_owner),
        sa.and_(table.c.audience == Audience.MUTUALS.value, follows_owner, _follows(owner, VIEWER)),
        sa.and_(table.c.audience == Audience.CIRCLE.value, is_read_by(table.c.circle_id, VIEWER)),
    )
    is_muted = sa.exists().where(
        mutes.c.account_id == VIEWER, mutes.c.target_id == owner, sa.or_(mutes.c.expires_at.is_(None), mutes.c.expires_at > NOW)
    )
    is_visible = sa.exists().where(accounts.c.id == owner, accounts.c.suspended_at.is_(None), IS_APPROVED)
    return sa.or_(owner == VIEWER, sa.and_(is_for, ~is_muted, is_visible, owner.not_in(sa.union_all(*blocked(VIEWER)))))


def is_in(table: sa.Table, kind: Kind) -> sa.ColumnElement[bool]:
    """Whether it is about a place of this kind, or about one that is in it. Parameters: `place` and `country`."""
    place = sa.bindparam("place", type_=sa.BigInteger)
    match kind:
        case Kind.TOWN:
            return table.c.place_id == place
        case Kind.REGION:
            return sa.or_(table.c.place_id == place, table.c.region_id == place)
        case Kind.COUNTRY:
            return table.c.country == sa.bindparam("country", type_=sa.String)


def _follows(follower: sa.ColumnElement[Any], followed: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return sa.exists().where(follows.c.follower_id == follower, follows.c.followed_id == followed)
