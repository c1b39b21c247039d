"""Tables of moderation: reports with the statuses that they name, and the log of what moderators did."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import Moment, metadata

reports = sa.Table(
    "reports",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("reporter_id", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("category", sa.String(16), nullable=False),
    sa.Column("comment", sa.Text, nullable=False, default=""),
    sa.Column("rules", sa.LargeBinary, nullable=False, default=b"[]"),  # JSON: the broken rules, in their words of then
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("resolved_at", Moment),
    sa.Column("resolved_by_id", sa.BigInteger),
    sa.Column("outcome", sa.String(16)),  # null: it is open, or was closed without saying
    sa.Index("reports_of_reporter", "reporter_id", "id"),
    sa.Index("reports_open", "id", sqlite_where=sa.text("resolved_at is null"), postgresql_where=sa.text("resolved_at is null")),
)

report_statuses = sa.Table(
    "report_statuses",
    metadata,
    sa.Column("report_id", sa.BigInteger, primary_key=True),
    sa.Column("status_id", sa.BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)

moderation_log = sa.Table(
    "moderation_log",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("moderator_id", sa.BigInteger, index=True),  # null: the account is deleted
    sa.Column("act", sa.String(32), nullable=False),
    sa.Column("account_id", sa.BigInteger, index=True),  # whom it concerned
    sa.Column("status_id", sa.BigInteger),
    sa.Column("minutes", sa.SmallInteger, nullable=False, default=0),
    sa.Column("created_at", Moment, nullable=False),
)
