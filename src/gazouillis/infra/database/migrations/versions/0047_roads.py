"""Each answer, reblog, favourite and follow that comes from a status keeps by which road."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roads",
        sa.Column("act_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.SmallInteger(), nullable=False),
        sa.Column("road", sa.SmallInteger(), nullable=False),
        sa.Column("reblogger_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("act_id"),
    )
    op.create_index("roads_to_status", "roads", ["status_id", "act_id"], unique=False)
    op.create_index("roads_taken_by", "roads", ["actor_id", "act_id"], unique=False)
    op.create_index(
        "roads_through",
        "roads",
        ["reblogger_id"],
        unique=False,
        sqlite_where=sa.text("reblogger_id is not null"),
        postgresql_where=sa.text("reblogger_id is not null"),
    )
