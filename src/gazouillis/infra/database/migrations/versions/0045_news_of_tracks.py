"""Tracks know up to which status their owner has seen their hits. What was found before counts as seen."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tracks", sa.Column("seen_to", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("update tracks set seen_to = coalesce((select max(status_id) from track_hits where track_hits.track_id = tracks.id), 0)")
