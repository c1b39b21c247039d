"""Polls."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

TO_ANNOUNCE = sa.text("not is_announced and expires_at is not null")


def upgrade() -> None:
    op.create_table(
        "polls",
        sa.Column("status_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("is_multiple", sa.Boolean(), nullable=False),
        sa.Column("hides_totals", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("voters_count", sa.Integer(), nullable=False),
        sa.Column("is_announced", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("status_id"),
    )
    op.create_index("polls_to_announce", "polls", ["expires_at"], unique=False, sqlite_where=TO_ANNOUNCE, postgresql_where=TO_ANNOUNCE)
    op.create_table(
        "poll_options",
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("votes_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("status_id", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ballots",
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("choices", sa.SmallInteger(), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("status_id", "account_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ballots_of_account", "ballots", ["account_id", "status_id"], unique=False)
    op.add_column("statuses", sa.Column("has_poll", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("status_edits", sa.Column("options", sa.LargeBinary(), nullable=True))
