"""Index statuses by the account that reblogged them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "statuses_reblogged_by",
        "statuses",
        ["account_id", "reblog_of_id"],
        sqlite_where=sa.text("reblog_of_id is not null"),
        postgresql_where=sa.text("reblog_of_id is not null"),
    )
