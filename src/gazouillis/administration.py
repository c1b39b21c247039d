"""Administration for the command line: create an account, issue a token, set a password, list people, break glass."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import apps, deletion, options, queries, register, roles, rules, scopes, suspend, tokens
from gazouillis.accounts import password as passwords
from gazouillis.accounts.hashing import hash_password
from gazouillis.accounts.models import Account, Role
from gazouillis.accounts.tables import accounts, users
from gazouillis.conversations import break_glass
from gazouillis.conversations.break_glass import ReadMessage
from gazouillis.doctor import open_or_explain
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.messages import Message
from gazouillis.infra.database.transactions import Reader
from gazouillis.infra.settings import Settings

PAGE_SIZE = 1000
"""Accounts read by one query."""


class ListedAccount(msgspec.Struct, frozen=True):
    """Somebody who can sign in. Scripts read these fields in `gazouillis accounts list --json`."""

    id: int
    name: str
    email: str
    role: str
    is_approved: bool
    is_suspended: bool
    created_at: datetime
    statuses_count: int
    followers_count: int


async def create_account(settings: Settings, name: str, email: str, password: str, role: str) -> Account:
    registration = await register.prepare(name, email, password)
    async with open_or_explain(settings) as site, site.db.write() as tx:
        site_options = await options.effective(tx, settings)
        return await register.register(tx, registration, options=site_options, role=Role(role), is_by_operator=True)


async def issue_token(settings: Settings, name: str, scope: str) -> str:
    parsed = scopes.parse(scope)
    async with open_or_explain(settings) as site, site.db.write() as tx:
        account = await local_account(tx, name, settings)
        return (await tokens.issue(tx, await apps.command_line(tx), account.id, parsed)).token


async def set_password(settings: Settings, name: str, password: str) -> None:
    """Ends the sessions of this person and revokes their tokens."""
    password_hash = await hash_password(rules.check_password(password))
    async with open_or_explain(settings) as site, site.db.write() as tx:
        await passwords.replace(tx, (await local_account(tx, name, settings)).id, password_hash)


async def set_role(settings: Settings, name: str, role: str) -> None:
    async with open_or_explain(settings) as site, site.db.write() as tx:
        await roles.set_role(tx, None, (await local_account(tx, name, settings)).id, Role(role))


async def delete_account(settings: Settings, name: str, *, is_immediate: bool) -> datetime:
    """As when its owner asks for it; returns when it will be deleted. Raises `Conflict` for the last who looks after the server."""
    waiting_time = timedelta(0) if is_immediate else deletion.WAITING_TIME
    async with open_or_explain(settings) as site, site.db.write() as tx:
        account = await local_account(tx, name, settings)
        return await deletion.request(tx, account.id, proof=None, waiting_time=waiting_time)


async def suspend_account(settings: Settings, name: str) -> None:
    """Hides it until `unsuspend_account`. Raises `Conflict` for the last who looks after the server."""
    async with open_or_explain(settings) as site, site.db.write() as tx:
        await suspend.suspend(tx, (await local_account(tx, name, settings)).id)


async def unsuspend_account(settings: Settings, name: str) -> None:
    async with open_or_explain(settings) as site, site.db.write() as tx:
        await suspend.unsuspend(tx, (await local_account(tx, name, settings)).id)


async def read_conversation(settings: Settings, names: Sequence[str], operator: str, reason: str, most: int) -> list[ReadMessage]:
    """The newest private messages between these people. The access is recorded, and they are told."""
    async with open_or_explain(settings) as site, site.db.write() as tx:
        people = [(await local_account(tx, one, settings)).id for one in names]
        return await break_glass.read_by_operator(tx, people, operator, reason, most)


async def list_accounts(settings: Settings) -> list[ListedAccount]:
    """In the order in which people joined."""
    found: list[ListedAccount] = []
    async with open_or_explain(settings) as site, site.db.read() as reader:
        while page := await reader.all(_PEOPLE, {"after": found[-1].id if found else 0, "limit": PAGE_SIZE}):
            found += [
                ListedAccount(
                    id=row.id,
                    name=row.username,
                    email=row.email,
                    role=row.role,
                    is_approved=row.approved_at is not None,
                    is_suspended=row.suspended_at is not None,
                    created_at=row.created_at,
                    statuses_count=row.statuses_count,
                    followers_count=row.followers_count,
                )
                for row in page
            ]
    return found


async def local_account(reader: Reader, name: str, settings: Settings) -> Account:
    """The account of somebody who can sign in here. Raises `NotFound`."""
    account = await queries.by_handle_even_unapproved(reader, name, settings.authority)
    if account is None or await queries.user(reader, account.id) is None:
        raise NotFound(Message("Nobody here is called {name}", values={"name": name}))
    return account


_PEOPLE = (
    sa.select(
        *(accounts.c.id, accounts.c.username, users.c.email, users.c.role, users.c.approved_at, accounts.c.suspended_at),
        *(users.c.created_at, accounts.c.statuses_count, accounts.c.followers_count),
    )
    .join(accounts, accounts.c.id == users.c.account_id)
    .where(users.c.account_id > sa.bindparam("after", type_=sa.BigInteger))
    .order_by(users.c.account_id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
