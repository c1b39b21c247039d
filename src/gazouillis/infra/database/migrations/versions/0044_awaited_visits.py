"""Accounts may wait for somebody's next stay in a place, and are told of each person once a month."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "awaited_visits",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("since_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["other_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("account_id", "other_id", "place_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("awaited_visits_of", "awaited_visits", ["other_id", "place_id", "account_id"], unique=False)
    op.create_table(
        "told_visits",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["other_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("account_id", "other_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("told_visits_of", "told_visits", ["other_id", "account_id"], unique=False)
