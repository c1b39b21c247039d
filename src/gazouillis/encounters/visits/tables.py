"""Tables of visits: whom somebody wants to hear of next time, and where; and of whom they were told."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import Moment, metadata

awaited_visits = sa.Table(
    "awaited_visits",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),  # who waits
    sa.Column("other_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),  # for whom
    sa.Column("place_id", sa.BigInteger, primary_key=True),
    sa.Column("since_id", sa.BigInteger, nullable=False),  # only stays with a larger id, announced later, are the next time
    sa.Index("awaited_visits_of", "other_id", "place_id", "account_id"),
    sqlite_with_rowid=False,
)

told_visits = sa.Table(
    "told_visits",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),  # who was told
    sa.Column("other_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),  # of whom
    sa.Column("told_at", Moment, nullable=False),
    sa.Index("told_visits_of", "other_id", "account_id"),
    sqlite_with_rowid=False,
)
