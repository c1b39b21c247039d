"""Tables of conversations: who takes part in each, which messages each of them has, and when the operator read one."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.infra.database.tables import Moment, metadata

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("people", sa.Text, nullable=False, unique=True),  # their ids, sorted: see `models.people_key`
)

participants = sa.Table(
    "participants",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("conversation_id", sa.BigInteger, primary_key=True),
    sa.Column("state", sa.SmallInteger, nullable=False),
    sa.Column("requested_by_id", sa.BigInteger),  # who wrote first, where this participant did not know them; stays once it is answered
    sa.Column("is_unread", sa.Boolean, nullable=False),
    sa.Column("last_status_id", sa.BigInteger),  # the newest of their messages; null: none is left, so it is not listed
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("has_written", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    # how many messages of people whom this participant does not follow came since they last wrote; it is the same for the senders
    # whatever became of the request
    sa.Column("unanswered", sa.SmallInteger, nullable=False, default=0, server_default="0"),
    sa.Index("participants_of_conversation", "conversation_id", "account_id"),
    sa.Index(
        "participants_by_last_message",
        *("account_id", "last_status_id"),
        sqlite_where=sa.text("last_status_id is not null"),
        postgresql_where=sa.text("last_status_id is not null"),
    ),
    sa.Index(
        "participants_requested_by",
        *("requested_by_id", "created_at"),
        sqlite_where=sa.text("requested_by_id is not null"),
        postgresql_where=sa.text("requested_by_id is not null"),
    ),
    sqlite_with_rowid=False,
)

message_policies = sa.Table(
    "message_policies",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),
    sa.Column("policy", sa.SmallInteger, nullable=False),  # `models.MessagePolicy`; without a row: the default
    sqlite_with_rowid=False,
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("account_id", sa.BigInteger, sa.ForeignKey("accounts.id"), primary_key=True),  # whose copy it is
    sa.Column("conversation_id", sa.BigInteger, primary_key=True),
    sa.Column("status_id", sa.BigInteger, primary_key=True),
    sa.Column("author_id", sa.BigInteger, nullable=False),
    sa.Index("messages_of_status", "status_id", "account_id"),
    sqlite_with_rowid=False,
)

extracts = sa.Table(
    "extracts",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("conversation_id", sa.BigInteger, nullable=False),
    sa.Column("asker_id", sa.BigInteger, nullable=False),
    sa.Column("state", sa.SmallInteger, nullable=False),
    sa.Column("visibility", sa.SmallInteger, nullable=False),
    sa.Column("asked_for", sa.Text, nullable=False),  # ids of the messages of others in it: see `models.asked_for`
    sa.Column("content", sa.Text, nullable=False),  # what it shows; empty when it is refused or taken back
    sa.Column("spoiler_text", sa.Text, nullable=False),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("status_id", sa.BigInteger),  # as which it was published
    sa.Column("ended_by_id", sa.BigInteger),  # who refused it or took it back
    sa.Column("created_at", Moment, nullable=False),
    sa.Index("extracts_of_conversation", "conversation_id", "id"),
    sa.Index("extracts_of_asker", "asker_id", "created_at"),
    sa.Index(
        "extracts_by_status",
        "status_id",
        sqlite_where=sa.text("status_id is not null"),
        postgresql_where=sa.text("status_id is not null"),
    ),
)

extract_messages = sa.Table(
    "extract_messages",
    metadata,
    sa.Column("extract_id", sa.BigInteger, primary_key=True),
    sa.Column("status_id", sa.BigInteger, primary_key=True),
    sa.Index("extracts_with_message", "status_id", "extract_id"),
    sqlite_with_rowid=False,
)

extract_people = sa.Table(
    "extract_people",
    metadata,
    sa.Column("extract_id", sa.BigInteger, primary_key=True),
    sa.Column("account_id", sa.BigInteger, primary_key=True),  # whose words are in it, and who asks
    sa.Column("has_agreed", sa.Boolean, nullable=False),
    sa.Index("extracts_of_account", "account_id", "extract_id"),
    sqlite_with_rowid=False,
)

break_glass = sa.Table(
    "break_glass",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("conversation_id", sa.BigInteger, nullable=False),
    sa.Column("operator", sa.Text, nullable=False),  # who ran the command, as the machine knows them
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index("break_glass_of_conversation", "conversation_id", "id"),
)
