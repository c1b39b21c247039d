"""Moderators may slow or close a thread, and a log tells it. A deleted status no longer closes its thread."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moderation_log",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("moderator_id", sa.BigInteger(), nullable=True),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("status_id", sa.BigInteger(), nullable=True),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_moderation_log_account_id"), "moderation_log", ["account_id"], unique=False)
    op.create_index(op.f("ix_moderation_log_moderator_id"), "moderation_log", ["moderator_id"], unique=False)
    op.add_column("statuses", sa.Column("moderated_slow_minutes", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("statuses", sa.Column("is_closed_by_moderators", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(
        "update statuses set reply_policy = 0, slow_minutes = 0, is_frozen = false where deleted_at is not null and "
        "(reply_policy <> 0 or slow_minutes <> 0 or is_frozen)"
    )
