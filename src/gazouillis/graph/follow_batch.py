"""Commands: follow people whom somebody recommended, as one batch that can be undone.

A follow remembers its batch, and the batch the status and the account that recommended it. An edge that exists already is not touched, so
undoing the batch leaves the graph as it was before.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.graph import follow, queries
from gazouillis.graph.tables import follow_batches, follow_requests, follows
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Reader, Tx

_LAST = (
    sa.select(follow_batches.c.id)
    .where(
        follow_batches.c.follower_id == sa.bindparam("follower", type_=sa.BigInteger),
        follow_batches.c.status_id == sa.bindparam("status", type_=sa.BigInteger),
    )
    .order_by(follow_batches.c.id.desc())
    .limit(1)
)
_AMONG = sa.select(follow_batches.c.status_id).where(
    follow_batches.c.follower_id == sa.bindparam("follower", type_=sa.BigInteger),
    follow_batches.c.status_id.in_(sa.bindparam("statuses", expanding=True)),
)
_THROUGH = (
    sa.select(follows.c.followed_id, follow_batches.c.recommender_id, follow_batches.c.created_at)
    .join(follow_batches, follow_batches.c.id == follows.c.batch_id)
    .where(
        follows.c.follower_id == sa.bindparam("follower", type_=sa.BigInteger),
        follows.c.followed_id.in_(sa.bindparam("followed", expanding=True)),
    )
)


class Batch(msgspec.Struct, frozen=True):
    recommender_id: AccountId
    created_at: datetime


async def follow_batch(
    tx: Tx, follower: Account, recommended: Sequence[Account], *, status_id: StatusId, recommender_id: AccountId
) -> list[AccountId]:
    """Whom it followed, or asked to, newly. Raises as `follow` does, for the first account that cannot be followed."""
    relations = await queries.relations(tx, follower.id, [one.id for one in recommended])
    chosen = [one for one in recommended if not (relations[one.id].follows or relations[one.id].requested)]
    if chosen:
        batch_id = tx.new_id()
        row = {"id": batch_id, "follower_id": follower.id, "status_id": status_id, "recommender_id": recommender_id, "created_at": tx.now}
        await tx.run(sa.insert(follow_batches).values(row))
        for one in sorted(chosen, key=lambda account: account.id):
            await follow.follow(tx, follower, one, batch_id=batch_id)
    return [one.id for one in chosen]


async def undo(tx: Tx, follower: Account, status_id: StatusId) -> list[AccountId]:
    """Ends the follows and requests of the last batch by this status. Returns whose. Raises NotFound when there is none."""
    batch_id = await tx.value(_LAST, {"follower": follower.id, "status": status_id})
    if batch_id is None:
        raise NotFound(_("There is nothing to undo"))
    for one in sorted(await _targets(tx, follower.id, batch_id)):
        await follow.lock_pair(tx, follower.id, one)
    targets = await _targets(tx, follower.id, batch_id)  # again: one may have ended, or been accepted, before it was locked
    for one, edges in targets.items():
        await (follow.end if edges is follows else follow.end_request)(tx, follower.id, one)
    await tx.run(sa.delete(follow_batches).where(follow_batches.c.id == batch_id))
    return sorted(targets)


async def status_ids(reader: Reader, follower_id: AccountId, ids: Sequence[StatusId]) -> set[StatusId]:
    """Those of these statuses through which the account has followed people, and has not undone it."""
    return {StatusId(one) for one in await reader.values(_AMONG, {"follower": follower_id, "statuses": list(ids)})} if ids else set()


async def through(reader: Reader, follower_id: AccountId, followed_ids: Collection[AccountId]) -> dict[AccountId, Batch]:
    """By followed account, the batch in which the account followed it. Without those that it followed by itself."""
    rows = await reader.all(_THROUGH, {"follower": follower_id, "followed": list(followed_ids)}) if followed_ids else ()
    return {AccountId(one.followed_id): Batch(AccountId(one.recommender_id), one.created_at) for one in rows}


async def erase(tx: Tx, account_id: AccountId) -> None:
    await tx.run(sa.delete(follow_batches).where(follow_batches.c.follower_id == account_id))
    gone = {"recommender_id": 0}
    await tx.run(sa.update(follow_batches).where(follow_batches.c.recommender_id == account_id).values(gone))


async def _targets(tx: Tx, follower_id: AccountId, batch_id: int) -> dict[AccountId, sa.Table]:
    """By account, the table that holds the edge."""
    found: dict[AccountId, sa.Table] = {}
    for edges in (follow_requests, follows):
        of_batch = sa.select(edges.c.followed_id).where(edges.c.follower_id == follower_id, edges.c.batch_id == batch_id)
        found |= dict.fromkeys(await tx.values(of_batch), edges)
    return found
