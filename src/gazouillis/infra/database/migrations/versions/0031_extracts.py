"""Extracts of conversations may be published."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extract_messages",
        sa.Column("extract_id", sa.BigInteger(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("extract_id", "status_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("extracts_with_message", "extract_messages", ["status_id", "extract_id"], unique=False)
    op.create_table(
        "extract_people",
        sa.Column("extract_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("has_agreed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("extract_id", "account_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("extracts_of_account", "extract_people", ["account_id", "extract_id"], unique=False)
    op.create_table(
        "extracts",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("asker_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("visibility", sa.SmallInteger(), nullable=False),
        sa.Column("asked_for", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("spoiler_text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=True),
        sa.Column("ended_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "extracts_by_status",
        "extracts",
        ["status_id"],
        unique=False,
        sqlite_where=sa.text("status_id is not null"),
        postgresql_where=sa.text("status_id is not null"),
    )
    op.create_index("extracts_of_asker", "extracts", ["asker_id", "created_at"], unique=False)
    op.create_index("extracts_of_conversation", "extracts", ["conversation_id", "id"], unique=False)
    op.add_column("statuses", sa.Column("is_extract", sa.Boolean(), server_default=sa.false(), nullable=False))
