"""SQL table of recommendations: who declined to be recommended by a status."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import metadata

declined_recommendations = sa.Table(
    "declined_recommendations",
    metadata,
    sa.Column("status_id", sa.BigInteger, primary_key=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Index("recommendations_declined_by", "account_id"),
    sqlite_with_rowid=False,
)
