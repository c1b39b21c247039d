"""Web sessions: the browsers in which people are signed in.

The cookie holds a token, the database only its digest.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries, unsent_forms
from gazouillis.accounts.events import SessionsEnded, TokensRevoked
from gazouillis.accounts.models import Account, Session, User
from gazouillis.accounts.tables import accounts, sessions, tokens, users
from gazouillis.infra.basics.clock import Watch
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.cache.regions import CacheRegion, ProcessCache, cached
from gazouillis.infra.database.transactions import Reader, Tx
from gazouillis.infra.secrets import digest

TOUCH_INTERVAL = timedelta(minutes=5)
"""How often `last_used_at` is written at most, so that not every page view becomes a write."""

IDLE_LIFETIME = timedelta(days=90)
"""A session that was not used for so long has ended."""

MOST_LISTED = 100
"""How many sessions of an account are listed."""

SESSIONS: CacheRegion[bytes, tuple[Session, User]] = CacheRegion("sessions", 24_000_000)
"""By the digest of the token."""


class SignedIn(msgspec.Struct, frozen=True):
    """The session of a request, with whose it is."""

    session: Session
    user: User
    account: Account


async def by_token(reader: Reader, token: str) -> SignedIn | None:
    """None if the token is unknown, the session too old or the account suspended."""
    hashed = digest(token)
    found = (await cached(reader, SESSIONS, (hashed,), _load)).get(hashed)
    if found is None:
        return None
    session, user = found
    account = await queries.by_id(reader, session.account_id)
    if account is None or account.suspended_at is not None or reader.has_come(session.last_used_at + IDLE_LIFETIME):
        return None
    return SignedIn(session, user, account)


async def is_open(reader: Reader, session_id: int) -> bool:
    """Whether the session still exists and its account is not suspended. It reads the database, not the cache."""
    return await reader.value(_IS_OPEN, {"session": session_id}) is not None


def is_stale(session: Session, watch: Watch) -> bool:
    """Whether it is time to call `touch`."""
    return watch.has_come(session.last_used_at + TOUCH_INTERVAL)


async def touch(tx: Tx, session: Session) -> None:
    """Sets `last_used_at`, and deletes an unsent form that is no longer shown. Call `invalidate` afterwards."""
    is_form_over = tx.now >= session.created_at + unsent_forms.KEPT_FOR
    values = {"last_used_at": tx.now} | ({"unsent_form": None} if is_form_over else {})
    await tx.run(sa.update(sessions).where(sessions.c.id == session.id).values(values))


def invalidate(cache: ProcessCache, token: str) -> None:
    """Drops the cached session after `touch`, which emits no event: another process may call `touch` once more than needed."""
    cache.region(SESSIONS).invalidate(digest(token))


async def of_account(reader: Reader, account_id: AccountId) -> list[Session]:
    """The most recently used first."""
    of_this_account = _SESSION.where(sessions.c.account_id == account_id).order_by(sessions.c.last_used_at.desc()).limit(MOST_LISTED)
    return [Session(*list(row)) for row in await reader.all(of_this_account)]


async def end(tx: Tx, account_id: AccountId, session_id: int) -> None:
    """Raises `NotFound` if the account has no such session."""
    if not await _end(tx, account_id, sessions.c.id == session_id):
        raise NotFound(_("This session is already over"))


async def end_others(tx: Tx, account_id: AccountId, current_id: int) -> None:
    await _end(tx, account_id, sessions.c.id != current_id)


async def end_all(tx: Tx, account_id: AccountId) -> None:
    await _end(tx, account_id, sa.true())


async def _end(tx: Tx, account_id: AccountId, which: sa.ColumnElement[bool]) -> Sequence[int]:
    """Ends these sessions of the account, and revokes the access tokens issued to them. Returns the ids of the sessions."""
    ended = await tx.values(sa.select(sessions.c.id).where(sessions.c.account_id == account_id, which))
    if not ended:
        return ended
    revoked = await tx.values(sa.select(tokens.c.id).where(tokens.c.account_id == account_id, tokens.c.session_id.in_(ended)))
    if revoked:
        await tx.run(sa.delete(tokens).where(tokens.c.id.in_(revoked)))
        await tx.emit(TokensRevoked(revoked))
    await tx.run(sa.delete(sessions).where(sessions.c.id.in_(ended)))
    await tx.emit(SessionsEnded(account_id, ended))
    return ended


async def _load(reader: Reader, hashes: Collection[bytes]) -> dict[bytes, tuple[Session, User]]:
    found = {}
    for row in await reader.all(_SIGNED_IN, {"hashes": list(hashes)}):
        hashed, *columns = row
        found[hashed] = Session(*columns[:_SESSION_WIDTH]), queries.user_from(columns[_SESSION_WIDTH:])
    return found


_session_columns = tuple(sessions.c[name] for name in Session.__struct_fields__)
_SESSION_WIDTH = len(_session_columns)
_SESSION = sa.select(*_session_columns)
_IS_OPEN = (
    sa.select(sessions.c.id)
    .join(accounts, accounts.c.id == sessions.c.account_id)
    .where(sessions.c.id == sa.bindparam("session", type_=sa.BigInteger), accounts.c.suspended_at.is_(None))
)
_SIGNED_IN = (
    sa.select(sessions.c.token_hash, *_session_columns, *queries.USER_COLUMNS)
    .join(users, users.c.account_id == sessions.c.account_id)
    .where(sessions.c.token_hash.in_(sa.bindparam("hashes", expanding=True)))
)
