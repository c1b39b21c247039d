"""Tables of accounts: accounts, domains, users, invitations, sessions, apps, authorisation codes (`grants`), tokens, site options."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import Moment, metadata

LISTED = sa.text("domain = '' and is_discoverable and suspended_at is null")
"""The condition of the partial indexes of accounts here that want to be found. Written as text, so that both databases use the index."""
LINKS = sa.text("links_others and not is_locked and not hides_collections and suspended_at is null")
"""The condition of the partial index of accounts that may be shown as a link between others: see `Account.has_open_network`."""

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
    sa.Column("suspended_at", Moment),  # since when others do not see it, for whatever reason
    sa.Column("suspended_by_moderators_at", Moment),  # null: its owner has asked to delete it, or it was rejected
    sa.Column("statuses_count", sa.Integer, nullable=False, default=0),
    sa.Column("followers_count", sa.Integer, nullable=False, default=0),
    sa.Column("following_count", sa.Integer, nullable=False, default=0),
    sa.Column("last_status_at", Moment),
    sa.Column("boundaries", sa.LargeBinary, nullable=False, default=b""),  # JSON; empty: nothing was chosen
    sa.Column("found_by", sa.String(10), nullable=False, default="followers"),  # while it is not discoverable
    sa.Column("links_others", sa.Boolean, nullable=False, default=False),
    sa.Column("pinned_count", sa.SmallInteger, nullable=False, default=0, server_default="0"),
    sa.Index("accounts_by_uri", "uri", unique=True, sqlite_where=sa.text("uri <> ''"), postgresql_where=sa.text("uri <> ''")),
    sa.Index("accounts_by_avatar", "avatar", sqlite_where=sa.text("avatar <> ''"), postgresql_where=sa.text("avatar <> ''")),
    sa.Index("accounts_by_header", "header", sqlite_where=sa.text("header <> ''"), postgresql_where=sa.text("header <> ''")),
    sa.Index("accounts_of_domain", "domain", "id", sqlite_where=sa.text("domain <> ''"), postgresql_where=sa.text("domain <> ''")),
    sa.Index("accounts_by_followers", "followers_count", sqlite_where=LISTED, postgresql_where=LISTED),
    # Unique, as the ids are: else SQLite would prefer the index of the key, and read the row for each condition.
    sa.Index("accounts_linking", "id", unique=True, sqlite_where=LINKS, postgresql_where=LINKS),
)

LAST_ACTIVITY = sa.func.coalesce(sa.type_coerce(accounts.c.last_status_at, sa.BigInteger), sa.literal_column("0"))
"""When the account last posted for everybody, in microseconds since 1970; 0: never."""

sa.Index("accounts_by_activity", LAST_ACTIVITY, accounts.c.id, sqlite_where=LISTED, postgresql_where=LISTED)
sa.Index("accounts_listed", accounts.c.id, sqlite_where=LISTED, postgresql_where=LISTED)

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
    sa.Column("told_at", Moment),  # when the moderators were told that they wait
    sa.Index("users_told", "told_at", sqlite_where=sa.text("told_at is not null"), postgresql_where=sa.text("told_at is not null")),
    sa.Column("invitation_id", sa.BigInteger),  # by which they came; null: without
    sa.Index(
        "users_by_invitation",
        *("invitation_id", "account_id"),
        sqlite_where=sa.text("invitation_id is not null"),
        postgresql_where=sa.text("invitation_id is not null"),
    ),
    sa.Column("deletes_at", Moment),  # when the account is deleted, as its owner asked
    sa.Index(
        "users_deleting", "deletes_at", sqlite_where=sa.text("deletes_at is not null"), postgresql_where=sa.text("deletes_at is not null")
    ),
    sa.Index("users_waiting", "account_id", sqlite_where=sa.text("approved_at is null"), postgresql_where=sa.text("approved_at is null")),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("code", sa.String(32), nullable=False, unique=True),
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), nullable=False),
    sa.Column("note", sa.Text, nullable=False, default=""),
    sa.Column("max_uses", sa.Integer),  # null: no limit
    sa.Column("uses", sa.Integer, nullable=False, default=0),
    sa.Column("expires_at", Moment),
    sa.Column("follows_inviter", sa.Boolean, nullable=False, default=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
    sa.Index("invitations_of_account", "account_id", "id"),
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
    sa.Column("unsent_form", sa.LargeBinary),  # what had been typed when the session before it ended
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
