"""A session keeps the form that could not be sent before it began."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("unsent_form", sa.LargeBinary(), nullable=True))
