"""Accounts may limit others."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "limits",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "target_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("limits_from", "limits", ["account_id", "id", "target_id"], unique=False)
    op.create_index("limits_to", "limits", ["target_id", "id", "account_id"], unique=False)
