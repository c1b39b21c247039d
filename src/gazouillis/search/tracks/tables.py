"""SQL tables of tracks and their hits."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import Moment, metadata

tracks = sa.Table(
    "tracks",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("query", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("delivery", sa.String(8), nullable=False),
    sa.Column("is_on", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("kept_from", sa.BigInteger, nullable=False, server_default="0"),  # hits of older statuses were deleted
    sa.Column("seen_to", sa.BigInteger, nullable=False, server_default="0"),  # newer hits are news
    sa.UniqueConstraint("account_id", "key", name="one_track_per_query"),
)

track_hits = sa.Table(
    "track_hits",
    metadata,
    sa.Column("track_id", sa.BigInteger, primary_key=True),
    sa.Column("status_id", sa.BigInteger, primary_key=True),
    sa.Column("account_id", sa.BigInteger, nullable=False),  # whose track it is
    sa.Column(
        "is_current", sa.Boolean, nullable=False
    ),  # false: an edit took the word away. The row stays: nobody is told of a status twice
    sa.Index("track_hits_of_status", "status_id", "account_id"),
    sqlite_with_rowid=False,
)
