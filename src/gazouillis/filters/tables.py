"""SQL tables of filters, of their keywords, and of the single statuses that they are for."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import Moment, metadata

filters = sa.Table(
    "filters",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("contexts", sa.SmallInteger, nullable=False),  # a bit for each `Context`, in their order
    sa.Column("action", sa.String(8), nullable=False),
    sa.Column("expires_at", Moment),
    sa.Index("filters_of_account", "account_id", "id"),
)

filter_keywords = sa.Table(
    "filter_keywords",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("filter_id", sa.BigInteger, sa.ForeignKey("filters.id"), nullable=False),
    sa.Column("keyword", sa.Text, nullable=False),
    sa.Column("is_whole_word", sa.Boolean, nullable=False),
    sa.Index("filter_keywords_of_filter", "filter_id", "id"),
)

filter_statuses = sa.Table(
    "filter_statuses",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("filter_id", sa.BigInteger, sa.ForeignKey("filters.id"), nullable=False),
    sa.Column("status_id", sa.BigInteger, nullable=False),  # no foreign key: the room of statuses is above
    sa.Index("filter_statuses_of_filter", "filter_id", "status_id", unique=True),
    sa.Index("filter_statuses_of_status", "status_id"),
)
