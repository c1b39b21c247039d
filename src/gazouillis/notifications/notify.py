"""Who is told what. Run in the worker's transaction; telling twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.graph import queries as graph
from gazouillis.graph.events import AccountBlocked, AccountFollowed, FollowRequested, FollowRequestEnded
from gazouillis.infra.database import Tx, insert_or_ignore
from gazouillis.infra.ids import AccountId, StatusId
from gazouillis.notifications.events import NotificationCreated
from gazouillis.notifications.models import Kind
from gazouillis.notifications.tables import notifications
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.events import (
    StatusDeleted,
    StatusEdited,
    StatusFavourited,
    StatusPublished,
    StatusReblogged,
    StatusUnfavourited,
)
from gazouillis.statuses.models import Visibility


async def on_status_published(tx: Tx, event: StatusPublished) -> None:
    mentioned = await statuses.mentioned_ids(tx, event.status_id)
    await _tell(tx, mentioned, Kind.MENTION, event.account_id, event.status_id)
    if event.visibility is not Visibility.DIRECT:
        curious = set(await graph.notified_follower_ids(tx, event.account_id)) - set(mentioned)
        await _tell(tx, curious, Kind.STATUS, event.account_id, event.status_id)


async def on_status_edited(tx: Tx, event: StatusEdited) -> None:
    """Those it names now are told, once; those who repeated it learn that it changed."""
    await _tell(tx, await statuses.mentioned_ids(tx, event.status_id), Kind.MENTION, event.account_id, event.status_id)
    await _tell(tx, await statuses.reblogging_ids(tx, event.status_id), Kind.UPDATE, event.account_id, event.status_id)


async def on_status_reblogged(tx: Tx, event: StatusReblogged) -> None:
    await _tell(tx, [event.original_account_id], Kind.REBLOG, event.account_id, event.original_id)


async def on_status_favourited(tx: Tx, event: StatusFavourited) -> None:
    await _tell(tx, [event.author_id], Kind.FAVOURITE, event.account_id, event.status_id)


async def on_status_unfavourited(tx: Tx, event: StatusUnfavourited) -> None:
    await _untell(tx, event.account_id, Kind.FAVOURITE, event.status_id)


async def on_status_deleted(tx: Tx, event: StatusDeleted) -> None:
    if event.original_id is not None:
        await _untell(tx, event.account_id, Kind.REBLOG, event.original_id)
    else:
        await tx.run(sa.delete(notifications).where(notifications.c.status_id == event.status_id))


async def on_account_followed(tx: Tx, event: AccountFollowed) -> None:
    await _forget_request(tx, event.account_id, event.target_id)
    await _tell(tx, [event.target_id], Kind.FOLLOW, event.account_id)


async def on_follow_requested(tx: Tx, event: FollowRequested) -> None:
    await _tell(tx, [event.target_id], Kind.FOLLOW_REQUEST, event.account_id)


async def on_follow_request_ended(tx: Tx, event: FollowRequestEnded) -> None:
    await _forget_request(tx, event.account_id, event.target_id)


async def on_account_blocked(tx: Tx, event: AccountBlocked) -> None:
    """Neither keeps a trace of the other."""
    for one, other in ((event.account_id, event.target_id), (event.target_id, event.account_id)):
        await tx.run(sa.delete(notifications).where(notifications.c.account_id == one, notifications.c.from_account_id == other))


async def _tell(tx: Tx, whom: Iterable[AccountId], kind: Kind, from_id: AccountId, status_id: StatusId | None = None) -> None:
    wanted = [one for one in whom if one != from_id]
    known = await accounts.by_ids(tx, wanted)
    relations = await graph.relations(tx, from_id, wanted)
    hushed = await graph.muting_notifications(tx, from_id, wanted)
    for one in wanted:
        account, relation = known.get(one), relations[one]
        if account is None or not account.is_local or relation.blocks or relation.is_blocked or one in hushed:
            continue
        notification_id = tx.new_id()
        row = {
            "id": notification_id,
            "account_id": one,
            "kind": kind.value,
            "from_account_id": from_id,
            "status_id": status_id or 0,
            "created_at": tx.now,
        }
        if await tx.run(insert_or_ignore(notifications), row):
            await tx.emit(NotificationCreated(notification_id, one))


async def _untell(tx: Tx, from_id: AccountId, kind: Kind, status_id: StatusId) -> None:
    mine = (notifications.c.from_account_id == from_id, notifications.c.kind == kind.value, notifications.c.status_id == status_id)
    await tx.run(sa.delete(notifications).where(*mine))


async def _forget_request(tx: Tx, from_id: AccountId, to_id: AccountId) -> None:
    asked = (notifications.c.account_id == to_id, notifications.c.from_account_id == from_id)
    await tx.run(sa.delete(notifications).where(*asked, notifications.c.kind == Kind.FOLLOW_REQUEST.value))
