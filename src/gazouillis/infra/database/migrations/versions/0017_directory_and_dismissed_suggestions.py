"""Find people for the directory by their last post and by when they came, and keep which suggestions were dismissed."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

LISTED = sa.text("domain = '' and is_discoverable and suspended_at is null")


def upgrade() -> None:
    op.create_table(
        "dismissed_suggestions",
        sa.Column("account_id", sa.BigInteger(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("target_id", sa.BigInteger(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "target_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("dismissed_suggestions_to", "dismissed_suggestions", ["target_id"])
    activity = sa.text("coalesce(last_status_at, 0)")
    op.create_index("accounts_by_activity", "accounts", [activity, "id"], sqlite_where=LISTED, postgresql_where=LISTED)
    op.create_index("accounts_listed", "accounts", ["id"], sqlite_where=LISTED, postgresql_where=LISTED)
