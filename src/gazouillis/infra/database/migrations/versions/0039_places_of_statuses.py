"""A status may carry a place."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("statuses", sa.Column("place_id", sa.BigInteger(), nullable=True))
    op.add_column("status_edits", sa.Column("place_id", sa.BigInteger(), nullable=True))
