"""Index accounts by avatar and header: finds whether an uploaded file is still in use."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("avatar", "header"):
        shown = sa.text(f"{column} <> ''")
        op.create_index(f"accounts_by_{column}", "accounts", [column], sqlite_where=shown, postgresql_where=shown)
