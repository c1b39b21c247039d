"""OAuth access tokens: issued to apps, shown with each request, revoked. The database keeps only their digests."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries, scopes
from gazouillis.accounts.events import TokensRevoked
from gazouillis.accounts.models import Account, App, Role, Token
from gazouillis.accounts.tables import accounts, apps, tokens, users
from gazouillis.infra.basics.errors import Forbidden
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.regions import CacheRegion, cached
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.infra.secrets import digest, new_token

MOST_LISTED = 200
"""How many tokens are read to list the apps of an account."""

BEARERS: CacheRegion[bytes, Bearer] = CacheRegion("access tokens", 32_000_000)
"""By the digest of the token."""


class Issued(msgspec.Struct, frozen=True):
    """A new token. This is the only time it can be shown."""

    token: str
    scopes: frozenset[str]
    created_at: datetime


class Bearer(msgspec.Struct, frozen=True):
    """Whom a token authenticates: an app for an account, or an app for itself (`account` is None)."""

    token: Token
    account: Account | None = None
    role: Role = Role.MEMBER
    is_approved: bool = False


class Authorised(msgspec.Struct, frozen=True):
    """An app that may act for an account, for the list in the settings. `since`: when its newest token was issued."""

    app_id: int
    name: str
    website: str
    scopes: frozenset[str]
    since: datetime


async def find(reader: Reader, token: str) -> Bearer | None:
    """Authenticates a request: whom the token stands for, or None if there is no such token."""
    hashed = digest(token)
    found = (await cached(reader, BEARERS, (hashed,), _load)).get(hashed)
    if found is None or found.token.account_id is None:
        return found
    return Bearer(found.token, await queries.by_id(reader, found.token.account_id), found.role, found.is_approved)


async def is_valid(reader: Reader, token_id: int) -> bool:
    """Whether the token was not revoked and its account is not suspended. It reads the database, not the cache."""
    return await reader.value(_IS_VALID, {"token": token_id}) is not None


async def issue(tx: Tx, app: App, account_id: AccountId | None, granted: Collection[str], *, session_id: int | None = None) -> Issued:
    token = new_token()
    row = {
        "id": tx.new_id(),
        "token_hash": digest(token),
        "app_id": app.id,
        "account_id": account_id,
        "session_id": session_id,
        "scopes": scopes.text_of(granted),
        "created_at": tx.now,
    }
    await tx.run(sa.insert(tokens), row)
    return Issued(token, frozenset(granted), tx.now)


async def issue_to_app(tx: Tx, app: App, scope: str) -> Issued:
    """A token of the app itself, without an account (client credentials)."""
    requested = scopes.parse(scope)
    scopes.check_within(requested, scopes.parse(app.scopes))
    return await issue(tx, app, None, requested)


async def revoke(tx: Tx, app: App, token: str) -> None:
    """https://www.rfc-editor.org/rfc/rfc7009#section-2.2 – revoking an unknown token succeeds.

    Raises `Forbidden` if the token belongs to another app.
    """
    row = await tx.one(sa.select(tokens.c.id, tokens.c.app_id).where(tokens.c.token_hash == digest(token)))
    if row is None:
        return
    if row.app_id != app.id:
        raise Forbidden(_("This token was given to another app"))
    await _revoke(tx, tokens.c.id == row.id)


async def revoke_app(tx: Tx, account_id: AccountId, app_id: int) -> None:
    """Revokes all tokens by which this app acts for the account."""
    await _revoke(tx, sa.and_(tokens.c.account_id == account_id, tokens.c.app_id == app_id))


async def revoke_all(tx: Tx, account_id: AccountId) -> None:
    await _revoke(tx, tokens.c.account_id == account_id)


async def apps_of(reader: Reader, account_id: AccountId) -> list[Authorised]:
    """The apps that may act for this account, each once, the newest authorisation first."""
    authorised = (
        sa.select(apps.c.id, apps.c.name, apps.c.website, tokens.c.scopes, tokens.c.created_at)
        .join(apps, apps.c.id == tokens.c.app_id)
        .where(tokens.c.account_id == account_id, tokens.c.session_id.is_(None))
        .order_by(tokens.c.id.desc())
        .limit(MOST_LISTED)
    )
    found: dict[int, Authorised] = {}
    for row in await reader.all(authorised):
        found.setdefault(row.id, Authorised(row.id, row.name, row.website, frozenset(row.scopes.split()), row.created_at))
    return list(found.values())


async def _load(reader: Reader, hashes: Collection[bytes]) -> dict[bytes, Bearer]:
    """Loaded without the accounts, which change more often than the rights of tokens: `find` adds them."""
    return {
        row.token_hash: Bearer(
            Token(row.id, row.app_id, row.account_id, frozenset(row.scopes.split()), row.created_at),
            role=Role(row.role or Role.MEMBER),
            is_approved=row.approved_at is not None,
        )
        for row in await reader.all(_BEARERS, {"hashes": list(hashes)})
    }


async def _revoke(tx: Tx, which: sa.ColumnElement[bool]) -> None:
    revoked = await tx.values(sa.select(tokens.c.id).where(which))
    if revoked:
        await tx.run(sa.delete(tokens).where(tokens.c.id.in_(revoked)))
        await tx.emit(TokensRevoked(revoked))


_IS_VALID = (
    sa.select(tokens.c.id)
    .outerjoin(accounts, accounts.c.id == tokens.c.account_id)
    .where(tokens.c.id == sa.bindparam("token", type_=sa.BigInteger), accounts.c.suspended_at.is_(None))
)
_BEARERS = (
    sa.select(tokens.c.token_hash, *(tokens.c[name] for name in Token.__struct_fields__), users.c.role, users.c.approved_at)
    .outerjoin(users, users.c.account_id == tokens.c.account_id)
    .where(tokens.c.token_hash.in_(sa.bindparam("hashes", expanding=True)))
)
