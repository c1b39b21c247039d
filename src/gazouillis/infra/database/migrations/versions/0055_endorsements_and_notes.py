"""Accounts that their followers endorse, and private notes about accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

ENDORSED = sa.text("endorsed_id is not null")


def upgrade() -> None:
    op.add_column("follows", sa.Column("endorsed_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "follows_endorsed", "follows", ["follower_id", "endorsed_id"], unique=False, sqlite_where=ENDORSED, postgresql_where=ENDORSED
    )
    op.create_table(
        "account_notes",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["target_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("account_id", "target_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("account_notes_from", "account_notes", ["account_id", "id", "target_id"], unique=False)
    op.create_index("account_notes_to", "account_notes", ["target_id", "id", "account_id"], unique=False)
