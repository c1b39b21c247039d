"""Removing messages: for oneself, and for everybody when a status is deleted. A conversation without messages is not listed any more."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.conversations import queries
from gazouillis.conversations.events import ConversationChanged
from gazouillis.conversations.tables import messages, participants
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.database.transactions import Tx
from gazouillis.statuses.events import StatusDeleted, StatusEdited
from gazouillis.statuses.models import Visibility

_account = sa.bindparam("account", type_=sa.BigInteger)
_conversation = sa.bindparam("conversation", type_=sa.BigInteger)
_newest_left = (
    sa.select(sa.func.max(messages.c.status_id))
    .where(messages.c.account_id == _account, messages.c.conversation_id == _conversation)
    .scalar_subquery()
)
_FALL_BACK = (
    sa.update(participants)
    .where(participants.c.account_id == _account, participants.c.conversation_id == _conversation)
    .values(last_status_id=_newest_left, is_unread=sa.and_(participants.c.is_unread, _newest_left.is_not(None)))
)


async def delete_message(tx: Tx, account: Account, conversation_id: int, status_id: StatusId) -> None:
    """For this account alone. Raises NotFound unless it takes part in the conversation."""
    await queries.participant(tx, account.id, conversation_id)
    await _delete(tx, account, conversation_id, messages.c.status_id == status_id)


async def delete_conversation(tx: Tx, account: Account, conversation_id: int) -> None:
    """For this account alone. The next message brings it back, with that message only."""
    await queries.participant(tx, account.id, conversation_id)
    await _delete(tx, account, conversation_id)


async def on_status_deleted(tx: Tx, event: StatusDeleted) -> None:
    if event.visibility is not Visibility.DIRECT:
        return
    rows = await tx.all(sa.select(messages.c.account_id, messages.c.conversation_id).where(messages.c.status_id == event.status_id))
    if not rows:
        return
    await tx.run(sa.delete(messages).where(messages.c.status_id == event.status_id))
    for row in rows:
        await tx.run(_FALL_BACK, {"account": row.account_id, "conversation": row.conversation_id})
    await tx.emit(*(ConversationChanged(row.conversation_id, row.account_id) for row in rows))


async def on_status_edited(tx: Tx, event: StatusEdited) -> None:
    """Its text is not stored in this room, so only open pages are notified."""
    if event.visibility is Visibility.DIRECT:
        rows = await tx.all(sa.select(messages.c.account_id, messages.c.conversation_id).where(messages.c.status_id == event.status_id))
        await tx.emit(*(ConversationChanged(row.conversation_id, row.account_id) for row in rows))


async def _delete(tx: Tx, account: Account, conversation_id: int, *which: sa.ColumnElement[bool]) -> None:
    mine = (messages.c.account_id == account.id, messages.c.conversation_id == conversation_id)
    if await tx.run(sa.delete(messages).where(*mine, *which)):
        await tx.run(_FALL_BACK, {"account": account.id, "conversation": conversation_id})
        await tx.emit(ConversationChanged(conversation_id, account.id))
