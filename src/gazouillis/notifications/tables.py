"""Tables of notifications, and of read marks (how far a timeline was read)."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import Moment, metadata

notifications = sa.Table(
    "notifications",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("from_account_id", sa.BigInteger, nullable=False),
    sa.Column("status_id", sa.BigInteger, nullable=False, default=0),  # 0: about no status; not null, so that the unique constraint holds
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("about_id", sa.BigInteger),  # what it is about, when that is no status: a meeting or a stay
    sa.Column("group_hour", sa.Integer),  # when its group began, in hours since 1970; null: ungrouped
    sa.UniqueConstraint("account_id", "from_account_id", "kind", "status_id", name="one_notification_per_fact"),
    sa.Index("notifications_of_account", "account_id", "id"),
    sa.Index("notifications_of_status", "status_id"),
    sa.Index(
        "notifications_about",
        "about_id",
        sqlite_where=sa.text("about_id is not null"),
        postgresql_where=sa.text("about_id is not null"),
    ),
    sa.Index(
        "notifications_of_group",
        *("account_id", "kind", "status_id", "group_hour", "id"),
        sqlite_where=sa.text("group_hour is not null"),
        postgresql_where=sa.text("group_hour is not null"),
    ),
)

read_marks = sa.Table(
    "read_marks",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("timeline", sa.String(16), primary_key=True),
    sa.Column("last_read_id", sa.BigInteger, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, default=0),
    sa.Column("updated_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
