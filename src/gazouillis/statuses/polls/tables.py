"""SQL tables of polls: their options, and who chose what."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import Moment, metadata

TO_ANNOUNCE = sa.text("not is_announced and expires_at is not null")
"""The condition of the partial index by which the worker finds polls that have ended."""

polls = sa.Table(
    "polls",
    metadata,
    sa.Column("status_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("is_multiple", sa.Boolean, nullable=False),
    sa.Column("hides_totals", sa.Boolean, nullable=False),
    sa.Column("expires_at", Moment),
    sa.Column("voters_count", sa.Integer, nullable=False, default=0),
    sa.Column("is_announced", sa.Boolean, nullable=False, default=False),  # whether everybody was told that it ended
    sa.Index("polls_to_announce", "expires_at", sqlite_where=TO_ANNOUNCE, postgresql_where=TO_ANNOUNCE),
)

poll_options = sa.Table(
    "poll_options",
    metadata,
    sa.Column("status_id", sa.BigInteger, primary_key=True),
    sa.Column("position", sa.SmallInteger, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("votes_count", sa.Integer, nullable=False, default=0),
    sqlite_with_rowid=False,
)

ballots = sa.Table(
    "ballots",
    metadata,
    sa.Column("status_id", sa.BigInteger, primary_key=True),
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("choices", sa.SmallInteger, nullable=False),  # a bit for each option; 0: an edit of the poll took the vote back
    sa.Column("is_told", sa.Boolean, nullable=False, default=False),  # of the end, once; the author has a row for it too
    sa.Index("ballots_of_account", "account_id", "status_id"),
    sqlite_with_rowid=False,
)
