"""Lookups of accounts and users, by id, handle or e-mail address, with their cache regions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from sys import getsizeof
from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import boundaries, handles, rules
from gazouillis.accounts.boundaries import Who
from gazouillis.accounts.models import Account, Preferences, ProfileField, Role, User
from gazouillis.accounts.tables import accounts, users
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.cache.regions import CacheRegion, cached
from gazouillis.infra.database.transactions import Reader

_unapproved = users.alias("waiting")
IS_APPROVED = sa.not_(
    sa.or_(
        accounts.c.handle.startswith(rules.REJECTED_PREFIX),
        sa.exists().where(_unapproved.c.account_id == accounts.c.id, _unapproved.c.approved_at.is_(None)),
    )
)
# The columns of an `Account`. `handle`, keys and inboxes are not loaded.
ACCOUNT_COLUMNS = (*(accounts.c[name] for name in Account.__struct_fields__ if name != "is_approved"), IS_APPROVED.label("is_approved"))
ACCOUNT_WIDTH = len(ACCOUNT_COLUMNS)
USER_COLUMNS = tuple(users.c[name] for name in User.__struct_fields__)


def weight(account: Account) -> int:
    """An upper bound of the memory of a cached account, in bytes. Fields that are always short are in the constant."""
    fields = sum([1_000 + 2 * getsizeof(one.value_html) for one in account.fields])
    return 2_500 + getsizeof(account.note) + getsizeof(account.note_html) + 4 * (len(account.url) + len(account.uri)) + fields


ACCOUNTS: CacheRegion[AccountId, Account] = CacheRegion("accounts", 32_000_000, weight)
USERS: CacheRegion[AccountId, User] = CacheRegion("users", 16_000_000)

_ACCOUNT = sa.select(*ACCOUNT_COLUMNS)
_BY_IDS = _ACCOUNT.where(accounts.c.id.in_(sa.bindparam("ids", expanding=True)))
_BY_HANDLES = _ACCOUNT.where(accounts.c.handle.in_(sa.bindparam("handles", expanding=True)))
_OWNER = _ACCOUNT.join(users, users.c.account_id == accounts.c.id).where(users.c.role == Role.OWNER).order_by(accounts.c.id).limit(1)
_USER = sa.select(*USER_COLUMNS)
_USERS_OF = _USER.where(users.c.account_id.in_(sa.bindparam("accounts", expanding=True)))
_FIELDS, _BOUNDARIES, _FOUND_BY = (Account.__struct_fields__.index(name) for name in ("fields", "boundaries", "found_by"))
_ROLE, _PREFERENCES = (User.__struct_fields__.index(name) for name in ("role", "preferences"))
_fields = msgspec.json.Decoder(list[ProfileField])
_preferences = msgspec.json.Decoder(Preferences)


async def by_id(reader: Reader, account_id: AccountId) -> Account | None:
    return (await by_ids(reader, (account_id,))).get(account_id)


async def by_ids(reader: Reader, ids: Collection[AccountId]) -> dict[AccountId, Account]:
    return await cached(reader, ACCOUNTS, ids, _load)


def update_cache(reader: Reader, changed: Account, since: int, cause: object) -> None:
    """Caches an account as an event changed it, so that it need not be read again.

    `since` is the generation of the cache when the account was read; `cause` is the invalidation that the change itself made and that
    is therefore ignored. It does nothing unless reads follow the event log to its end, which PostgreSQL cannot promise.
    """
    if reader.cache is not None and reader.has_followed_log:
        reader.cache.region(ACCOUNTS).put(changed.id, changed, since, cause=cause)


async def by_handle(reader: Reader, written: str, here: str) -> Account | None:
    """`here` is the authority of this server, which people may write behind local handles."""
    return (await by_handles(reader, [written], here)).get(written)


async def by_handles(reader: Reader, written: Collection[str], here: str) -> dict[str, Account]:
    """By the handle as written. Unknown and unapproved accounts are left out."""
    return {handle: one for handle, one in (await _by_handles_even_unapproved(reader, written, here)).items() if one.is_approved}


async def by_handle_even_unapproved(reader: Reader, written: str, here: str) -> Account | None:
    """Also finds accounts that wait for approval: for log-in, and for the operator."""
    return (await _by_handles_even_unapproved(reader, [written], here)).get(written)


async def _by_handles_even_unapproved(reader: Reader, written: Collection[str], here: str) -> dict[str, Account]:
    if not written:
        return {}
    keys = {one: handles.key(one, here) for one in written}
    rows = await reader.all(_BY_HANDLES, {"handles": [*dict.fromkeys(keys.values())]})
    found = {one.acct.lower(): one for one in map(account_from, rows)}
    return {one: found[key] for one, key in keys.items() if key in found}


async def user(reader: Reader, account_id: AccountId) -> User | None:
    return (await cached(reader, USERS, (account_id,), _load_users)).get(account_id)


async def users_of(reader: Reader, ids: Collection[AccountId]) -> dict[AccountId, User]:
    return await cached(reader, USERS, ids, _load_users)


async def user_by_email(reader: Reader, email: str) -> User | None:
    """The user for whom this address is confirmed."""
    row = await reader.one(_USER.where(users.c.email_key == rules.email_key(email)))
    return user_from(row) if row else None


async def owner(reader: Reader) -> Account | None:
    """The account of the server's owner. None until the first run is finished."""
    row = await reader.one(_OWNER)
    return account_from(row) if row else None


async def _load(reader: Reader, ids: Collection[AccountId]) -> dict[AccountId, Account]:
    return {AccountId(row.id): account_from(row) for row in await reader.all(_BY_IDS, {"ids": list(ids)})}


async def _load_users(reader: Reader, ids: Collection[AccountId]) -> dict[AccountId, User]:
    return {one.account_id: one for one in map(user_from, await reader.all(_USERS_OF, {"accounts": list(ids)}))}


def account_from(columns: Sequence[Any]) -> Account:
    """From the values of `ACCOUNT_COLUMNS`, in this order."""
    values = list(columns)
    values[_FIELDS] = _fields.decode(values[_FIELDS])
    values[_BOUNDARIES] = boundaries.decoded(values[_BOUNDARIES])
    values[_FOUND_BY] = Who(values[_FOUND_BY])
    values[-1] = bool(values[-1])
    return Account(*values)


def user_from(columns: Sequence[Any]) -> User:
    """From the values of `USER_COLUMNS`, in this order."""
    values = list(columns)
    values[_ROLE], values[_PREFERENCES] = Role(values[_ROLE]), _preferences.decode(values[_PREFERENCES])
    return User(*values)
