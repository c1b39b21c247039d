"""Records by which road somebody came to a status, with what they do there, in the same transaction. Nothing is recorded of who reads.

The pages put the road into their links and forms, and apps may send it (`via`). Anybody can write anything there, so it counts only where
it can be so. Without it, or when it is not true, the road is the follow, or else the first reblog by somebody followed, or else unknown.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.accounts.models import Account
from gazouillis.encounters.reach.models import Act, Road, Via
from gazouillis.encounters.reach.tables import roads
from gazouillis.encounters.shelf import queries as shelf
from gazouillis.graph import queries as graph
from gazouillis.graph.tables import follows
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Reader, Tx, insert_or_ignore
from gazouillis.statuses.models import Status, Visibility
from gazouillis.statuses.tables import mentions, status_tags, statuses
from gazouillis.text.follow_friday import KEYS

IsTracked: TypeAlias = Callable[[Reader, AccountId, StatusId], Awaitable[bool]]
"""Whether a status is a hit of a track of this account. Tracks are in a room beside this one, so the doors supply it."""

_actor, _status, _reblogger = (sa.bindparam(name, type_=sa.BigInteger) for name in ("actor", "status", "reblogger"))
_is_public_reblog = (statuses.c.reblog_of_id == _status, statuses.c.visibility <= int(Visibility.UNLISTED))
_REBLOG_BY = sa.select(statuses.c.id).where(*_is_public_reblog, statuses.c.account_id == _reblogger)
_FIRST_REBLOGGER = (
    sa.select(statuses.c.account_id)
    .join(follows, sa.and_(follows.c.followed_id == statuses.c.account_id, follows.c.follower_id == _actor))
    .where(
        *_is_public_reblog,
        statuses.c.account_id != _actor,
        statuses.c.account_id != sa.bindparam("author", type_=sa.BigInteger),
        follows.c.shows_reblogs,
        statuses.c.id < sa.bindparam("before", type_=sa.BigInteger),
    )
    .order_by(statuses.c.id)
    .limit(1)
)
_IS_RECOMMENDATION = sa.select(status_tags.c.status_id).where(
    status_tags.c.status_id == _status,
    status_tags.c.tag.in_(sa.bindparam("tags", expanding=True)),
    sa.exists().where(mentions.c.status_id == _status),
)
_INSERT = insert_or_ignore(roads)


class Came(msgspec.Struct, frozen=True):
    """Who did what with which status. `act_id`: of the reply, the reblog, the favourite or the follow."""

    about: Status
    actor: Account
    act: Act
    act_id: int


async def record(tx: Tx, came: Came, via: Via, is_tracked: IsTracked) -> None:
    """Once for each act. What authors do with their own statuses is not recorded, nor anything about private messages."""
    about, actor = came.about, came.actor
    if actor.id == about.account_id or about.visibility is Visibility.DIRECT:
        return
    if await _is_true(tx, came, via, is_tracked):
        road, reblogger_id = via.road, via.reblogger_id
    else:
        road, reblogger_id = await _found(tx, came)
    row = {"act_id": came.act_id, "status_id": about.id, "actor_id": actor.id, "act": int(came.act)}
    await tx.run(_INSERT, row | {"road": int(road or Road.UNKNOWN), "reblogger_id": reblogger_id})


async def _is_true(tx: Tx, came: Came, via: Via, is_tracked: IsTracked) -> bool:
    """Whether the actor can have come by this road."""
    about = came.about
    match via.road:
        case Road.REBLOG:
            return via.reblogger_id is not None and await _has_reblogged(tx, came, via.reblogger_id)
        case Road.TRACK:
            return await is_tracked(tx, came.actor.id, about.id)
        case Road.TOWN:
            return about.place_id is not None
        case Road.SHELF:
            return await shelf.was_shown(tx, came.actor.id, about.id)
        case Road.FF:
            return await tx.value(_IS_RECOMMENDATION, {"status": about.id, "tags": sorted(KEYS)}) is not None
        case Road.LINK | Road.BLOG:
            return True
        case _:
            return False


async def _has_reblogged(tx: Tx, came: Came, reblogger_id: AccountId) -> bool:
    """Whether the actor can see a public reblog by this account."""
    if reblogger_id in {came.actor.id, came.about.account_id}:
        return False
    reblogger = await accounts.by_id(tx, reblogger_id)
    if reblogger is None or not reblogger.is_visible:
        return False
    if await tx.value(_REBLOG_BY, {"status": came.about.id, "reblogger": reblogger_id}) is None:
        return False
    return not (await graph.relation(tx, came.actor.id, reblogger_id)).is_apart


async def _found(tx: Tx, came: Came) -> tuple[Road, AccountId | None]:
    """The road of who names none."""
    about, actor_id = came.about, came.actor.id
    if came.act is not Act.FOLLOW and await graph.has_follow(tx, actor_id, about.account_id):
        return Road.FOLLOW, None
    asked = {"status": about.id, "actor": actor_id, "author": about.account_id, "before": came.act_id}
    first = await tx.value(_FIRST_REBLOGGER, asked)
    return (Road.UNKNOWN, None) if first is None else (Road.REBLOG, AccountId(first))
