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

While either blocks the other, following raises `Forbidden`. Whoever creates or ends an edge locks the pair first (`lock_pair`), so that
a follow and a block that happen at once do so one after the other. A request that was written while its account was being unlocked is
accepted when the worker reads its event from the log. The notification of an edge is deleted with the edge: `notifications/notify.py`.
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
from gazouillis.graph.leave_lists import leave_lists_of
from gazouillis.graph.tables import follow_requests, follows
from gazouillis.infra.basics.errors import Forbidden, Invalid, NotFound
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.basics.messages import _
from gazouillis.infra.database.transactions import Tx, insert_or_ignore, lock

DEFAULT_OPTIONS: Mapping[str, bool | int | None] = {"shows_reblogs": True, "notifies": False, "batch_id": None}
"""The options of a follow when none are given. These are the columns that requests and follows share."""

AT_ONCE = 100
"""How many requests one transaction accepts when an account is unlocked."""

FollowOptions = Mapping[str, bool | int | None]
NO_OPTIONS: FollowOptions = {}


async def follow(
    tx: Tx,
    follower: Account,
    followed: Account,
    *,
    shows_reblogs: bool | None = None,
    notifies: bool | None = None,
    batch_id: int | None = None,
) -> None:
    """Follows the account, or sends a follow request if it is locked. Following again changes only the options given.

    `batch_id`: of a new edge (`follow_batch.py`); one that exists keeps its own.

    Raises `Forbidden` if either blocks the other, `NotFound` if the account is not visible, `Invalid` for oneself.
    """
    if follower.id == followed.id:
        raise Invalid(_("You cannot follow yourself"))
    if not followed.is_visible:
        raise NotFound(_("There is no such account"))
    await lock_pair(tx, follower.id, followed.id)
    relation = await queries.relation(tx, follower.id, followed.id)
    if relation.is_apart:
        raise Forbidden(_("You cannot follow this account"))
    given = {"shows_reblogs": shows_reblogs, "notifies": notifies}
    options = {name: value for name, value in given.items() if value is not None}
    if relation.follows:
        if options:
            await tx.run(sa.update(follows).where(*_between(follows, follower.id, followed.id)).values(options))
            await tx.emit(FollowChanged(follower.id, followed.id))
    elif followed.is_locked:
        await _request(tx, follower.id, followed.id, options, batch_id)
    else:
        await _begin(tx, follower.id, followed.id, options, batch_id)


async def unfollow(tx: Tx, follower: Account, followed: Account) -> None:
    """Ends the follow, or withdraws the follow request."""
    await lock_pair(tx, follower.id, followed.id)
    await end(tx, follower.id, followed.id)
    await end_request(tx, follower.id, followed.id)


async def remove_follower(tx: Tx, followed: Account, follower: Account) -> None:
    await lock_pair(tx, follower.id, followed.id)
    await end(tx, follower.id, followed.id)


async def accept(tx: Tx, followed: Account, follower: Account) -> None:
    """Turns the follow request into a follow. Raises `NotFound` if there is neither."""
    await lock_pair(tx, follower.id, followed.id)
    relation = await queries.relation(tx, follower.id, followed.id)
    if not (relation.requested or relation.follows):
        raise NotFound(_("There is no such request"))
    await _begin(tx, follower.id, followed.id)


async def reject(tx: Tx, followed: Account, follower: Account) -> None:
    """Deletes the follow request. Raises `NotFound` if there is none."""
    await lock_pair(tx, follower.id, followed.id)
    if not await end_request(tx, follower.id, followed.id):
        raise NotFound(_("There is no such request"))


async def lock_pair(tx: Tx, one: AccountId, other: AccountId) -> None:
    """Until the transaction ends, nobody else changes the edges between the two accounts. Taken before any row is read or changed."""
    await lock(tx, f"edges:{min(one, other)}:{max(one, other)}")


async def end(tx: Tx, follower_id: AccountId, followed_id: AccountId) -> None:
    """Deletes the follow, if there is one, with the places in lists of the follower, and corrects the counts of both accounts."""
    if await tx.run(sa.delete(follows).where(*_between(follows, follower_id, followed_id))):
        await _count(tx, follower_id, followed_id, -1)
        await leave_lists_of(tx, follower_id, followed_id)
        await tx.emit(AccountUnfollowed(follower_id, followed_id))


