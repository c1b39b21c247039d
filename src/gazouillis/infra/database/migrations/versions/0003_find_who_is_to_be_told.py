"""Index the follows whose followers want a notification of each post."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "follows_that_notify",
        "follows",
        ["followed_id"],
        sqlite_where=sa.text("notifies = 1"),
        postgresql_where=sa.text("notifies"),
    )
