"""A follow remembers who recommended it; who is recommended may decline."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_batches",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("follower_id", sa.BigInteger(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("recommender_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follower_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("follow_batches_of_account", "follow_batches", ["follower_id", "status_id", "id"], unique=False)
    op.create_index("follow_batches_through", "follow_batches", ["recommender_id"], unique=False)
    op.add_column("follows", sa.Column("batch_id", sa.BigInteger(), nullable=True))
    op.add_column("follow_requests", sa.Column("batch_id", sa.BigInteger(), nullable=True))
    op.create_table(
        "declined_recommendations",
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("status_id", "account_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("recommendations_declined_by", "declined_recommendations", ["account_id"], unique=False)
