"""Approval of sign-ups, and roles. `by` is the user who decides; None for the operator at the command line."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import pictures, queries, rules, sessions, tokens
from gazouillis.accounts.events import AccountApproved, AccountRejected, RoleChanged
from gazouillis.accounts.models import Account, Role, User
from gazouillis.accounts.tables import accounts, grants, users
from gazouillis.infra.basics.errors import Conflict, Forbidden, NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Tx

MOST_LISTED = 200
"""How many applicants are listed at once."""


class Applicant(msgspec.Struct, frozen=True):
    """Somebody whose sign-up waits for approval. `reason` is what they wrote to the moderator."""

    account: Account
    user: User
    reason: str


async def applicants(reader: Reader) -> list[Applicant]:
    """Those who wait for approval, the oldest sign-up first."""
    waiting = (
        sa.select(users.c.reason, *queries.USER_COLUMNS, *queries.ACCOUNT_COLUMNS)
        .join(users, users.c.account_id == accounts.c.id)
        .where(users.c.approved_at.is_(None))
        .order_by(accounts.c.id)
        .limit(MOST_LISTED)
    )
    return [_applicant(*row) for row in await reader.all(waiting)]


async def moderator_ids(reader: Reader) -> list[AccountId]:
    """Those who decide about reports: moderators, administrators and the owner; at most `MOST_LISTED`."""
    ranks = [role.value for role in Role if rules.is_at_least(role, Role.MODERATOR)]
    moderating = (
        sa.select(users.c.account_id)
        .join(accounts, accounts.c.id == users.c.account_id)
        .where(users.c.role.in_(ranks), users.c.approved_at.is_not(None), accounts.c.suspended_at.is_(None))
        .order_by(users.c.account_id)
        .limit(MOST_LISTED)
    )
    return [AccountId(one) for one in await reader.values(moderating)]


async def approve(tx: Tx, by: User | None, account_id: AccountId) -> None:
    """Raises `Forbidden` unless `by` is a moderator, `NotFound`, or `Conflict` if it was approved already."""
    _check_moderator(by)
    await _applicant_user(tx, account_id)
    await tx.run(sa.update(users).where(users.c.account_id == account_id).values(approved_at=tx.now))
    await tx.emit(AccountApproved(account_id))


async def reject(tx: Tx, by: User | None, account_id: AccountId, reason: str = "") -> None:
    """Deletes the user and frees the username. The row of the account stays, suspended and renamed, since other rows may refer to it.

    `reason` is for the applicant, by e-mail. Raises as `approve`, and `Invalid` for a reason that is too long.
    """
    _check_moderator(by)
    reason = rules.check_reason(reason)
    user = await _applicant_user(tx, account_id)
    await remove_user(tx, account_id)
    await tx.emit(AccountRejected(account_id, user.email, user.language, reason))


async def remove_user(tx: Tx, account_id: AccountId) -> None:
    """Ends their sessions, deletes the user, and hides the account. The caller emits the event."""
    await sessions.end_all(tx, account_id)
    await tokens.revoke_all(tx, account_id)
    await tx.run(sa.delete(grants).where(grants.c.account_id == account_id))
    await tx.run(sa.delete(users).where(users.c.account_id == account_id))
    gone = {"handle": f"{rules.REJECTED_PREFIX}{account_id}", "suspended_at": tx.now, **pictures.NONE}
    await pictures.replace(tx, account_id, gone)
    await tx.run(sa.update(accounts).where(accounts.c.id == account_id).values(gone))


async def set_role(tx: Tx, by: User | None, account_id: AccountId, role: Role) -> None:
    """Raises `Forbidden` unless `rules.may_give_role` allows it, and `NotFound` for accounts without a user."""
    user = await _user(tx, account_id)
    if by is not None and not rules.may_give_role(by.role, user.role, role):
        raise Forbidden(_("You cannot give this role"))
    await tx.run(sa.update(users).where(users.c.account_id == account_id).values(role=role))
    await tx.emit(RoleChanged(account_id, role))


def _applicant(reason: str, *columns: Any) -> Applicant:
    width = queries.ACCOUNT_WIDTH
    return Applicant(queries.account_from(columns[-width:]), queries.user_from(columns[:-width]), reason)


def _check_moderator(by: User | None) -> None:
    if by is not None:
        rules.check_may_moderate(by.role)


async def _user(reader: Reader, account_id: AccountId) -> User:
    user = await queries.user(reader, account_id)
    if user is None:
        raise NotFound
    return user


async def _applicant_user(reader: Reader, account_id: AccountId) -> User:
    user = await _user(reader, account_id)
    if user.approved_at is not None:
        raise Conflict(_("This account was approved already"))
    return user
