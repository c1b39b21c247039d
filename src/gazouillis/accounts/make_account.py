"""Accounts that administrators make for others, who then choose their password by a link (decision 0056)."""

from __future__ import annotations

import re
from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries, roles, rules
from gazouillis.accounts.events import AccountRejected
from gazouillis.accounts.models import Account, Role, User
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.profile import LONGEST_NAME
from gazouillis.accounts.register import Registration, register
from gazouillis.accounts.tables import accounts, users
from gazouillis.infra.basics.errors import Forbidden, Invalid, NotFound, too_long
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.text.blank import unless_blank
from gazouillis.text.cleaning import clean_line

NO_PASSWORD = ""
"""The `password_hash` of somebody who has not chosen a password yet. No password matches it."""
MOST_AT_ONCE = 50
"""How many accounts one list makes."""
MOST_LISTED = 200
MOST_TRIED = 30
"""How many usernames are tried that are close to a name: jerome, jerome2, jerome3…"""


class Newcomer(msgspec.Struct, frozen=True):
    """Somebody to make an account for. Without `username`, one close to the name is chosen; `email` may be empty."""

    display_name: str = ""
    username: str = ""
    email: str = ""


def parse_list(text: str) -> list[Newcomer]:
    """One line for each person: name, handle and e-mail address in any order, separated by blanks, commas, semicolons or tabs.

    `Jérôme Dupont, jerome@example.org`, `@jd Jérôme Dupont`. Blank lines are left out. Raises `Invalid` when there are too many.
    """
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    if len(lines) > MOST_AT_ONCE:
        raise Invalid(_("At most {most} people at once", most=MOST_AT_ONCE), field="people")
    return [_newcomer(line) for line in lines]


async def make_account(tx: Tx, by: User, newcomer: Newcomer, options: SiteOptions) -> Account:
    """Raises `Forbidden` unless `by` is an administrator, and `Invalid` naming the field. Reserved usernames are allowed, as the
    operator's are."""
    _check_administrator(by)
    name = unless_blank(clean_line(newcomer.display_name))
    if len(name) > LONGEST_NAME:
        raise too_long(len(name), LONGEST_NAME, "display_name")
    if not name and not newcomer.username.strip(" @"):
        raise Invalid(_("Give a name or a handle"), field="display_name")
    registration = Registration(
        username=rules.check_username(newcomer.username.strip().removeprefix("@") or await _free_username(tx, name)),
        email=rules.check_email(newcomer.email) if newcomer.email.strip() else "",
        password_hash=NO_PASSWORD,
        display_name=name,
    )
    return await register(tx, registration, options=options, is_by_operator=True)


async def made_since(reader: Reader, newcomers: Collection[Newcomer], after_id: int) -> list[Account]:
    """The accounts made for these newcomers since `after_id` was the newest, if there is one for each: the form was sent again.

    Somebody who has chosen a password since is not found.
    """
    remaining, found = list(newcomers), list[Account]()
    for account, user in await without_password(reader):
        if account.id > after_id and (one := next((one for one in remaining if _is_for(account, user, one)), None)):
            remaining.remove(one)
            found.append(account)
    return [] if remaining else found


async def discard(tx: Tx, by: User, account_id: AccountId) -> None:
    """Takes back an account that nobody has used: a name mistyped. Raises `NotFound` once a password was chosen."""
    _check_administrator(by)
    user = await queries.user(tx, account_id)
    if user is None or user.password_hash != NO_PASSWORD:
        raise NotFound
    await roles.remove_user(tx, account_id)
    await tx.emit(AccountRejected(account_id, email="", language=""))


async def without_password(reader: Reader) -> list[tuple[Account, User]]:
    """Those who have not chosen a password yet, the newest first; at most `MOST_LISTED`."""
    rows = await reader.all(_WITHOUT_PASSWORD)
    width = queries.ACCOUNT_WIDTH
    return [(queries.account_from([*row][-width:]), queries.user_from([*row][:-width])) for row in rows]


def _is_for(account: Account, user: User, newcomer: Newcomer) -> bool:
    username = newcomer.username.strip().removeprefix("@").lower()
    return (
        account.display_name == unless_blank(clean_line(newcomer.display_name))
        and username in {"", account.acct.lower()}
        and rules.email_key(newcomer.email) == rules.email_key(user.email)
    )


def _newcomer(line: str) -> Newcomer:
    words = [word for word in re.split(r"[\s,;<>]+", line) if word]
    handle = next((word for word in words if word.startswith("@")), "")
    email = next((word for word in words if "@" in word[1:]), "")
    return Newcomer(" ".join(word for word in words if word not in {handle, email}), handle, email)


async def _free_username(reader: Reader, name: str) -> str:
    """Empty when nothing of the name can be kept."""
    base = rules.suggested_username(name)[: rules.LONGEST_USERNAME - 2]
    tried = [base, *(f"{base}{number}" for number in range(2, MOST_TRIED))]
    taken = set(await reader.values(sa.select(accounts.c.handle).where(accounts.c.handle.in_(tried))))
    return next((one for one in tried if one not in taken and base), "")


def _check_administrator(by: User) -> None:
    if not rules.is_at_least(by.role, Role.ADMIN):
        raise Forbidden


_WITHOUT_PASSWORD = (
    sa.select(*queries.USER_COLUMNS, *queries.ACCOUNT_COLUMNS)
    .join(users, users.c.account_id == accounts.c.id)
    .where(users.c.password_hash == NO_PASSWORD)
    .order_by(accounts.c.id.desc())
    .limit(MOST_LISTED)
)
