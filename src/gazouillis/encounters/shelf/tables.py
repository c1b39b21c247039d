"""Tables of the shelf: what was put there, who was shown it; and who answered whom for the first time."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import metadata

shelved_statuses = sa.Table(
    "shelved_statuses",
    metadata,
    sa.Column("status_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("exposures", sa.Integer, nullable=False, default=0),  # rows of `shelf_exposures`
    sa.Column("is_withdrawn", sa.Boolean, nullable=False, default=False),  # the row stays, so that putting it back renews no budget
    sa.Index("shelved_of_account", "account_id", "status_id"),
)

shelf_exposures = sa.Table(
    "shelf_exposures",
    metadata,
    sa.Column("viewer_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("status_id", sa.BigInteger, primary_key=True),
    sa.Column("is_dismissed", sa.Boolean, nullable=False, default=False),
    sa.Index("exposures_of_status", "status_id"),
    sqlite_with_rowid=False,
)

first_replies = sa.Table(
    "first_replies",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("other_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),  # whom they answered
    sa.Column("status_id", sa.BigInteger, nullable=False),  # the first time
    sa.Index("first_replies_in_order", "status_id"),
    sa.Index("first_replies_to", "other_id"),
    sqlite_with_rowid=False,
)
