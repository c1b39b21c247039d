"""Commands: mark a conversation as read or unread."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.conversations import queries
from gazouillis.conversations.events import ConversationChanged
from gazouillis.conversations.tables import participants
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.database.transactions import Tx


async def mark_read(tx: Tx, account: Account, conversation_id: int) -> None:
    """Raises NotFound unless the account takes part in it."""
    await _mark(tx, account, conversation_id, is_unread=False)


async def mark_unread(tx: Tx, account: Account, conversation_id: int) -> None:
    await _mark(tx, account, conversation_id, is_unread=True)


async def on_opened(tx: Tx, account: Account, status_id: StatusId) -> None:
    """Marks the conversation of this message as read, if it is one of the account's."""
    conversation_id = await queries.of_status(tx, account.id, status_id)
    if conversation_id is not None:
        await mark_read(tx, account, conversation_id)


async def _mark(tx: Tx, account: Account, conversation_id: int, *, is_unread: bool) -> None:
    await queries.participant(tx, account.id, conversation_id)
    mine = (participants.c.account_id == account.id, participants.c.conversation_id == conversation_id)
    changed = sa.update(participants).where(*mine, participants.c.is_unread != is_unread).values(is_unread=is_unread)
    if await tx.run(changed):
        await tx.emit(ConversationChanged(conversation_id, account.id))
