"""Which region and country the place of a status is in, and indexes of what is said in each."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("statuses", sa.Column("region_id", sa.BigInteger(), nullable=True))
    op.add_column("statuses", sa.Column("country", sa.String(length=2), nullable=True))
    for area, column in (("place", "place_id"), ("region", "region_id"), ("country", "country")):
        condition = sa.text(f"{column} is not null and visibility = 0")
        op.create_index(f"statuses_said_in_{area}", "statuses", [column, "id"], sqlite_where=condition, postgresql_where=condition)
