"""Command: note something about somebody, for oneself alone."""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.graph.follow import lock_pair
from gazouillis.graph.tables import account_notes
from gazouillis.infra.basics.errors import too_long
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Tx
from gazouillis.text.blank import unless_blank

LONGEST_NOTE = 2000
"""Characters, as on Mastodon."""


async def note(tx: Tx, account: Account, target: Account, text: str) -> None:
    """In place of what was noted before; a blank text removes it. A block in either direction does not end it."""
    kept = unless_blank(text.replace("\r\n", "\n").strip())
    if len(kept) > LONGEST_NOTE:
        raise too_long(len(kept), LONGEST_NOTE, "comment")
    await lock_pair(tx, account.id, target.id)
    await remove(tx, account.id, target.id)
    if kept:
        await tx.run(sa.insert(account_notes), {"account_id": account.id, "target_id": target.id, "id": tx.new_id(), "text": kept})


async def remove(tx: Tx, account_id: AccountId, target_id: AccountId) -> None:
    await tx.run(sa.delete(account_notes).where(account_notes.c.account_id == account_id, account_notes.c.target_id == target_id))
