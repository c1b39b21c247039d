"""The secret by which a calendar, which has no session, reads the meetings of somebody: one for each account."""

from __future__ import annotations

import hmac
import secrets

import msgspec

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account, User
from gazouillis.accounts.preferences import change_preferences
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, id_or_none
from gazouillis.infra.database.transactions import Reader, Tx

BYTES = 18
"""144 random bits."""


def secret_of(user: User) -> str:
    """As it stands in the address; empty when there is none. It begins with the account's id, by which the account is found."""
    return f"{user.account_id}-{user.preferences.meetings_feed}" if user.preferences.meetings_feed else ""


async def renew(tx: Tx, account_id: AccountId) -> None:
    """Gives the account a secret. The one before opens nothing any more."""
    user = await accounts.user(tx, account_id)
    if user is None:
        raise NotFound
    await change_preferences(tx, user, msgspec.structs.replace(user.preferences, meetings_feed=secrets.token_urlsafe(BYTES)))


async def owner(reader: Reader, secret: str) -> Account:
    """Raises NotFound for a secret that is wrong, or whose account is gone."""
    account_id = id_or_none(secret.partition("-")[0])
    user = None if account_id is None else await accounts.user(reader, AccountId(account_id))
    account = await accounts.by_id(reader, user.account_id) if user else None
    known = secret_of(user) if user else ""
    if account is None or not account.is_visible or not known or not hmac.compare_digest(known.encode(), secret.encode("utf-8", "replace")):
        raise NotFound
    return account
