"""Break-glass: the operator of the server reads a conversation of others. Each time is recorded, and its people are told who, when and why.

The record is written in the transaction that reads the messages: nothing can be read without it. Only the command line calls this.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.conversations import queries
from gazouillis.conversations.events import ConversationChanged, OperatorReadConversation
from gazouillis.conversations.models import OperatorAccess, people_key
from gazouillis.conversations.tables import break_glass, messages, participants
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Row, Tx
from gazouillis.statuses.tables import statuses
from gazouillis.text.blank import unless_blank

LONGEST_REASON = 500
MOST_SHOWN = 20
"""How many accesses the page of a conversation lists, the newest."""


class ReadMessage(msgspec.Struct, frozen=True):
    """A message as the command prints it."""

    created_at: datetime
    author: str
    spoiler_text: str
    text: str
    attachments_count: int


async def read_by_operator(tx: Tx, people: Collection[AccountId], operator: str, reason: str, most: int) -> list[ReadMessage]:
    """The newest messages between these people, the oldest first, after the access was recorded.

    Raises Invalid without a reason, NotFound when they have no conversation.
    """
    reason = unless_blank(reason).strip()
    if not reason:
        raise Invalid(_("Say why: the people of the conversation will read it"), field="reason", code="ERR_BLANK")
    if len(reason) > LONGEST_REASON:
        raise Invalid(_("Too long: at most {limit} characters", limit=LONGEST_REASON), field="reason", code="ERR_TOO_LONG")
    conversation_id = await queries.by_people(tx, people_key(people))
    if conversation_id is None:
        raise queries.no_such_conversation()
    row = {"id": tx.new_id(), "conversation_id": conversation_id, "operator": operator, "reason": reason, "created_at": tx.now}
    await tx.run(sa.insert(break_glass), row)
    for one in await queries.participants_of(tx, conversation_id):
        await tx.emit(OperatorReadConversation(conversation_id, one), ConversationChanged(conversation_id, one))
    return await _messages(tx, conversation_id, most)


async def accesses(reader: Reader, conversation_id: int) -> list[OperatorAccess]:
    """The newest times that the operator read this conversation, the newest first."""
    return [OperatorAccess(*row) for row in await reader.all(_ACCESSES, {"conversation": conversation_id})]


async def newest_of_account(reader: Reader, account_id: AccountId) -> OperatorAccess | None:
    """The last time that the operator read a conversation of this account."""
    row = await reader.one(_NEWEST_OF_ACCOUNT, {"account": account_id})
    return OperatorAccess(*row) if row else None


async def _messages(reader: Reader, conversation_id: int, most: int) -> list[ReadMessage]:
    rows = await reader.all(_MESSAGES, {"conversation": conversation_id, "most": most})
    authors = await accounts.by_ids(reader, {AccountId(row.account_id) for row in rows})
    return [_read(row, authors[row.account_id].acct if row.account_id in authors else "?") for row in reversed(rows)]


def _read(row: Row, author: str) -> ReadMessage:
    return ReadMessage(row.created_at, author, row.spoiler_text, row.text, row.attachments_count)


_COLUMNS: Sequence[sa.Column[object]] = tuple(break_glass.c[name] for name in OperatorAccess.__struct_fields__)
_ACCESSES = (
    sa.select(*_COLUMNS)
    .where(break_glass.c.conversation_id == sa.bindparam("conversation", type_=sa.BigInteger))
    .order_by(break_glass.c.id.desc())
    .limit(MOST_SHOWN)
)
_NEWEST_OF_ACCOUNT = (
    sa.select(*_COLUMNS)
    .join(participants, participants.c.conversation_id == break_glass.c.conversation_id)
    .where(participants.c.account_id == sa.bindparam("account", type_=sa.BigInteger))
    .order_by(break_glass.c.id.desc())
    .limit(1)
)
_of_conversation = (
    sa.select(messages.c.status_id)
    .join(
        participants,
        sa.and_(participants.c.account_id == messages.c.account_id, participants.c.conversation_id == messages.c.conversation_id),
    )
    .where(participants.c.conversation_id == sa.bindparam("conversation", type_=sa.BigInteger))
)
_MESSAGES = (
    sa.select(statuses.c.account_id, statuses.c.created_at, statuses.c.spoiler_text, statuses.c.text, statuses.c.attachments_count)
    .where(statuses.c.id.in_(_of_conversation), statuses.c.deleted_at.is_(None))
    .order_by(statuses.c.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
