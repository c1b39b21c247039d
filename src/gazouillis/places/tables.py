"""Tables of places: who stays where and when, who lives where, and which languages people speak."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import Day, Moment, metadata


def area_columns() -> tuple[sa.Column[object], ...]:
    """The place, and the region and the country that it is in: see `statuses.models.Area`. No foreign keys: places are in the gazetteer."""
    return (
        sa.Column("place_id", sa.BigInteger, nullable=False),
        sa.Column("region_id", sa.BigInteger),
        sa.Column("country", sa.String(2), nullable=False),
    )


def audience_columns() -> tuple[sa.Column[object], ...]:
    """No foreign key: the circle may be deleted, and then nobody else sees what was for it."""
    return sa.Column("audience", sa.String(16), nullable=False), sa.Column("circle_id", sa.BigInteger)


stays = sa.Table(
    "stays",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
    *area_columns(),
    sa.Column("first", Day, nullable=False),
    sa.Column("last", Day, nullable=False),
    sa.Column("starts_at", Moment, nullable=False),
    sa.Column("ends_at", Moment, nullable=False),
    *audience_columns(),
    sa.Index("stays_of_account", "account_id", "ends_at"),
    sa.Index("stays_in_place", "place_id", "ends_at"),
    sa.Index("stays_in_region", "region_id", "ends_at"),
    sa.Index("stays_in_country", "country", "ends_at"),
    sa.Index("stays_that_end", "ends_at"),
)

residences = sa.Table(
    "residences",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False),
    *area_columns(),
    *audience_columns(),
    sa.Column("hears", sa.Boolean, nullable=False, default=False),
    sa.Index("residences_in_place", "place_id", "account_id"),
    sa.Index("residences_in_region", "region_id", "account_id"),
    sa.Index("residences_in_country", "country", "account_id"),
)

spoken_languages = sa.Table(
    "spoken_languages",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("language", sa.String(16), primary_key=True),
    sqlite_with_rowid=False,
)
