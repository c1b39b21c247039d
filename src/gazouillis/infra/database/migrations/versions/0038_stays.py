"""Accounts may announce stays, say where they live and which languages they speak."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stays",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("region_id", sa.BigInteger(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("stays_of_account", "stays", ["account_id", "ends_at"], unique=False)
    op.create_index("stays_in_place", "stays", ["place_id", "ends_at"], unique=False)
    op.create_index("stays_in_region", "stays", ["region_id", "ends_at"], unique=False)
    op.create_index("stays_in_country", "stays", ["country", "ends_at"], unique=False)
    op.create_index("stays_that_end", "stays", ["ends_at"], unique=False)
    op.create_table(
        "residences",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("region_id", sa.BigInteger(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("circle_id", sa.BigInteger(), nullable=True),
        sa.Column("hears", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("account_id"),
    )
    op.create_index("residences_in_place", "residences", ["place_id", "account_id"], unique=False)
    op.create_index("residences_in_region", "residences", ["region_id", "account_id"], unique=False)
    op.create_index("residences_in_country", "residences", ["country", "account_id"], unique=False)
    op.create_table(
        "spoken_languages",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("account_id", "language"),
        sqlite_with_rowid=False,
    )
