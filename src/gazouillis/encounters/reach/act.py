"""Commands: reply, reblog, favourite and follow, and record by which road one came. Doors call these, not those of the rooms below."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.conversations import send
from gazouillis.encounters.reach.models import Act, Via
from gazouillis.encounters.reach.record import Came, IsTracked, record
from gazouillis.graph import follow as following
from gazouillis.graph.tables import follow_requests, follows
from gazouillis.infra.basics.errors import NotFound
from gazouillis.infra.basics.ids import StatusId
from gazouillis.infra.database.transactions import Tx
from gazouillis.statuses import favourite as favouriting
from gazouillis.statuses import queries as statuses
from gazouillis.statuses import reblog as reblogging
from gazouillis.statuses import rules
from gazouillis.statuses.models import Draft, Status, Terms, Visibility
from gazouillis.statuses.publish import Published
from gazouillis.statuses.tables import favourites

_actor, _status = (sa.bindparam(name, type_=sa.BigInteger) for name in ("actor", "status"))
_FAVOURITE = sa.select(favourites.c.id).where(favourites.c.account_id == _actor, favourites.c.status_id == _status)


def _edge(edges: sa.Table) -> sa.Select[Any]:
    follower, followed = (sa.bindparam(name, type_=sa.BigInteger) for name in ("follower", "followed"))
    return sa.select(edges.c.id).where(edges.c.follower_id == follower, edges.c.followed_id == followed)


_EDGES = sa.union_all(_edge(follows), _edge(follow_requests))


class By(msgspec.Struct, frozen=True):
    """The road that a request names, and how one that leads over a track is checked."""

    via: Via
    is_tracked: IsTracked


async def publish(tx: Tx, author: Account, draft: Draft, terms: Terms, by: By) -> Published:
    """As `send.publish`. Of private messages, no road is recorded."""
    published = await send.publish(tx, author, draft, terms)
    status = published.status
    if published.composed is not None and status.in_reply_to_id and status.visibility is not Visibility.DIRECT:
        parent = await statuses.by_id(tx, status.in_reply_to_id)
        if parent is not None:
            await record(tx, Came(parent, author, Act.REPLY, status.id), by.via, by.is_tracked)
    return published


async def reblog(tx: Tx, account: Account, status_id: StatusId, by: By, *, visibility: Visibility = Visibility.PUBLIC) -> Status:
    """As `reblogging.reblog`. Of reblogs for followers alone, no road is recorded."""
    since = tx.new_id()
    made = await reblogging.reblog(tx, account, status_id, visibility=visibility)
    original = await statuses.by_id(tx, made.reblog_of_id) if made.reblog_of_id else None
    if original is not None and made.id > since and rules.is_for_everybody(made.visibility):
        await record(tx, Came(original, account, Act.REBLOG, made.id), by.via, by.is_tracked)
    return made


async def favourite(tx: Tx, account: Account, status_id: StatusId, by: By) -> Status:
    since = tx.new_id()
    status = await favouriting.favourite(tx, account, status_id)
    act_id = await tx.value(_FAVOURITE, {"actor": account.id, "status": status.id})
    if act_id is not None and act_id > since:
        await record(tx, Came(status, account, Act.FAVOURITE, act_id), by.via, by.is_tracked)
    return status


async def follow(
    tx: Tx, follower: Account, followed: Account, by: By, *, shows_reblogs: bool | None = None, notifies: bool | None = None
) -> None:
    """A road is recorded when the follower comes from a status of the followed account that they may see."""
    since = tx.new_id()
    await following.follow(tx, follower, followed, shows_reblogs=shows_reblogs, notifies=notifies)
    if by.via.status_id is None:
        return
    try:
        about = await statuses.visible_original(tx, by.via.status_id, follower.id)
    except NotFound:
        return
    act_id = await tx.value(_EDGES, {"follower": follower.id, "followed": followed.id})
    if about.account_id == followed.id and act_id is not None and act_id > since:
        await record(tx, Came(about, follower, Act.FOLLOW, act_id), by.via, by.is_tracked)
