"""Lookups of what a page's address names. Each raises NotFound when there is no such thing."""

from __future__ import annotations

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader


async def account(reader: Reader, account_id: AccountId, *, even_suspended: bool = False) -> Account:
    """An approved account; a suspended one only if wanted: to undo what one did to it."""
    found = await accounts.by_id(reader, account_id)
    if found is None or not found.is_approved or (found.suspended_at and not even_suspended):
        raise NotFound(_("Nobody here bears this name"))
    return found
