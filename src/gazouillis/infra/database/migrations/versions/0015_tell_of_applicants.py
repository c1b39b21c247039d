"""Add when the moderators were told of an applicant."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("told_at", sa.BigInteger()))
    op.create_index(
        "users_told", "users", ["told_at"], sqlite_where=sa.text("told_at is not null"), postgresql_where=sa.text("told_at is not null")
    )
