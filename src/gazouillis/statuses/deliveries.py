"""Command: change what a recipient gets of private messages. Recipients themselves are decided when a message is published."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Tx
from gazouillis.statuses.events import DeliveryChanged
from gazouillis.statuses.models import Delivery
from gazouillis.statuses.tables import mentions

_CHANGE = (
    sa.update(mentions)
    .where(
        mentions.c.status_id.in_(sa.bindparam("ids", expanding=True)),
        mentions.c.account_id == sa.bindparam("account", type_=sa.BigInteger),
        mentions.c.delivery == sa.bindparam("before", type_=sa.SmallInteger),
    )
    .values(delivery=sa.bindparam("after", type_=sa.SmallInteger))
)


async def change(tx: Tx, account_id: AccountId, ids: Collection[StatusId], before: Delivery, after: Delivery) -> None:
    """For those messages of which this recipient gets `before`."""
    if ids and await tx.run(_CHANGE, {"ids": list(ids), "account": account_id, "before": int(before), "after": int(after)}):
        await tx.emit(*(DeliveryChanged(one) for one in ids))
