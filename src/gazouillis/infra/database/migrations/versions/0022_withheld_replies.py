"""Replies that are kept out of a thread: hidden, or waiting to be accepted."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("statuses", sa.Column("withheld_by", sa.BigInteger(), nullable=True))
    op.add_column("statuses", sa.Column("withheld_top", sa.BigInteger(), nullable=True))
    op.add_column("statuses", sa.Column("is_awaiting", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "statuses_withheld",
        "statuses",
        ["withheld_by", "id"],
        unique=False,
        sqlite_where=sa.text("withheld_by is not null"),
        postgresql_where=sa.text("withheld_by is not null"),
    )
