"""Requests: what a recipient gets of a private message, who has written in a conversation, and who may write to whom.

All that was delivered before stays delivered.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mentions", sa.Column("delivery", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("participants", sa.Column("has_written", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("participants", sa.Column("unanswered", sa.SmallInteger(), nullable=False, server_default="0"))
    op.create_table(
        "message_policies",
        sa.Column("account_id", sa.BigInteger(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("policy", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id"),
        sqlite_with_rowid=False,
    )
    op.execute(_HAS_WRITTEN)


_HAS_WRITTEN = sa.text(
    "update participants set has_written = true where exists (select 1 from messages m where m.account_id = participants.account_id"
    " and m.conversation_id = participants.conversation_id and m.author_id = participants.account_id)"
)
