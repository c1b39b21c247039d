"""E-mail confirmation: which account an e-mail address belongs to.

An address is confirmed for the first account that opens the link sent to it. Until then any number of accounts may claim it, so that
nobody who signs up or changes their address learns whether it is known here (decision 0041). A confirmed address can be used to log in
and to reset the password. A claimed address can only be used to reset the password: the link is sent to the address itself.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from hmac import compare_digest

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries, rules
from gazouillis.accounts.events import EmailChanged
from gazouillis.accounts.models import User
from gazouillis.accounts.tables import users
from gazouillis.infra.basics.errors import Conflict, NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Tx, lock
from gazouillis.infra.secrets import Secrets

PURPOSE = "address"
"""What the links are signed for."""
LINK_LIFETIME = timedelta(days=7)
MOST_CLAIMANTS = 5
"""How many accounts of one address get an e-mail to reset the password: the confirmed one first, then the oldest accounts."""

_ADDRESS = sa.bindparam("address", type_=sa.String)
_CONFIRMED = sa.select(users.c.account_id).where(users.c.email_key == _ADDRESS)
_ACCOUNTS = (
    sa.select(users.c.account_id)
    # A claim is the address, a blank, and the account; no address holds a blank, and "!" is what follows it.
    .where(sa.or_(users.c.email_key == _ADDRESS, sa.and_(users.c.email_key > _ADDRESS + " ", users.c.email_key < _ADDRESS + "!")))
    .order_by(sa.case((users.c.email_key == _ADDRESS, 0), else_=1), users.c.account_id)
    .limit(MOST_CLAIMANTS)
)


def claim(email: str, account_id: AccountId) -> str:
    """The value of `users.email_key` until the address is confirmed. The account id makes it unique."""
    return f"{rules.email_key(email)} {account_id}"


async def confirmed_account_id(reader: Reader, email: str) -> AccountId | None:
    """The account for which this address is confirmed, if any."""
    found = await reader.value(_CONFIRMED, {"address": rules.email_key(email)})
    return None if found is None else AccountId(found)


async def account_ids(reader: Reader, email: str) -> list[AccountId]:
    """At most `MOST_CLAIMANTS` accounts with this address, the confirmed one first."""
    return [AccountId(one) for one in await reader.values(_ACCOUNTS, {"address": rules.email_key(email)})]


async def mark_confirmed(tx: Tx, user: User) -> bool:
    """Confirms the address of this user. False if it is already confirmed for another account."""
    key = rules.email_key(user.email)
    await lock(tx, key)
    confirmed_id = await confirmed_account_id(tx, user.email)
    if confirmed_id is None:
        await tx.run(sa.update(users).where(users.c.account_id == user.account_id).values(email_key=key))
        await tx.emit(EmailChanged(user.account_id))
    return confirmed_id in {None, user.account_id}


def token(secrets: Secrets, user: User) -> str:
    """The signed part of a confirmation link. It is valid for seven days and only for the present address of the user."""
    return secrets.sign(PURPOSE, [user.account_id, _fragment(user)])


async def user_of_token(reader: Reader, secrets: Secrets, token: str) -> User:
    """The user whose address this token confirms. Raises `NotFound` when the token is expired, forged or for an earlier address."""
    account_id, fragment = msgspec.convert(secrets.unsign(PURPOSE, token, max_age=int(LINK_LIFETIME.total_seconds())), tuple[int, str])
    user = await queries.user(reader, AccountId(account_id))
    if user is None or not compare_digest(fragment, _fragment(user)):
        raise NotFound(_("This link is no longer valid"))
    return user


async def confirm(tx: Tx, secrets: Secrets, token: str) -> None:
    """Confirms the address that the token is for. Raises `NotFound` or, if another account was faster, `Conflict`."""
    if not await mark_confirmed(tx, await user_of_token(tx, secrets, token)):
        raise Conflict(_("Another account here has proven this address to be theirs"))


def _fragment(user: User) -> str:
    return hashlib.sha256(user.email.encode()).hexdigest()[:16]
