"""Deletes roads: of what is undone, and of accounts that are deleted."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from gazouillis.accounts.models import Account
from gazouillis.encounters.reach.models import Act
from gazouillis.encounters.reach.tables import roads
from gazouillis.graph.events import AccountUnfollowed, FollowRequestEnded
from gazouillis.graph.tables import follow_requests, follows
from gazouillis.infra.database.transactions import Tx
from gazouillis.statuses.events import StatusDeleted, StatusUnfavourited
from gazouillis.statuses.tables import favourites, statuses


async def on_status_deleted(tx: Tx, event: StatusDeleted) -> None:
    """The roads to it, and its own: a reply and a reblog are statuses, too."""
    await tx.run(sa.delete(roads).where(roads.c.status_id == event.status_id))
    await tx.run(sa.delete(roads).where(roads.c.act_id == event.status_id))


async def on_status_unfavourited(tx: Tx, event: StatusUnfavourited) -> None:
    """Not that of a favourite which has come since."""
    again = sa.select(favourites.c.id).where(favourites.c.account_id == event.account_id, favourites.c.status_id == event.status_id)
    await tx.run(_taken(event.account_id, Act.FAVOURITE).where(roads.c.status_id == event.status_id, roads.c.act_id.not_in(again)))


async def on_follow_ended(tx: Tx, event: AccountUnfollowed | FollowRequestEnded) -> None:
    """Not those of a follow or a request which has come since."""
    of_target = sa.select(statuses.c.id).where(statuses.c.id == roads.c.status_id, statuses.c.account_id == event.target_id)
    again = sa.union_all(*(_edge(edges, event) for edges in (follows, follow_requests)))
    ended = _taken(event.account_id, Act.FOLLOW).where(of_target.exists())
    since = await tx.value(again)
    await tx.run(ended if since is None else ended.where(roads.c.act_id < since))


async def erase(tx: Tx, account: Account) -> bool:
    """Deletes the roads that a deleted account took. Of those who came by its reblogs, the name goes. Returns whether there was any."""
    found = await tx.run(sa.delete(roads).where(roads.c.actor_id == account.id))
    found += await tx.run(sa.update(roads).where(roads.c.reblogger_id == account.id).values(reblogger_id=None))
    return bool(found)


def _taken(actor_id: int, act: Act) -> sa.Delete:
    return sa.delete(roads).where(roads.c.actor_id == actor_id, roads.c.act == int(act))


def _edge(edges: sa.Table, event: AccountUnfollowed | FollowRequestEnded) -> sa.Select[Any]:
    return sa.select(edges.c.id).where(edges.c.follower_id == event.account_id, edges.c.followed_id == event.target_id)
