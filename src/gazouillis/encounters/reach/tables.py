"""SQL table of roads: by which way an answer, a reblog, a favourite or a follow came to a status."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import metadata

roads = sa.Table(
    "roads",
    metadata,
    # Of the reply, the reblog, the favourite or the follow itself. No foreign key: these are four tables.
    sa.Column("act_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("status_id", sa.BigInteger, nullable=False),
    sa.Column("actor_id", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("act", sa.SmallInteger, nullable=False),
    sa.Column("road", sa.SmallInteger, nullable=False),
    sa.Column("reblogger_id", sa.BigInteger),  # of the road `REBLOG`; null when the account is gone
    sa.Index("roads_to_status", "status_id", "act_id"),
    sa.Index("roads_taken_by", "actor_id", "act_id"),
    sa.Index(
        "roads_through",
        "reblogger_id",
        sqlite_where=sa.text("reblogger_id is not null"),
        postgresql_where=sa.text("reblogger_id is not null"),
    ),
)
