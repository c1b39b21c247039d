"""A shelf of questions and first posts that wait for an answer; and who answered whom for the first time."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shelved_statuses",
        sa.Column("status_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("exposures", sa.Integer(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("status_id"),
    )
    op.create_index("shelved_of_account", "shelved_statuses", ["account_id", "status_id"], unique=False)
    op.create_table(
        "shelf_exposures",
        sa.Column("viewer_id", sa.BigInteger(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("is_dismissed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["viewer_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("viewer_id", "status_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("exposures_of_status", "shelf_exposures", ["status_id"], unique=False)
    op.create_table(
        "first_replies",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["other_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("account_id", "other_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("first_replies_in_order", "first_replies", ["status_id"], unique=False)
    op.create_index("first_replies_to", "first_replies", ["other_id"], unique=False)
    op.execute(
        "INSERT INTO first_replies (account_id, other_id, status_id) "
        "SELECT account_id, in_reply_to_account_id, min(id) FROM statuses "
        "WHERE in_reply_to_account_id IS NOT NULL AND in_reply_to_account_id <> account_id AND visibility <= 1 "
        "AND deleted_at IS NULL AND withheld_by IS NULL "
        "AND in_reply_to_account_id IN (SELECT id FROM accounts) "
        "GROUP BY account_id, in_reply_to_account_id"
    )
