"""SQL table of scheduled statuses."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import Moment, metadata

IS_WAITING = sa.text("failure is null")
"""The condition of the partial index by which the worker finds what is due."""

scheduled_statuses = sa.Table(
    "scheduled_statuses",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("zone", sa.String(64), nullable=False, default=""),
    sa.Column("wall_time", sa.String(16), nullable=False, default=""),
    sa.Column("draft", sa.LargeBinary, nullable=False),  # a `Draft` as JSON
    sa.Column("via", sa.String(100), nullable=False, default=""),
    sa.Column("failure", sa.LargeBinary),  # a `Message` as JSON
    sa.Index("scheduled_of_account", "account_id", "id"),
    sa.Index("scheduled_due", "due_at", sqlite_where=IS_WAITING, postgresql_where=IS_WAITING),
)
