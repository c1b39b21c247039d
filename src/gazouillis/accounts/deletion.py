"""Deletion of an account by its owner, in three steps: `request` hides it, `restore.restore` undoes that, `finish` deletes what is left.

During the waiting time the account is suspended, so nobody sees it or its statuses, and nothing is lost. When the time is over, the worker
deletes what other rooms keep of it, in batches (`erasure.py`), and then calls `finish`. See decision 57.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from gazouillis.accounts import pictures, queries, rules, sessions, tokens
from gazouillis.accounts.events import AccountDeleted, AccountDeletionRequested
from gazouillis.accounts.models import Account, Role, User
from gazouillis.accounts.sign_in import Proof
from gazouillis.accounts.tables import accounts, grants, invitations, users
from gazouillis.infra.basics.errors import Conflict, NotFound, Unauthenticated
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.tables import Moment
from gazouillis.infra.database.transactions import Reader, Tx

WAITING_TIME = timedelta(days=7)

_DUE = (
    sa.select(users.c.account_id)
    .where(users.c.deletes_at.is_not(None), users.c.deletes_at <= sa.bindparam("now", type_=users.c.deletes_at.type))
    .order_by(users.c.deletes_at)
    .limit(1)
)
_BLANK = {
    "display_name": "",
    "note": "",
    "note_html": "",
    "location": "",
    "language": "",
    "fields": b"[]",
    "boundaries": b"",
    "found_by": "nobody",
    "links_others": False,
    "is_discoverable": False,
    "statuses_count": 0,
    "followers_count": 0,
    "following_count": 0,
    "last_status_at": None,
    **pictures.NONE,
}


async def request(tx: Tx, account_id: AccountId, *, proof: Proof | None, waiting_time: timedelta = WAITING_TIME) -> datetime:
    """Hides the account, signs it out everywhere, and returns when it will be deleted. Asking twice does not change that moment.

    `proof` of the password is None for the operator. Raises `Unauthenticated` if the password was changed after the proof was made, and
    `Conflict` as `check_may_leave`.
    """
    user = await queries.user(tx, account_id)
    if user is None:
        raise NotFound(_("There is no such account"))
    if proof is not None and user.password_hash != proof.password_hash:
        raise Unauthenticated(_("The password was changed meanwhile"))
    await check_may_leave(tx, user)
    deletes_at = tx.now + waiting_time
    if user.deletes_at is not None:
        deletes_at = min(user.deletes_at, deletes_at)
    await tx.run(sa.update(users).where(users.c.account_id == account_id).values(deletes_at=deletes_at))
    hidden_at = sa.func.coalesce(accounts.c.suspended_at, sa.literal(tx.now, Moment))
    await tx.run(sa.update(accounts).where(accounts.c.id == account_id).values(suspended_at=hidden_at))
    await _sign_out_everywhere(tx, account_id)
    await tx.emit(AccountDeletionRequested(account_id))
    return deletes_at


async def check_may_leave(reader: Reader, user: User) -> None:
    """Raises `Conflict` for the last owner, and for the last administrator of a server without an owner."""
    if rules.is_at_least(user.role, Role.ADMIN) and not await _has_successor(reader, user):
        raise Conflict(_("Nobody else looks after this place: name somebody first"))


async def due(reader: Reader) -> Account | None:
    """An account whose waiting time is over."""
    account_id = await reader.value(_DUE, {"now": reader.now})
    return await queries.by_id(reader, account_id) if account_id is not None else None


async def finish(tx: Tx, account: Account) -> None:
    """Deletes the user, and all of the account but its handle, which nobody else can take."""
    user = await queries.user(tx, account.id)
    if user is None:
        return
    await _sign_out_everywhere(tx, account.id)
    await tx.run(sa.delete(invitations).where(invitations.c.account_id == account.id))
    await tx.run(sa.delete(users).where(users.c.account_id == account.id))
    await pictures.replace(tx, account.id, _BLANK)
    await tx.run(sa.update(accounts).where(accounts.c.id == account.id).values(_BLANK))
    await tx.emit(AccountDeleted(account.id, user.email, user.language, account.acct))


async def _sign_out_everywhere(tx: Tx, account_id: AccountId) -> None:
    await sessions.end_all(tx, account_id)
    await tokens.revoke_all(tx, account_id)
    await tx.run(sa.delete(grants).where(grants.c.account_id == account_id))


async def _has_successor(reader: Reader, user: User) -> bool:
    ranks = [role.value for role in Role if rules.is_at_least(role, user.role)]
    others = (
        sa.select(users.c.account_id)
        .join(accounts, accounts.c.id == users.c.account_id)
        .where(
            users.c.role.in_(ranks),
            users.c.account_id != user.account_id,
            users.c.approved_at.is_not(None),
            accounts.c.suspended_at.is_(None),
        )
        .limit(1)
    )
    return await reader.value(others) is not None
