"""Applicants: how many wait, when the moderators are told of them, and the page that tells an applicant where they stand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries, roles
from gazouillis.accounts.events import AccountRegistered, ApplicantsAnnounced
from gazouillis.accounts.models import Account, User
from gazouillis.accounts.tables import users
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.cache.regions import CacheRegion, cached
from gazouillis.infra.database.transactions import Reader, Tx, lock
from gazouillis.infra.secrets import Secrets

ANNOUNCE_EVERY = timedelta(minutes=10)
"""A moderator is sent at most one e-mail about applicants in this time; it tells of all who came meanwhile."""
MOST_COUNTED = 1000
"""Applicants are counted up to this number."""
TOKEN_LIFETIME = timedelta(days=90)
PURPOSE = "applicant"
"""What the addresses of the page about one's own application are signed for."""

WAITING: CacheRegion[int, int] = CacheRegion("applicants", 100_000)
"""The number of applicants, under the key 1."""

_IS_WAITING = users.c.approved_at.is_(None)
_COUNT = sa.select(sa.func.count()).select_from(sa.select(users.c.account_id).where(_IS_WAITING).limit(MOST_COUNTED).subquery())
_UNANNOUNCED = sa.select(users.c.account_id).where(_IS_WAITING, users.c.told_at.is_(None)).limit(MOST_COUNTED)
_LAST_ANNOUNCED = sa.select(sa.func.max(users.c.told_at)).where(users.c.told_at.is_not(None))


class SignUpState(msgspec.Struct, frozen=True):
    """The state of a sign-up: `user` is None once they were turned away."""

    account: Account
    user: User | None
    reason: str

    @property
    def is_waiting(self) -> bool:
        return self.user is not None and self.user.approved_at is None


async def waiting_count(reader: Reader) -> int:
    """How many wait; at most `MOST_COUNTED`."""
    return (await cached(reader, WAITING, (1,), _count))[1]


async def is_announcement_due(reader: Reader) -> bool:
    """Whether there are applicants of whom the moderators should now be told."""
    if await reader.value(_UNANNOUNCED.limit(1)) is None:
        return False
    last: datetime | None = await reader.value(_LAST_ANNOUNCED)
    return last is None or reader.has_come(last + ANNOUNCE_EVERY)


async def announce(tx: Tx) -> None:
    """Asks for one e-mail to each moderator about those of whom they were not told yet, unless the last one is too recent.

    The worker calls it again from time to time, so that those who came meanwhile are told of together.
    """
    await lock(tx, "applicants")
    if await is_announcement_due(tx):
        unannounced = await tx.values(_UNANNOUNCED)
        await tx.run(sa.update(users).where(users.c.account_id.in_(unannounced)).values(told_at=tx.now))
        await tx.emit(*[ApplicantsAnnounced(one) for one in await roles.moderator_ids(tx)])


async def on_account_registered(tx: Tx, event: AccountRegistered) -> None:
    if not event.is_approved:
        await announce(tx)


def token(secrets: Secrets, account_id: AccountId) -> str:
    """The signed part of the address at which an applicant reads where they stand."""
    return secrets.sign(PURPOSE, account_id)


async def sign_up_state(reader: Reader, secrets: Secrets, token: str) -> SignUpState | None:
    """Raises `NotFound` when the token is expired or forged. None: the account is gone altogether."""
    account_id = AccountId(msgspec.convert(secrets.unsign(PURPOSE, token, max_age=int(TOKEN_LIFETIME.total_seconds())), int))
    account = await queries.by_id(reader, account_id)
    reason = await reader.value(sa.select(users.c.reason).where(users.c.account_id == account_id))
    return SignUpState(account, await queries.user(reader, account_id), reason or "") if account else None


async def _count(reader: Reader, _keys: Collection[int]) -> dict[int, int]:
    return {1: await reader.value(_COUNT)}
