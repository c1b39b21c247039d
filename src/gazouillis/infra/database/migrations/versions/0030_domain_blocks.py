"""Accounts may block all accounts of a domain."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "domain_blocks",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "domain"),
        sqlite_with_rowid=False,
    )
    op.create_index("domain_blocks_from", "domain_blocks", ["account_id", "id", "domain"], unique=False)
    op.create_index("domain_blocks_to", "domain_blocks", ["domain", "account_id"], unique=False)
    op.create_index(
        "accounts_of_domain",
        "accounts",
        ["domain", "id"],
        unique=False,
        sqlite_where=sa.text("domain <> ''"),
        postgresql_where=sa.text("domain <> ''"),
    )