async def on_account_unlocked(tx: Tx, event: AccountUnlocked) -> None:
    """Accepts the waiting follow requests, as on Mastodon: the oldest first, `AT_ONCE` per event. For the rest it emits the event again."""
    account = await accounts.by_id(tx, event.account_id)
    if account is None or account.is_locked:
        return
    requesters = sa.select(follow_requests.c.follower_id).where(follow_requests.c.followed_id == account.id)
    waiting = await tx.values(requesters.order_by(follow_requests.c.id).limit(AT_ONCE))
    for follower_id in sorted(waiting):
        await lock_pair(tx, AccountId(follower_id), account.id)
    still_waiting = requesters.where(follow_requests.c.follower_id.in_(waiting))
    for follower_id in await tx.values(still_waiting.order_by(follow_requests.c.id)):
        await _begin(tx, AccountId(follower_id), account.id)
    if len(waiting) == AT_ONCE:
        await tx.emit(event)


async def on_follow_requested(tx: Tx, event: FollowRequested) -> None:
    """Accepts a request that was written while its account was being unlocked, and that `on_account_unlocked` therefore did not see."""
    await lock_pair(tx, event.account_id, event.target_id)
    followed, relation = await accounts.by_id(tx, event.target_id), await queries.relation(tx, event.account_id, event.target_id)
    if followed is not None and not followed.is_locked and relation.requested:
        await _begin(tx, event.account_id, event.target_id)


async def _count(tx: Tx, follower_id: AccountId, followed_id: AccountId, number: int) -> None:
    """In the order of ids: two transactions that lock the same accounts in opposite orders would wait for each other."""
    for account_id, column in sorted([(follower_id, "following"), (followed_id, "followers")]):
        await counts.change(tx, account_id, **{column: number})


async def _begin(
    tx: Tx, follower_id: AccountId, followed_id: AccountId, options: FollowOptions = NO_OPTIONS, batch_id: int | None = None
) -> None:
    """Creates the follow in place of a request, if there is one. Options that are not given are those of the request."""
    inherited = await _delete_request(tx, follower_id, followed_id) or {"batch_id": batch_id}
    edge = {"follower_id": follower_id, "followed_id": followed_id, "id": tx.new_id(), **DEFAULT_OPTIONS, **inherited, **options}
    if await tx.run(insert_or_ignore(follows), edge):
        await _count(tx, follower_id, followed_id, 1)
        await tx.emit(AccountFollowed(follower_id, followed_id))


async def _delete_request(tx: Tx, follower_id: AccountId, followed_id: AccountId) -> FollowOptions:
    """Deletes the request, if there is one, and returns its options."""
    columns = [follow_requests.c[name] for name in DEFAULT_OPTIONS]
    row = await tx.one(sa.select(*columns).where(*_between(follow_requests, follower_id, followed_id)))
    if row is None:
        return {}
    await tx.run(sa.delete(follow_requests).where(*_between(follow_requests, follower_id, followed_id)))
    return dict(zip(DEFAULT_OPTIONS, row, strict=True))


async def _request(tx: Tx, follower_id: AccountId, followed_id: AccountId, options: FollowOptions, batch_id: int | None) -> None:
    new = {"id": tx.new_id(), **DEFAULT_OPTIONS, "batch_id": batch_id, **options}
    edge = {"follower_id": follower_id, "followed_id": followed_id, **new}
    if await tx.run(insert_or_ignore(follow_requests), edge):
        await tx.emit(FollowRequested(follower_id, followed_id))
    elif options:
        await tx.run(sa.update(follow_requests).where(*_between(follow_requests, follower_id, followed_id)).values(options))


async def end_request(tx: Tx, follower_id: AccountId, followed_id: AccountId) -> bool:
    ended = bool(await tx.run(sa.delete(follow_requests).where(*_between(follow_requests, follower_id, followed_id))))
    if ended:
        await tx.emit(FollowRequestEnded(follower_id, followed_id))
    return ended


def _between(edges: sa.Table, follower_id: AccountId, followed_id: AccountId) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return edges.c.follower_id == follower_id, edges.c.followed_id == followed_id
