"""Deletes what an account leaves behind in this room, in batches. Others keep what they wrote; its messages go with its statuses."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.conversations.tables import extract_messages, extract_people, extracts, message_policies, messages, participants
from gazouillis.conversations.withdraw_extract import withdraw_all
from gazouillis.infra.database.transactions import Tx

AT_ONCE = 500


async def erase(tx: Tx, account: Account) -> bool:
    """Deletes one batch. Returns whether there may be more; it is then called again, in another transaction."""
    found = await tx.values(sa.select(messages.c.status_id).where(messages.c.account_id == account.id).limit(AT_ONCE))
    if found:
        await tx.run(sa.delete(messages).where(messages.c.account_id == account.id, messages.c.status_id.in_(found)))
        return True
    await withdraw_all(tx, account.id)  # their rows go, so that no later reaction would find them
    concerned = await tx.values(sa.select(extract_people.c.extract_id).where(extract_people.c.account_id == account.id).limit(AT_ONCE))
    if concerned:
        for table, key in ((extract_messages, extract_messages.c.extract_id), (extract_people, extract_people.c.extract_id)):
            await tx.run(sa.delete(table).where(key.in_(concerned)))
        await tx.run(sa.delete(extracts).where(extracts.c.id.in_(concerned)))
        return True
    await tx.run(sa.delete(participants).where(participants.c.account_id == account.id))
    await tx.run(sa.delete(message_policies).where(message_policies.c.account_id == account.id))
    asked = participants.c.requested_by_id == account.id
    return bool(await tx.run(sa.update(participants).where(asked).values(requested_by_id=None)))
