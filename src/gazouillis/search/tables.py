"""SQL tables of the full-text index.

On SQLite the first two are FTS5 tables, https://www.sqlite.org/fts5.html. On PostgreSQL they are plain tables whose `words` is a
`tsvector`, https://www.postgresql.org/docs/current/textsearch.html. `rowid` is the id of the status or account.
"""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import metadata

searched_statuses = sa.table("searched_statuses", sa.column("rowid", sa.BigInteger), sa.column("words"), sa.column("tags", sa.Text))
searched_accounts = sa.table("searched_accounts", sa.column("rowid", sa.BigInteger), sa.column("words"))

searched_tags = sa.Table(
    "searched_tags",
    metadata,
    # Collation C: tags with one prefix are then a range of the index.
    sa.Column("tag", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("uses", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)
