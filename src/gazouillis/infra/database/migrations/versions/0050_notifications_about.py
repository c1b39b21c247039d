"""Which meeting or stay a notification is about."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notifications", sa.Column("about_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "notifications_about",
        "notifications",
        ["about_id"],
        sqlite_where=sa.text("about_id is not null"),
        postgresql_where=sa.text("about_id is not null"),
    )
