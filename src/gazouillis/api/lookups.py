"""Lookups of what a path names. Each raises NotFound when there is no such thing."""

from __future__ import annotations

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.api.bind import identifier
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader


def status_id(text: str) -> StatusId:
    return StatusId(identifier(text))


def account_id(text: str) -> AccountId:
    return AccountId(identifier(text))


async def account(reader: Reader, text: str) -> Account:
    return await account_by_id(reader, account_id(text))


async def account_by_id(reader: Reader, account_id: AccountId) -> Account:
    found = await accounts.by_id(reader, account_id)
    if found is None or not found.is_approved:
        raise NotFound(_("There is no such account"))
    return found
