"""Scheduled statuses."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

IS_WAITING = sa.text("failure is null")


def upgrade() -> None:
    op.create_table(
        "scheduled_statuses",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("wall_time", sa.String(length=16), nullable=False),
        sa.Column("draft", sa.LargeBinary(), nullable=False),
        sa.Column("via", sa.String(length=100), nullable=False),
        sa.Column("failure", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("scheduled_of_account", "scheduled_statuses", ["account_id", "id"], unique=False)
    op.create_index("scheduled_due", "scheduled_statuses", ["due_at"], unique=False, sqlite_where=IS_WAITING, postgresql_where=IS_WAITING)
