"""Counter columns of accounts: statuses, pinned statuses, followers, following.

They are updated in the transaction that changes what they count, so that no page runs a `count(*)`.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.accounts.tables import accounts
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.database.transactions import Tx

_add = (
    sa.update(accounts)
    .where(accounts.c.id == sa.bindparam("account"))
    .values(
        statuses_count=accounts.c.statuses_count + sa.bindparam("statuses"),
        followers_count=accounts.c.followers_count + sa.bindparam("followers"),
        following_count=accounts.c.following_count + sa.bindparam("following"),
    )
)
_add_status = (
    sa.update(accounts)
    .where(accounts.c.id == sa.bindparam("account"))
    .values(statuses_count=accounts.c.statuses_count + 1, last_status_at=sa.bindparam("published_at"))
)

_set_last_status = sa.update(accounts).where(accounts.c.id == sa.bindparam("account")).values(last_status_at=sa.bindparam("published_at"))

_set_pinned = sa.update(accounts).where(accounts.c.id == sa.bindparam("account")).values(pinned_count=sa.bindparam("pinned"))


async def change(tx: Tx, account_id: AccountId, *, statuses: int = 0, followers: int = 0, following: int = 0) -> None:
    """Adds these numbers, which may be negative, to the counters of the account."""
    await tx.run(_add, {"account": account_id, "statuses": statuses, "followers": followers, "following": following})


async def add_status(tx: Tx, account_id: AccountId, published_at: datetime) -> None:
    """Counts one more status and sets the time of the last one."""
    await tx.put(_add_status, {"account": account_id, "published_at": published_at})


async def set_last_status(tx: Tx, account_id: AccountId, published_at: datetime | None) -> None:
    """Sets the time of the last status that is left; None when there is none."""
    await tx.run(_set_last_status, {"account": account_id, "published_at": published_at})


async def set_pinned(tx: Tx, account_id: AccountId, number: int) -> None:
    """Sets how many statuses it has pinned to its profile."""
    await tx.run(_set_pinned, {"account": account_id, "pinned": number})


def with_one_status_more(account: Account, published_at: datetime) -> Account:
    """The account as `add_status` leaves it in the database, without reading it again."""
    return msgspec.structs.replace(account, statuses_count=account.statuses_count + 1, last_status_at=published_at)
