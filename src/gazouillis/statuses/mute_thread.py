"""Commands: mute a thread, so that nothing in it notifies, and undo it. Any status of the thread names the whole."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.database.transactions import Tx, insert_or_ignore
from gazouillis.statuses import queries
from gazouillis.statuses.events import ThreadMuted, ThreadUnmuted
from gazouillis.statuses.models import Status
from gazouillis.statuses.tables import muted_threads


async def mute_thread(tx: Tx, account: Account, status_id: StatusId) -> Status:
    status = await queries.visible_original(tx, status_id, account.id)
    if await tx.run(insert_or_ignore(muted_threads), {"account_id": account.id, "status_id": status.conversation_id}):
        await tx.emit(ThreadMuted(status.conversation_id, account.id))
    return status


async def unmute_thread(tx: Tx, account: Account, status_id: StatusId) -> Status:
    """Undoes it even when the account can no longer see the status. If the thread was not muted, it must be visible, else NotFound."""
    status = await queries.original_even_if_hidden(tx, status_id)
    is_this = (muted_threads.c.account_id == account.id, muted_threads.c.status_id == status.conversation_id)
    if not await tx.run(sa.delete(muted_threads).where(*is_this)):
        return await queries.visible_or_tombstone(tx, status, account.id)
    await tx.emit(ThreadUnmuted(status.conversation_id, account.id))
    return status
