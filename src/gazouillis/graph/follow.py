"""Follows and follow requests: the commands that create, change and end them.

From one account to another there is at most one edge: a request (`follow_requests`) or a follow (`follows`). These are all transitions:

| What happens                | no edge   | a request                  | a follow           |
| --------------------------- | --------- | -------------------------- | ------------------ |
| follow, of an open account  | a follow  | a follow, with its options | its options change |
| follow, of a locked account | a request | its options change         | its options change |
| unfollow                    | –         | no edge                    | no edge            |
| accept                      | NotFound  | a follow, with its options | –                  |
| reject                      | NotFound  | no edge                    | NotFound           |
| remove the follower         | –         | –                          | no edge            |
| the account is unlocked     | –         | a follow, with its options | –                  |
| either blocks the other     | –         | no edge                    | no edge            |

While either blocks the other, following raises `Forbidden`. A request that was written while its account was being unlocked is accepted
when the worker reads its event from the log. The notification of an edge is deleted with the edge: `notifications/notify.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from gazouillis.accounts import counts
from gazouillis.accounts import queries as accounts
from gazouillis.accounts.events import AccountUnlocked
from gazouillis.accounts.models import Account
from gazouillis.graph import queries
from gazouillis.graph.events import AccountFollowed, AccountUnfollowed, FollowChanged, FollowRequested, FollowRequestEnded
from gazouillis.graph.tables import follow_requests, follows
from gazouillis.infra.basics.errors import Forbidden, Invalid, NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx, insert_or_ignore

DEFAULT_OPTIONS: Mapping[str, bool] = {"shows_reblogs": True, "notifies": False}
"""The options of a follow when none are given. These are the columns that requests and follows share."""

AT_ONCE = 100
"""How many requests one transaction accepts when an account is unlocked."""

FollowOptions = Mapping[str, bool]
NO_OPTIONS: FollowOptions = {}


async def follow(tx: Tx, follower: Account, followed: Account, *, shows_reblogs: bool | None = None, notifies: bool | None = None) -> None:
    """Follows the account, or sends a follow request if it is locked. Following again changes only the options given.

    Raises `Forbidden` if either blocks the other, `NotFound` if the account is not visible, `Invalid` for oneself.
    """
    if follower.id == followed.id:
        raise Invalid(_("You cannot follow yourself"))
    if not followed.is_visible:
        raise NotFound(_("There is no such account"))
    relation = await queries.relation(tx, follower.id, followed.id)
    if relation.blocks or relation.is_blocked:
        raise Forbidden(_("You cannot follow this account"))
    given = {"shows_reblogs": shows_reblogs, "notifies": notifies}
    options = {name: value for name, value in given.items() if value is not None}
    if relation.follows:
        if options:
            await tx.run(sa.update(follows).where(*_between(follows, follower.id, followed.id)).values(options))
            await tx.emit(FollowChanged(follower.id, followed.id))
    elif followed.is_locked:
        await _request(tx, follower.id, followed.id, options)
    else:
        await _begin(tx, follower.id, followed.id, options)


async def unfollow(tx: Tx, follower: Account, followed: Account) -> None:
    """Ends the follow, or withdraws the follow request."""
    await end(tx, follower.id, followed.id)
    await _end_request(tx, follower.id, followed.id)


async def remove_follower(tx: Tx, followed: Account, follower: Account) -> None:
    await end(tx, follower.id, followed.id)


async def accept(tx: Tx, followed: Account, follower: Account) -> None:
    """Turns the follow request into a follow. Raises `NotFound` if there is neither."""
    relation = await queries.relation(tx, follower.id, followed.id)
    if not (relation.requested or relation.follows):
        raise NotFound(_("There is no such request"))
    await _begin(tx, follower.id, followed.id)


async def reject(tx: Tx, followed: Account, follower: Account) -> None:
    """Deletes the follow request. Raises `NotFound` if there is none."""
    if not await _end_request(tx, follower.id, followed.id):
        raise NotFound(_("There is no such request"))


async def end(tx: Tx, follower_id: AccountId, followed_id: AccountId) -> None:
    """Deletes the follow, if there is one, and corrects the counts of both accounts."""
    if await tx.run(sa.delete(follows).where(*_between(follows, follower_id, followed_id))):
        await counts.change(tx, follower_id, following=-1)
        await counts.change(tx, followed_id, followers=-1)
        await tx.emit(AccountUnfollowed(follower_id, followed_id))


async def on_account_unlocked(tx: Tx, event: AccountUnlocked) -> None:
    """Accepts the waiting follow requests, as on Mastodon: the oldest first, `AT_ONCE` per event. For the rest it emits the event again."""
    account = await accounts.by_id(tx, event.account_id)
    if account is None or account.is_locked:
        return
    requesters = sa.select(follow_requests.c.follower_id).where(follow_requests.c.followed_id == account.id)
    waiting = await tx.values(requesters.order_by(follow_requests.c.id).limit(AT_ONCE))
    for follower_id in waiting:
        await _begin(tx, AccountId(follower_id), account.id)
    if len(waiting) == AT_ONCE:
        await tx.emit(event)


async def on_follow_requested(tx: Tx, event: FollowRequested) -> None:
    """Accepts a request that was written while its account was being unlocked, and that `on_account_unlocked` therefore did not see."""
    followed, relation = await accounts.by_id(tx, event.target_id), await queries.relation(tx, event.account_id, event.target_id)
    if followed is not None and not followed.is_locked and relation.requested:
        await _begin(tx, event.account_id, event.target_id)


async def _begin(tx: Tx, follower_id: AccountId, followed_id: AccountId, options: FollowOptions = NO_OPTIONS) -> None:
    """Creates the follow in place of a request, if there is one. Options that are not given are those of the request."""
    inherited = await _delete_request(tx, follower_id, followed_id)
    edge = {"follower_id": follower_id, "followed_id": followed_id, "id": tx.new_id(), **DEFAULT_OPTIONS, **inherited, **options}
    if await tx.run(insert_or_ignore(follows), edge):
        await counts.change(tx, follower_id, following=1)
        await counts.change(tx, followed_id, followers=1)
        await tx.emit(AccountFollowed(follower_id, followed_id))


async def _delete_request(tx: Tx, follower_id: AccountId, followed_id: AccountId) -> FollowOptions:
    """Deletes the request, if there is one, and returns its options."""
    columns = [follow_requests.c[name] for name in DEFAULT_OPTIONS]
    row = await tx.one(sa.select(*columns).where(*_between(follow_requests, follower_id, followed_id)))
    if row is None:
        return {}
    await tx.run(sa.delete(follow_requests).where(*_between(follow_requests, follower_id, followed_id)))
    return dict(zip(DEFAULT_OPTIONS, row, strict=True))


async def _request(tx: Tx, follower_id: AccountId, followed_id: AccountId, options: FollowOptions) -> None:
    edge = {"follower_id": follower_id, "followed_id": followed_id, "id": tx.new_id(), **DEFAULT_OPTIONS, **options}
    if await tx.run(insert_or_ignore(follow_requests), edge):
        await tx.emit(FollowRequested(follower_id, followed_id))
    elif options:
        await tx.run(sa.update(follow_requests).where(*_between(follow_requests, follower_id, followed_id)).values(options))


async def _end_request(tx: Tx, follower_id: AccountId, followed_id: AccountId) -> bool:
    ended = bool(await tx.run(sa.delete(follow_requests).where(*_between(follow_requests, follower_id, followed_id))))
    if ended:
        await tx.emit(FollowRequestEnded(follower_id, followed_id))
    return ended


def _between(edges: sa.Table, follower_id: AccountId, followed_id: AccountId) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return edges.c.follower_id == follower_id, edges.c.followed_id == followed_id
