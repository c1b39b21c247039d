"""Statuses that their authors have pinned to their profiles."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

PINNED = sa.text("pinned_id is not null")


def upgrade() -> None:
    op.add_column("statuses", sa.Column("pinned_id", sa.BigInteger(), nullable=True))
    op.create_index("statuses_pinned", "statuses", ["account_id", "pinned_id"], unique=False, sqlite_where=PINNED, postgresql_where=PINNED)
    op.add_column("accounts", sa.Column("pinned_count", sa.SmallInteger(), server_default="0", nullable=False))
