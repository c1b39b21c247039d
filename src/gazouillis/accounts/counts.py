"""Numbers kept beside the account so that no page has to count."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from gazouillis.accounts.tables import accounts
from gazouillis.infra.database import Tx
from gazouillis.infra.ids import AccountId

_change = (
    sa.update(accounts)
    .where(accounts.c.id == sa.bindparam("account"))
    .values(
        statuses_count=accounts.c.statuses_count + sa.bindparam("statuses"),
        followers_count=accounts.c.followers_count + sa.bindparam("followers"),
        following_count=accounts.c.following_count + sa.bindparam("following"),
    )
)
_said = _change.values(last_status_at=sa.bindparam("said_at"))


async def change(
    tx: Tx, account_id: AccountId, *, statuses: int = 0, followers: int = 0, following: int = 0, said_at: datetime | None = None
) -> None:
    parameters = {"account": account_id, "statuses": statuses, "followers": followers, "following": following}
    await tx.run(_said, {**parameters, "said_at": said_at}) if said_at else await tx.run(_change, parameters)
