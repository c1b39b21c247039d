"""Accounts say what others may do to them (`boundaries`), and who finds them while they are not discoverable (`found_by`)."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("boundaries", sa.LargeBinary(), nullable=False, server_default=""))
    op.add_column("accounts", sa.Column("found_by", sa.String(10), nullable=False, server_default="followers"))
