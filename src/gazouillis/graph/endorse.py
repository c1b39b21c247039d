"""Commands: recommend somebody whom one follows on one's profile, and end it.

An endorsement is a column of the follow: whatever ends the follow, a block too, ends it.
"""

from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.graph import queries
from gazouillis.graph.follow import lock_pair
from gazouillis.graph.tables import follows
from gazouillis.infra.basics.errors import Invalid
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx


async def endorse(tx: Tx, account: Account, target: Account) -> None:
    """Raises Invalid for somebody whom the account does not follow. A second time changes nothing."""
    await lock_pair(tx, account.id, target.id)
    relation = await queries.relation(tx, account.id, target.id)
    if not relation.follows:
        raise Invalid(_("One recommends only people whom one follows"), field="id", code="ERR_INVALID")
    if not relation.endorses:
        await _set(tx, account, target, tx.new_id())


async def unendorse(tx: Tx, account: Account, target: Account) -> None:
    await lock_pair(tx, account.id, target.id)
    await _set(tx, account, target, None)


async def _set(tx: Tx, account: Account, target: Account, endorsed_id: int | None) -> None:
    edge = (follows.c.follower_id == account.id, follows.c.followed_id == target.id)
    await tx.run(sa.update(follows).where(*edge).values(endorsed_id=endorsed_id))
