"""Group notifications of one kind about one status: add the start of their twelve-hour group, and its index."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MICROSECONDS_IN_AN_HOUR = 3_600_000_000


def upgrade() -> None:
    op.add_column("notifications", sa.Column("group_hour", sa.Integer()))
    op.execute(
        f"update notifications set group_hour = created_at / {MICROSECONDS_IN_AN_HOUR} / 12 * 12"
        " where kind in ('favourite', 'reblog', 'follow')"
    )
    op.create_index(
        "notifications_of_group",
        "notifications",
        ["account_id", "kind", "status_id", "group_hour", "id"],
        sqlite_where=sa.text("group_hour is not null"),
        postgresql_where=sa.text("group_hour is not null"),
    )
