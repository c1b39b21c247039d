"""Password reset by an e-mailed link, and password change by somebody who knows the present one."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import timedelta
from hmac import compare_digest

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import emails, queries, sessions, tokens
from gazouillis.accounts.events import PasswordChanged, PasswordForgotten, PasswordResetRequested
from gazouillis.accounts.models import User
from gazouillis.accounts.sign_in import Proof
from gazouillis.accounts.tables import users
from gazouillis.infra.basics.errors import NotFound, Unauthenticated
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.infra.secrets import Secrets

LINK_LIFETIME = timedelta(hours=1)
FIRST_LINK_LIFETIME = timedelta(days=14)
PURPOSE, MAILED_FIRST, SHOWN_FIRST = "new password", "first password", "first password, given by hand"
"""What the links are signed for. A first password is that of an account made by an administrator."""
LIFETIMES = {PURPOSE: LINK_LIFETIME, MAILED_FIRST: FIRST_LINK_LIFETIME, SHOWN_FIRST: FIRST_LINK_LIFETIME}


async def request_reset(tx: Tx, email: str) -> None:
    """Asks for a reset link. It does the same, and takes as long, whether or not an account has the address: a reaction looks it up."""
    await tx.emit(PasswordForgotten(email))


async def on_password_forgotten(tx: Tx, event: PasswordForgotten) -> None:
    """Finds the accounts that have the address or claim it; each gets a reset link."""
    for account_id in await emails.account_ids(tx, event.email):
        await tx.emit(PasswordResetRequested(account_id))


def reset_token(secrets: Secrets, user: User) -> str:
    """The signed part of a reset link. It is valid for an hour and once, since it depends on the present password hash and address."""
    return secrets.sign(PURPOSE, [user.account_id, _fragment(user)])


def first_token(secrets: Secrets, user: User, *, is_mailed: bool) -> str:
    """The signed part of a link by which somebody chooses their first password. It is valid for two weeks and once.

    Only the link that was mailed proves that the address is theirs.
    """
    return secrets.sign(MAILED_FIRST if is_mailed else SHOWN_FIRST, [user.account_id, _fragment(user)])


async def user_of_token(reader: Reader, secrets: Secrets, token: str) -> User:
    """The user whose password this token may set. Raises `NotFound` when the token is expired, used or forged."""
    _purpose, account_id, fragment = _read(secrets, token)
    user = await queries.user(reader, account_id)
    if user is None or not compare_digest(fragment, _fragment(user)):
        raise _expired_link()
    return user


async def reset(tx: Tx, secrets: Secrets, token: str, password_hash: str) -> AccountId:
    """Sets the password, and confirms the address, since whoever has a mailed link reads its e-mails. Returns whose it was."""
    user = await user_of_token(tx, secrets, token)
    if user.email and _read(secrets, token)[0] != SHOWN_FIRST:
        await emails.mark_confirmed(tx, user)
    await replace(tx, user.account_id, password_hash)
    return user.account_id


async def replace(tx: Tx, account_id: AccountId, password_hash: str) -> None:
    """Sets the password, ends all sessions and revokes all access tokens."""
    await _store(tx, account_id, password_hash)
    await sessions.end_all(tx, account_id)
    await tokens.revoke_all(tx, account_id)


async def change(tx: Tx, proof: Proof, password_hash: str, *, current_session_id: int) -> None:
    """Sets the password and ends all sessions but this one. Access tokens of apps stay valid.

    Raises `Unauthenticated` if the password was changed after the proof was made.
    """
    user = await queries.user(tx, proof.account_id)
    if user is None or user.password_hash != proof.password_hash:
        raise Unauthenticated(_("The password was changed meanwhile"))
    await _store(tx, proof.account_id, password_hash)
    await sessions.end_others(tx, proof.account_id, current_session_id)


async def _store(tx: Tx, account_id: AccountId, password_hash: str) -> None:
    await tx.run(sa.update(users).where(users.c.account_id == account_id).values(password_hash=password_hash))
    await tx.emit(PasswordChanged(account_id))


def _fragment(user: User) -> str:
    return hashlib.sha256(f"{user.password_hash} {user.email}".encode()).hexdigest()[:16]


def _read(secrets: Secrets, token: str) -> tuple[str, AccountId, str]:
    """Purpose, account and fragment."""
    for purpose, lifetime in LIFETIMES.items():
        with suppress(NotFound):
            content = secrets.unsign(purpose, token, max_age=int(lifetime.total_seconds()))
            account_id, fragment = msgspec.convert(content, tuple[int, str])
            return purpose, AccountId(account_id), fragment
    raise _expired_link()


def _expired_link() -> NotFound:
    return NotFound(_("This link is no longer valid"))
