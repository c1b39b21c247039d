"""Conversations of private messages, with those that were written before. Nothing of these is unread."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

AT_ONCE = 500
DIRECT = 3
OPEN = 0

HAS_MESSAGES = sa.text("last_status_id is not null")
IS_REQUESTED = sa.text("requested_by_id is not null")


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("people", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("people"),
    )
    op.create_table(
        "participants",
        sa.Column("account_id", sa.BigInteger(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("requested_by_id", sa.BigInteger(), nullable=True),
        sa.Column("is_unread", sa.Boolean(), nullable=False),
        sa.Column("last_status_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "conversation_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "messages",
        sa.Column("account_id", sa.BigInteger(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("status_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "conversation_id", "status_id"),
        sqlite_with_rowid=False,
    )
    _gather(op.get_bind())
    op.create_index("messages_of_status", "messages", ["status_id", "account_id"])
    op.create_index("participants_of_conversation", "participants", ["conversation_id", "account_id"])
    op.create_index(
        "participants_by_last_message",
        "participants",
        ["account_id", "last_status_id"],
        sqlite_where=HAS_MESSAGES,
        postgresql_where=HAS_MESSAGES,
    )
    op.create_index(
        "participants_requested_by",
        "participants",
        ["requested_by_id", "created_at"],
        sqlite_where=IS_REQUESTED,
        postgresql_where=IS_REQUESTED,
    )


def _gather(connection: sa.Connection) -> None:
    """Puts each direct status into the conversation of its author and those it mentions. The first one's id is the conversation's."""
    conversations: dict[str, int] = {}
    participants: dict[tuple[int, int], dict[str, object]] = {}
    after = 0
    while rows := connection.execute(_NEXT, {"after": after, "visibility": DIRECT, "limit": AT_ONCE}).all():
        after = rows[-1].id
        mentioned: dict[int, set[int]] = {}
        for status_id, account_id in connection.execute(_MENTIONED, {"first": rows[0].id, "last": after, "visibility": DIRECT}):
            mentioned.setdefault(status_id, set()).add(account_id)
        copies = []
        for row in rows:
            people = sorted({row.account_id, *mentioned.get(row.id, ())})
            key = ",".join(map(str, people))
            if key not in conversations:
                conversations[key] = row.id
                connection.execute(_CONVERSATIONS.insert(), {"id": row.id, "people": key})
            conversation_id = conversations[key]
            for one in people:
                copies.append({"account_id": one, "conversation_id": conversation_id, "status_id": row.id, "author_id": row.account_id})
                present = participants.setdefault((one, conversation_id), _participant(one, conversation_id, row.created_at))
                present["last_status_id"] = row.id
        connection.execute(_MESSAGES.insert(), copies)
    if participants:
        connection.execute(_PARTICIPANTS.insert(), list(participants.values()))


def _participant(account_id: int, conversation_id: int, created_at: int) -> dict[str, object]:
    of_both = {"account_id": account_id, "conversation_id": conversation_id, "created_at": created_at}
    return {**of_both, "state": OPEN, "requested_by_id": None, "is_unread": False}


_NEXT = sa.text(
    "select id, account_id, created_at from statuses where visibility = :visibility and deleted_at is null and id > :after"
    " order by id limit :limit"
)
_MENTIONED = sa.text(
    "select m.status_id, m.account_id from mentions m join statuses s on s.id = m.status_id"
    " where m.status_id between :first and :last and s.visibility = :visibility"
)
_CONVERSATIONS = sa.table("conversations", sa.column("id"), sa.column("people"))
_MESSAGES = sa.table("messages", *map(sa.column, ("account_id", "conversation_id", "status_id", "author_id")))
_PARTICIPANTS = sa.table(
    "participants",
    *map(sa.column, ("account_id", "conversation_id", "state", "requested_by_id", "last_status_id", "created_at")),
    sa.column("is_unread", sa.Boolean),
)
