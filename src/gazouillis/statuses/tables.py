"""SQL tables of statuses: mentions, hashtags, versions, favourites, bookmarks, thanks and idempotency keys beside them.

Those of polls are in `polls/tables.py`.
"""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import Moment, metadata

LOCAL_AND_PUBLIC = sa.text("is_local and visibility = 0 and deleted_at is null and reblog_of_id is null")
"""The condition of the partial index that serves the local timeline."""
WITH_MEDIA = sa.text("attachments_count > 0 and deleted_at is null")
PINNED = sa.text("pinned_id is not null")
"""The condition of the partial index that serves what an account has pinned."""
SAID = {name: sa.text(f"{name} is not null and visibility = 0") for name in ("place_id", "region_id", "country")}
"""The conditions of the partial indexes that serve what is said in a place. A deleted status, and a reblog, have none."""
LOCAL_WITH_MEDIA = sa.text("is_local and visibility = 0 and deleted_at is null and reblog_of_id is null and attachments_count > 0")
"""The conditions of the partial indexes that serve the same lists with media only."""

statuses = sa.Table(
    "statuses",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("text", sa.Text, nullable=False, default=""),
    sa.Column("content", sa.Text, nullable=False, default=""),
    sa.Column("spoiler_text", sa.Text, nullable=False, default=""),
    sa.Column("visibility", sa.SmallInteger, nullable=False),
    sa.Column("circle_id", sa.BigInteger),  # no foreign key: the circle may be deleted before the status
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
    sa.Column("moderated_slow_minutes", sa.SmallInteger, nullable=False, default=0, server_default="0"),
    sa.Column("is_closed_by_moderators", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    sa.Column("reply_policy", sa.SmallInteger, nullable=False, default=0, server_default="0"),
    sa.Column("slow_minutes", sa.SmallInteger, nullable=False, default=0, server_default="0"),
    sa.Column("is_frozen", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    sa.Column("withheld_by", sa.BigInteger),
    sa.Column("withheld_top", sa.BigInteger),
    sa.Column("is_awaiting", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    sa.Column("replies_count", sa.Integer, nullable=False, default=0),
    sa.Column("reblogs_count", sa.Integer, nullable=False, default=0),
    sa.Column("favourites_count", sa.Integer, nullable=False, default=0),
    sa.Column("attachments_count", sa.SmallInteger, nullable=False, default=0, server_default="0"),
    sa.Column("is_extract", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    sa.Column("place_id", sa.BigInteger),  # of the gazetteer, which is no table; so are the two that it is in
    sa.Column("region_id", sa.BigInteger),
    sa.Column("country", sa.String(2)),
    sa.Column("thanked_count", sa.Integer, nullable=False, default=0, server_default="0"),
    sa.Column("has_poll", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    sa.Column("pinned_id", sa.BigInteger),
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
    sa.Index(
        "statuses_withheld",
        "withheld_by",
        "id",
        sqlite_where=sa.text("withheld_by is not null"),
        postgresql_where=sa.text("withheld_by is not null"),
    ),
    sa.Index("statuses_to_mutuals", "account_id", sqlite_where=sa.text("visibility = 4"), postgresql_where=sa.text("visibility = 4")),
    sa.Index("statuses_pinned", "account_id", "pinned_id", sqlite_where=PINNED, postgresql_where=PINNED),
    sa.Index("statuses_with_media", "account_id", "id", sqlite_where=WITH_MEDIA, postgresql_where=WITH_MEDIA),
    sa.Index("statuses_local_public_with_media", "id", sqlite_where=LOCAL_WITH_MEDIA, postgresql_where=LOCAL_WITH_MEDIA),
    *(
        sa.Index(f"statuses_said_in_{area}", column, "id", sqlite_where=SAID[column], postgresql_where=SAID[column])
        for area, column in (("place", "place_id"), ("region", "region_id"), ("country", "country"))
    ),
    sa.Index("statuses_by_uri", "uri", unique=True, sqlite_where=sa.text("uri <> ''"), postgresql_where=sa.text("uri <> ''")),
)

mentions = sa.Table(
    "mentions",
    metadata,
    sa.Column("status_id", sa.BigInteger, primary_key=True),
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("delivery", sa.SmallInteger, nullable=False, default=0, server_default="0"),  # of a private message: `models.Delivery`
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
    sa.Column("attachments", sa.LargeBinary),  # ids and descriptions, as JSON; null when there were none
    sa.Column("place_id", sa.BigInteger),
    sa.Column("options", sa.LargeBinary),  # of its poll, as JSON; null when there was none
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

muted_threads = sa.Table(
    "muted_threads",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True),
    sa.Column("status_id", sa.BigInteger, primary_key=True),  # the status that began the thread: `statuses.conversation_id`
    sa.Index("muted_threads_of_status", "status_id"),
    sqlite_with_rowid=False,
)

thanks = sa.Table(
    "thanks",
    metadata,
    sa.Column("status_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.BigInteger, nullable=False),  # its author
    sa.Column("conversation_id", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("account_id", "conversation_id", name="one_thanks_per_thread"),
)

thanked = sa.Table(
    "thanked",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("status_id", sa.BigInteger, nullable=False),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("line", sa.Text, nullable=False, default=""),  # for this person only
    sa.UniqueConstraint("status_id", "account_id", name="thanked_once"),
    sa.Index("thanked_of_account", "account_id", "id"),
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
