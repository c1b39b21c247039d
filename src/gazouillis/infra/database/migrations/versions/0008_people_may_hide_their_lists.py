"""Add the choice to hide one's follows and followers (`hides_collections`)."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("hides_collections", sa.Boolean(), nullable=False, server_default=sa.false()))
