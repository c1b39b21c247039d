"""Reporters are told what became of their reports."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reports", sa.Column("outcome", sa.String(length=16), nullable=True))
