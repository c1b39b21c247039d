"""Circles, and audiences narrower than followers."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "circles",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("circles_of_account", "circles", ["account_id", "id"], unique=False)
    op.create_table(
        "circle_members",
        sa.Column("circle_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["circle_id"],
            ["circles.id"],
        ),
        sa.PrimaryKeyConstraint("circle_id", "account_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("circle_members_from", "circle_members", ["circle_id", "id", "account_id"], unique=False)
    op.create_index("circle_members_to", "circle_members", ["account_id", "circle_id"], unique=False)
    op.add_column("statuses", sa.Column("circle_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "statuses_to_mutuals",
        "statuses",
        ["account_id"],
        unique=False,
        sqlite_where=sa.text("visibility = 4"),
        postgresql_where=sa.text("visibility = 4"),
    )
