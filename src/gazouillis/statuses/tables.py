"""SQL tables of statuses: mentions, hashtags, versions, favourites, bookmarks and idempotency keys beside them."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import Moment, metadata

LOCAL_AND_PUBLIC = sa.text("is_local and visibility = 0 and deleted_at is null and reblog_of_id is null")
"""The condition of the partial index that serves the local timeline."""

statuses = sa.Table(
    "statuses",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("text", sa.Text, nullable=False, default=""),
    sa.Column("content", sa.Text, nullable=False, default=""),
    sa.Column("spoiler_text", sa.Text, nullable=False, default=""),
    sa.Column("visibility", sa.SmallInteger, nullable=False),
    sa.Column("language", sa.String(16), nullable=False, default=""),
    sa.Column("is_sensitive", sa.Boolean, nullable=False, default=False),
    sa.Column("is_local", sa.Boolean, nullable=False),
    sa.Column("in_reply_to_id", sa.BigInteger),
    sa.Column("in_reply_to_account_id", sa.BigInteger),
    sa.Column("conversation_id", sa.BigInteger, nullable=False),
    sa.Column("reblog_of_id", sa.BigInteger),
    sa.Column("repeats_id", sa.BigInteger),
    sa.Column("uri", sa.Text, nullable=False, default=""),
    sa.Column("url", sa.Text, nullable=False, default=""),
    sa.Column("app_id", sa.BigInteger),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("edited_at", Moment),
    sa.Column("deleted_at", Moment),
    sa.Column("replies_count", sa.Integer, nullable=False, default=0),
    sa.Column("reblogs_count", sa.Integer, nullable=False, default=0),
    sa.Column("favourites_count", sa.Integer, nullable=False, default=0),
    sa.Index("statuses_of_account", "account_id", "id"),
    sa.Index("statuses_of_conversation", "conversation_id", "id"),
    sa.Index(
        "statuses_reblogging",
        "reblog_of_id",
        "account_id",
        unique=True,
        sqlite_where=sa.text("reblog_of_id is not null"),
        postgresql_where=sa.text("reblog_of_id is not null"),
    ),
    sa.Index(
        "statuses_reblogged_by",
        "account_id",
        "reblog_of_id",
        sqlite_where=sa.text("reblog_of_id is not null"),
        postgresql_where=sa.text("reblog_of_id is not null"),
    ),
    sa.Index("statuses_local_public", "id", sqlite_where=LOCAL_AND_PUBLIC, postgresql_where=LOCAL_AND_PUBLIC),
    sa.Index("statuses_by_uri", "uri", unique=True, sqlite_where=sa.text("uri <> ''"), postgresql_where=sa.text("uri <> ''")),
)

mentions = sa.Table(
    "mentions",
    metadata,
    sa.Column("status_id", sa.BigInteger, primary_key=True),
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Index("mentions_of_account", "account_id", "status_id"),
    sqlite_with_rowid=False,
)

status_tags = sa.Table(
    "status_tags",
    metadata,
    sa.Column("tag", sa.Text, primary_key=True),  # `hashtag_key`: the same for all spellings of one hashtag
    sa.Column("status_id", sa.BigInteger, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),  # as the author wrote it
    sa.Index("tags_of_status", "status_id"),
    sqlite_with_rowid=False,
)

status_edits = sa.Table(
    "status_edits",
    metadata,
    sa.Column("status_id", sa.BigInteger, primary_key=True),
    sa.Column("created_at", Moment, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("spoiler_text", sa.Text, nullable=False),
    sa.Column("is_sensitive", sa.Boolean, nullable=False),
)

favourites = sa.Table(
    "favourites",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("status_id", sa.BigInteger, primary_key=True),
    sa.Column("id", sa.BigInteger, nullable=False),
    sa.Index("favourites_of_account", "account_id", "id"),
    sa.Index("favourites_of_status", "status_id", "id"),
    sqlite_with_rowid=False,
)

bookmarks = sa.Table(
    "bookmarks",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("status_id", sa.BigInteger, primary_key=True),
    sa.Column("id", sa.BigInteger, nullable=False),
    sa.Index("bookmarks_of_account", "account_id", "id"),
    sa.Index("bookmarks_of_status", "status_id"),
    sqlite_with_rowid=False,
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("status_id", sa.BigInteger, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
