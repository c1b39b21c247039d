"""Log-in with a password, in three steps: look up the user (`user_by_login`), check the password (`prove`), open a session (`sign_in`).

The password is checked outside any transaction, since hashing is slow. `sign_in` therefore checks that it was not changed meanwhile.
"""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries, rules
from gazouillis.accounts.events import PasswordRenewed
from gazouillis.accounts.hashing import hash_password, is_outdated, is_password
from gazouillis.accounts.models import User
from gazouillis.accounts.restore import restore
from gazouillis.accounts.tables import sessions, users
from gazouillis.infra.basics.errors import Unauthenticated
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.infra.secrets import digest, new_token

LONGEST_USER_AGENT = 400


class Proof(msgspec.Struct, frozen=True):
    """Somebody showed that they know the password with this hash."""

    account_id: AccountId
    password_hash: str
    rehashed: str = ""
    """The same password hashed with today's parameters, if `password_hash` is outdated; else empty."""


class Browser(msgspec.Struct, frozen=True):
    """Where a session was opened: for the list of sessions. `address` is the IP address."""

    user_agent: str = ""
    address: str = ""


async def user_by_login(reader: Reader, login: str, here: str) -> User | None:
    """The user with this e-mail address or else this handle. In this order, since `alice@here` may be somebody's e-mail address."""
    if user := await queries.user_by_email(reader, login):
        return user
    account = await queries.by_handle_even_unapproved(reader, login, here)
    return await queries.user(reader, account.id) if account else None


async def prove(user: User | None, password: str) -> Proof:
    """Checks the password. Raises `Unauthenticated`: an unknown user gets the same words, after the same time, as a wrong password."""
    is_right = len(password) <= rules.LONGEST_PASSWORD and await is_password(password, user.password_hash if user else "")
    if user is None or not is_right:
        raise _wrong_login()
    rehashed = await hash_password(password) if is_outdated(user.password_hash) else ""
    return Proof(user.account_id, user.password_hash, rehashed)


async def sign_in(tx: Tx, proof: Proof, browser: Browser) -> str:
    """Opens a session and returns its token, of which the database keeps only a digest.

    It undoes the deletion of the account, as long as its waiting time lasts.

    Raises `Unauthenticated` if the password was changed since the proof, `Forbidden` for unapproved and suspended accounts.
    """
    user, account = await queries.user(tx, proof.account_id), await queries.by_id(tx, proof.account_id)
    if user is None or account is None or user.password_hash != proof.password_hash:
        raise _wrong_login()
    if user.deletes_at is not None:
        await restore(tx, user)
        account = msgspec.structs.replace(account, suspended_at=None)
    rules.check_may_sign_in(user, account)
    if proof.rehashed:
        await tx.run(sa.update(users).where(users.c.account_id == user.account_id).values(password_hash=proof.rehashed))
        await tx.emit(PasswordRenewed(user.account_id))
    token = new_token()
    row = {
        "id": tx.new_id(),
        "token_hash": digest(token),
        "account_id": user.account_id,
        "created_at": tx.now,
        "last_used_at": tx.now,
        "user_agent": browser.user_agent[:LONGEST_USER_AGENT],
        "address": browser.address,
    }
    await tx.run(sa.insert(sessions), row)
    return token


def _wrong_login() -> Unauthenticated:
    return Unauthenticated(_("The name or the password is wrong"))
