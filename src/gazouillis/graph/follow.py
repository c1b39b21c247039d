from __future__ import annotations

import sqlalchemy as sa

from gazouillis.accounts import counts
from gazouillis.accounts.models import Account
from gazouillis.graph import queries
from gazouillis.graph.events import AccountFollowed, AccountUnfollowed, FollowChanged, FollowRequested, FollowRequestEnded
from gazouillis.graph.tables import follow_requests, follows
from gazouillis.infra.database import Tx, insert_or_ignore
from gazouillis.infra.errors import Forbidden, Invalid, NotFound
from gazouillis.infra.ids import AccountId
from gazouillis.infra.messages import _


async def follow(tx: Tx, follower: Account, followed: Account, *, shows_reblogs: bool | None = None, notifies: bool | None = None) -> None:
    """Follows, or asks to when the account is locked. Following again changes only the wishes given."""
    if follower.id == followed.id:
        raise Invalid(_("You cannot follow yourself"))
    relation = await queries.relation(tx, follower.id, followed.id)
    if relation.blocks or relation.is_blocked:
        raise Forbidden(_("You cannot follow this account"))
    if relation.follows:
        await _change_wishes(tx, follower, followed, shows_reblogs=shows_reblogs, notifies=notifies)
    elif followed.is_locked:
        await _request(tx, follower, followed)
    else:
        await _begin(tx, follower.id, followed.id, shows_reblogs=shows_reblogs is not False, notifies=bool(notifies))


async def unfollow(tx: Tx, follower: Account, followed: Account) -> None:
    """Also withdraws a request."""
    await end(tx, follower.id, followed.id)
    await _end_request(tx, follower.id, followed.id)


async def remove_follower(tx: Tx, followed: Account, follower: Account) -> None:
    await end(tx, follower.id, followed.id)


async def accept(tx: Tx, followed: Account, follower: Account) -> None:
    if not await tx.run(_request_between(follower.id, followed.id)):
        raise NotFound(_("There is no such request"))
    await _begin(tx, follower.id, followed.id)


async def reject(tx: Tx, followed: Account, follower: Account) -> None:
    if not await _end_request(tx, follower.id, followed.id):
        raise NotFound(_("There is no such request"))


async def end(tx: Tx, follower_id: AccountId, followed_id: AccountId) -> None:
    if await tx.run(sa.delete(follows).where(follows.c.follower_id == follower_id, follows.c.followed_id == followed_id)):
        await counts.change(tx, follower_id, following=-1)
        await counts.change(tx, followed_id, followers=-1)
        await tx.emit(AccountUnfollowed(follower_id, followed_id))


async def _begin(tx: Tx, follower_id: AccountId, followed_id: AccountId, *, shows_reblogs: bool = True, notifies: bool = False) -> None:
    edge = {"follower_id": follower_id, "followed_id": followed_id, "id": tx.new_id(), "shows_reblogs": shows_reblogs, "notifies": notifies}
    if await tx.run(insert_or_ignore(follows), edge):
        await counts.change(tx, follower_id, following=1)
        await counts.change(tx, followed_id, followers=1)
        await tx.emit(AccountFollowed(follower_id, followed_id))


async def _change_wishes(tx: Tx, follower: Account, followed: Account, *, shows_reblogs: bool | None, notifies: bool | None) -> None:
    given = {"shows_reblogs": shows_reblogs, "notifies": notifies}
    wishes = {name: wish for name, wish in given.items() if wish is not None}
    if wishes:
        await tx.run(sa.update(follows).where(follows.c.follower_id == follower.id, follows.c.followed_id == followed.id).values(wishes))
        await tx.emit(FollowChanged(follower.id, followed.id))


async def _request(tx: Tx, follower: Account, followed: Account) -> None:
    edge = {"follower_id": follower.id, "followed_id": followed.id, "id": tx.new_id()}
    if await tx.run(insert_or_ignore(follow_requests), edge):
        await tx.emit(FollowRequested(follower.id, followed.id))


async def _end_request(tx: Tx, follower_id: AccountId, followed_id: AccountId) -> bool:
    ended = bool(await tx.run(_request_between(follower_id, followed_id)))
    if ended:
        await tx.emit(FollowRequestEnded(follower_id, followed_id))
    return ended


def _request_between(follower_id: AccountId, followed_id: AccountId) -> sa.Delete:
    return sa.delete(follow_requests).where(follow_requests.c.follower_id == follower_id, follow_requests.c.followed_id == followed_id)
