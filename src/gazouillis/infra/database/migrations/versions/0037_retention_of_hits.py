"""Hits of tracks are deleted after a time, and do not come back."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tracks", sa.Column("kept_from", sa.BigInteger(), server_default="0", nullable=False))
