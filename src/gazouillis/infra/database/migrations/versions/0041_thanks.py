"""Accounts may thank all who took part in a thread."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "thanks",
        sa.Column("status_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("status_id"),
        sa.UniqueConstraint("account_id", "conversation_id", name="one_thanks_per_thread"),
    )
    op.create_table(
        "thanked",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("status_id", "account_id", name="thanked_once"),
    )
    op.create_index("thanked_of_account", "thanked", ["account_id", "id"], unique=False)
    op.add_column("statuses", sa.Column("thanked_count", sa.Integer(), server_default="0", nullable=False))
