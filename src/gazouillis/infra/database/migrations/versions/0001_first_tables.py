"""Create all tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("handle", sa.String(length=290), nullable=False),
        sa.Column("username", sa.String(length=30), nullable=False),
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("note_html", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("avatar", sa.Text(), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("is_locked", sa.Boolean(), nullable=False),
        sa.Column("is_discoverable", sa.Boolean(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("inbox", sa.Text(), nullable=False),
        sa.Column("shared_inbox", sa.Text(), nullable=False),
        sa.Column("outbox", sa.Text(), nullable=False),
        sa.Column("followers_uri", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("private_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("fetched_at", sa.BigInteger(), nullable=True),
        sa.Column("suspended_at", sa.BigInteger(), nullable=True),
        sa.Column("statuses_count", sa.Integer(), nullable=False),
        sa.Column("followers_count", sa.Integer(), nullable=False),
        sa.Column("following_count", sa.Integer(), nullable=False),
        sa.Column("last_status_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("handle"),
    )
    op.create_index(
        "accounts_by_uri", "accounts", ["uri"], unique=True, sqlite_where=sa.text("uri <> ''"), postgresql_where=sa.text("uri <> ''")
    )
    op.create_table(
        "apps",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("redirect_uris", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("client_id"),
    )
    op.create_table(
        "bookmarks",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "status_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("bookmarks_of_account", "bookmarks", ["account_id", "id"], unique=False)
    op.create_index("bookmarks_of_status", "bookmarks", ["status_id"], unique=False)
    op.create_table(
        "cursors",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "domains",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("software", sa.Text(), nullable=False),
        sa.Column("policy", sa.String(length=16), nullable=False),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("events_in_order", "events", ["transaction_id", "id"], unique=False)
    op.create_table(
        "favourites",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "status_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("favourites_of_account", "favourites", ["account_id", "id"], unique=False)
    op.create_index("favourites_of_status", "favourites", ["status_id", "id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("reaction", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "jobs_due",
        "jobs",
        ["run_at"],
        unique=False,
        sqlite_where=sa.text("failed_at is null"),
        postgresql_where=sa.text("failed_at is null"),
    )
    op.create_index("jobs_of_key", "jobs", ["key", "id"], unique=False)
    op.create_table(
        "mentions",
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("status_id", "account_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("mentions_of_account", "mentions", ["account_id", "status_id"], unique=False)
    op.create_table(
        "notifications",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("from_account_id", sa.BigInteger(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_id", "from_account_id", "kind", "status_id", name="one_notification_per_fact"),
    )
    op.create_index("notifications_of_account", "notifications", ["account_id", "id"], unique=False)
    op.create_index("notifications_of_status", "notifications", ["status_id"], unique=False)
    op.create_table(
        "read_marks",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("timeline", sa.String(length=16), nullable=False),
        sa.Column("last_read_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "timeline"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "searched_tags",
        sa.Column("tag", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tag"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "site_options",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "status_edits",
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("spoiler_text", sa.Text(), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("status_id", "created_at"),
    )
    op.create_table(
        "status_tags",
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tag", "status_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("tags_of_status", "status_tags", ["status_id"], unique=False)
    op.create_table(
        "blocks",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "target_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("blocks_from", "blocks", ["account_id", "id", "target_id"], unique=False)
    op.create_index("blocks_to", "blocks", ["target_id", "id", "account_id"], unique=False)
    op.create_table(
        "follow_requests",
        sa.Column("follower_id", sa.BigInteger(), nullable=False),
        sa.Column("followed_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["followed_id"],
            ["accounts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["follower_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("follower_id", "followed_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("follow_requests_from", "follow_requests", ["follower_id", "id", "followed_id"], unique=False)
    op.create_index("follow_requests_to", "follow_requests", ["followed_id", "id", "follower_id"], unique=False)
    op.create_table(
        "follows",
        sa.Column("follower_id", sa.BigInteger(), nullable=False),
        sa.Column("followed_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("shows_reblogs", sa.Boolean(), nullable=False),
        sa.Column("notifies", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["followed_id"],
            ["accounts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["follower_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("follower_id", "followed_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("follows_from", "follows", ["follower_id", "id", "followed_id"], unique=False)
    op.create_index("follows_to", "follows", ["followed_id", "id", "follower_id"], unique=False)
    op.create_table(
        "mutes",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("hides_notifications", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("account_id", "target_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("mutes_from", "mutes", ["account_id", "id", "target_id"], unique=False)
    op.create_index(
        "mutes_that_end",
        "mutes",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("expires_at is not null"),
        postgresql_where=sa.text("expires_at is not null"),
    )
    op.create_index("mutes_to", "mutes", ["target_id", "id", "account_id"], unique=False)
    op.create_table(
        "statuses",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("spoiler_text", sa.Text(), nullable=False),
        sa.Column("visibility", sa.SmallInteger(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), nullable=False),
        sa.Column("is_local", sa.Boolean(), nullable=False),
        sa.Column("in_reply_to_id", sa.BigInteger(), nullable=True),
        sa.Column("in_reply_to_account_id", sa.BigInteger(), nullable=True),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("reblog_of_id", sa.BigInteger(), nullable=True),
        sa.Column("repeats_id", sa.BigInteger(), nullable=True),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("app_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("replies_count", sa.Integer(), nullable=False),
        sa.Column("reblogs_count", sa.Integer(), nullable=False),
        sa.Column("favourites_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "statuses_by_uri", "statuses", ["uri"], unique=True, sqlite_where=sa.text("uri <> ''"), postgresql_where=sa.text("uri <> ''")
    )
    op.create_index(
        "statuses_local_public",
        "statuses",
        ["id"],
        unique=False,
        sqlite_where=sa.text("is_local and visibility = 0 and deleted_at is null and reblog_of_id is null"),
        postgresql_where=sa.text("is_local and visibility = 0 and deleted_at is null and reblog_of_id is null"),
    )
    op.create_index("statuses_of_account", "statuses", ["account_id", "id"], unique=False)
    op.create_index("statuses_of_conversation", "statuses", ["conversation_id", "id"], unique=False)
    op.create_index(
        "statuses_reblogging",
        "statuses",
        ["reblog_of_id", "account_id"],
        unique=True,
        sqlite_where=sa.text("reblog_of_id is not null"),
        postgresql_where=sa.text("reblog_of_id is not null"),
    )
    op.create_table(
        "users",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("preferences", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
        ),
        sa.PrimaryKeyConstraint("account_id"),
        sa.UniqueConstraint("email_key"),
    )
    op.create_index(
        "users_waiting",
        "users",
        ["account_id"],
        unique=False,
        sqlite_where=sa.text("approved_at is null"),
        postgresql_where=sa.text("approved_at is null"),
    )
    op.create_table(
        "grants",
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("app_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["users.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["app_id"],
            ["apps.id"],
        ),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["users.account_id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("app_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["users.account_id"],
        ),
        sa.ForeignKeyConstraint(
            ["app_id"],
            ["apps.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_tokens_account_id", "tokens", ["account_id"], unique=False)
    create_full_text()


def create_full_text() -> None:
    """Two tables in each database's own words; their rows bear the ids of statuses and accounts."""
    if op.get_bind().dialect.name == "sqlite":
        words = "columnsize = 0, tokenize = \"ascii tokenchars '_'\""
        op.execute(f"create virtual table searched_statuses using fts5 (words, tags unindexed, {words})")
        op.execute(f"create virtual table searched_accounts using fts5 (words, prefix = '2 3', {words})")
    else:
        op.execute("create table searched_statuses (rowid bigint primary key, words tsvector not null, tags text not null)")
        op.execute("create index searched_statuses_words on searched_statuses using gin (words)")
        op.execute("create table searched_accounts (rowid bigint primary key, words tsvector not null)")
        op.execute("create index searched_accounts_words on searched_accounts using gin (words)")
