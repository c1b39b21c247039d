"""Command: suggest an account to a viewer no more."""

from __future__ import annotations

from gazouillis.accounts.models import Account
from gazouillis.graph.events import SuggestionDismissed
from gazouillis.graph.tables import dismissed_suggestions
from gazouillis.infra.database.transactions import Tx, insert_or_ignore


async def dismiss_suggestion(tx: Tx, account: Account, target: Account) -> None:
    """Dismissing again changes nothing. The target need not be suggested now: whoever it is, it never will be."""
    if await tx.run(insert_or_ignore(dismissed_suggestions), {"account_id": account.id, "target_id": target.id}):
        await tx.emit(SuggestionDismissed(account.id, target.id))
