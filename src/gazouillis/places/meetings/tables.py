"""Tables of meetings: the meetings, coffees among them, and the answers of those who may come."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import Moment, metadata
from gazouillis.places.tables import area_columns, audience_columns

meetings = sa.Table(
    "meetings",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    *area_columns(),
    sa.Column("spot", sa.Text, nullable=False),
    sa.Column("starts_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
    sa.Column("zone", sa.String(64), nullable=False),
    sa.Column("seats", sa.Integer),
    *audience_columns(),
    sa.Column("guest_id", sa.BigInteger, sa.ForeignKey("accounts.id")),
    sa.Column("proposer_id", sa.BigInteger),
    sa.Column("state", sa.SmallInteger, nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Index("meetings_of_account", "account_id", "ends_at"),
    sa.Index("meetings_with_guest", "guest_id", "ends_at"),
    sa.Index("meetings_in_place", "place_id", "ends_at"),
    sa.Index("meetings_in_region", "region_id", "ends_at"),
    sa.Index("meetings_in_country", "country", "ends_at"),
    sa.Index("meetings_that_end", "ends_at"),
)

meeting_answers = sa.Table(
    "meeting_answers",
    metadata,
    sa.Column("meeting_id", sa.BigInteger, primary_key=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("answer", sa.String(8), nullable=False),
    sa.Column("line", sa.Integer, nullable=False),  # who said yes before another has a smaller number
    sa.Index("meeting_answers_of_account", "account_id", "meeting_id"),
    sqlite_with_rowid=False,
)
