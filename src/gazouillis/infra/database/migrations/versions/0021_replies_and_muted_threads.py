"""Who may reply to a status, slow and closed threads, muted threads."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "muted_threads",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "status_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("muted_threads_of_status", "muted_threads", ["status_id"], unique=False)
    op.add_column("statuses", sa.Column("reply_policy", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("statuses", sa.Column("slow_minutes", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("statuses", sa.Column("is_frozen", sa.Boolean(), server_default=sa.false(), nullable=False))
