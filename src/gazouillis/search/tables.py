"""What search keeps. On SQLite the first two are FTS5 tables, https://www.sqlite.org/fts5.html; on PostgreSQL plain ones whose
`words` is a `tsvector`, https://www.postgresql.org/docs/current/textsearch.html. A row's id is that of its status or account.
"""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.tables import metadata

searched_statuses = sa.table("searched_statuses", sa.column("rowid", sa.BigInteger), sa.column("words"), sa.column("tags", sa.Text))
searched_accounts = sa.table("searched_accounts", sa.column("rowid", sa.BigInteger), sa.column("words"))

searched_tags = sa.Table(
    "searched_tags",
    metadata,
    # Collation C, so that the tags that begin alike stand together.
    sa.Column("tag", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("uses", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

_FTS = "create virtual table if not exists {} using fts5 ({}, columnsize = 0, tokenize = \"ascii tokenchars '_'\")"
_DDL = {
    "sqlite": (
        _FTS.format("searched_statuses", "words, tags unindexed"),
        _FTS.format("searched_accounts", "words, prefix = '2 3'"),
    ),
    "postgresql": (
        "create table if not exists searched_statuses (rowid bigint primary key, words tsvector not null, tags text not null)",
        "create index if not exists searched_statuses_words on searched_statuses using gin (words)",
        "create table if not exists searched_accounts (rowid bigint primary key, words tsvector not null)",
        "create index if not exists searched_accounts_words on searched_accounts using gin (words)",
    ),
}
for _dialect, _statements in _DDL.items():
    for _statement in _statements:
        sa.event.listen(metadata, "after_create", sa.DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
