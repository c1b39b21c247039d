"""Tables of accounts: accounts, domains, users, sessions, apps, authorisation codes (`grants`), access tokens, site options."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import Moment, metadata

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("handle", sa.String(290), nullable=False, unique=True),  # `handles.key`: the acct in lower case
    sa.Column("username", sa.String(30), nullable=False),
    sa.Column("domain", sa.String(255), nullable=False, default=""),
    sa.Column("display_name", sa.Text, nullable=False, default=""),
    sa.Column("note", sa.Text, nullable=False, default=""),
    sa.Column("note_html", sa.Text, nullable=False, default=""),
    sa.Column("location", sa.Text, nullable=False, default=""),
    sa.Column("language", sa.String(16), nullable=False, default=""),
    sa.Column("fields", sa.LargeBinary, nullable=False, default=b"[]"),
    sa.Column("avatar", sa.Text, nullable=False, default=""),
    sa.Column("header", sa.Text, nullable=False, default=""),
    sa.Column("is_bot", sa.Boolean, nullable=False, default=False),
    sa.Column("is_locked", sa.Boolean, nullable=False, default=False),
    sa.Column("is_discoverable", sa.Boolean, nullable=False, default=True),
    sa.Column("hides_collections", sa.Boolean, nullable=False, default=False),
    sa.Column("uri", sa.Text, nullable=False, default=""),
    sa.Column("url", sa.Text, nullable=False, default=""),
    sa.Column("inbox", sa.Text, nullable=False, default=""),
    sa.Column("shared_inbox", sa.Text, nullable=False, default=""),
    sa.Column("outbox", sa.Text, nullable=False, default=""),
    sa.Column("followers_uri", sa.Text, nullable=False, default=""),
    sa.Column("public_key", sa.Text, nullable=False, default=""),
    sa.Column("private_key", sa.Text, nullable=False, default=""),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("fetched_at", Moment),
    sa.Column("suspended_at", Moment),
    sa.Column("statuses_count", sa.Integer, nullable=False, default=0),
    sa.Column("followers_count", sa.Integer, nullable=False, default=0),
    sa.Column("following_count", sa.Integer, nullable=False, default=0),
    sa.Column("last_status_at", Moment),
    sa.Index("accounts_by_uri", "uri", unique=True, sqlite_where=sa.text("uri <> ''"), postgresql_where=sa.text("uri <> ''")),
    sa.Index("accounts_by_avatar", "avatar", sqlite_where=sa.text("avatar <> ''"), postgresql_where=sa.text("avatar <> ''")),
    sa.Index("accounts_by_header", "header", sqlite_where=sa.text("header <> ''"), postgresql_where=sa.text("header <> ''")),
)

domains = sa.Table(
    "domains",
    metadata,
    sa.Column("name", sa.String(255), primary_key=True),
    sa.Column("software", sa.Text, nullable=False, default=""),
    sa.Column("policy", sa.String(16), nullable=False, default="open"),
    sa.Column("first_seen_at", Moment, nullable=False),
)

users = sa.Table(
    "users",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True, autoincrement=False),
    sa.Column("email", sa.String(320), nullable=False),
    sa.Column("email_key", sa.String(320), nullable=False, unique=True),  # `rules.email_key` when confirmed, else `emails.claim`
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("role", sa.String(16), nullable=False, default="member"),
    sa.Column("language", sa.String(8), nullable=False, default=""),
    sa.Column("preferences", sa.LargeBinary, nullable=False, default=b"{}"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("approved_at", Moment),
    sa.Column("reason", sa.Text, nullable=False, default=""),  # why they want to join, for the moderator
    sa.Index("users_waiting", "account_id", sqlite_where=sa.text("approved_at is null"), postgresql_where=sa.text("approved_at is null")),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("token_hash", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("users.account_id"), nullable=False, index=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("last_used_at", Moment, nullable=False),
    sa.Column("user_agent", sa.Text, nullable=False, default=""),
    sa.Column("address", sa.Text, nullable=False, default=""),
)

apps = sa.Table(
    "apps",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("website", sa.Text, nullable=False, default=""),
    sa.Column("redirect_uris", sa.Text, nullable=False),  # one per line
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("client_id", sa.String(64), nullable=False, unique=True),
    sa.Column("secret_hash", sa.LargeBinary(32), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

grants = sa.Table(
    "grants",
    metadata,
    sa.Column("code_hash", sa.LargeBinary(32), primary_key=True),
    sa.Column("app_id", sa.BigInteger, sa.ForeignKey("apps.id"), nullable=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("users.account_id"), nullable=False),
    sa.Column("redirect_uri", sa.Text, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("challenge", sa.Text, nullable=False, default=""),
    sa.Column("expires_at", Moment, nullable=False),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("token_hash", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("app_id", sa.BigInteger, sa.ForeignKey("apps.id"), nullable=False),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("users.account_id"), index=True),
    sa.Column("session_id", sa.BigInteger),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

site_options = sa.Table(
    "site_options",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
