"""Accounts may agree to be shown as a link in the chains of follows between others."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

LINKS = sa.text("links_others and not is_locked and not hides_collections and suspended_at is null")


def upgrade() -> None:
    op.add_column("accounts", sa.Column("links_others", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("accounts_linking", "accounts", ["id"], unique=True, sqlite_where=LINKS, postgresql_where=LINKS)
