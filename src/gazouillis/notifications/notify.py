"""Who is told what. Run in the worker's transaction; telling twice changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import msgspec

from gazouillis.accounts import queries as accounts
from gazouillis.graph import queries as graph
from gazouillis.graph.events import AccountBlocked, AccountFollowed, FollowRequested, FollowRequestEnded
from gazouillis.infra.database import Tx, insert_or_ignore
from gazouillis.infra.ids import AccountId, StatusId
from gazouillis.notifications.events import NotificationCreated
from gazouillis.notifications.models import Kind
from gazouillis.notifications.remove import remove
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

AT_ONCE = 200
"""A few milliseconds, and fewer than a statement may name."""

_INSERT = insert_or_ignore(notifications)


class _News(msgspec.Struct, frozen=True):
    account_id: AccountId
    kind: Kind
    from_id: AccountId
    status_id: StatusId | None = None


async def on_statuses_published(tx: Tx, events: Sequence[StatusPublished]) -> None:
    mentioned = await statuses.mentioned_in(tx, [one.status_id for one in events])
    curious = await graph.notified_followers(tx, {one.account_id for one in events if one.visibility is not Visibility.DIRECT})
    news: list[_News] = []
    for event in events:
        named = mentioned.get(event.status_id, [])
        news += [_News(one, Kind.MENTION, event.account_id, event.status_id) for one in named]
        if event.visibility is not Visibility.DIRECT:
            others = set(curious.get(event.account_id, ())) - set(named)
            news += [_News(one, Kind.STATUS, event.account_id, event.status_id) for one in sorted(others)]
    await _tell(tx, news)


async def on_status_edited(tx: Tx, event: StatusEdited) -> None:
    """Those it names now are told, once; those who repeated it learn that it changed."""
    mentioned = (await statuses.mentioned_in(tx, [event.status_id])).get(event.status_id, [])
    reblogging = await statuses.reblogging_ids(tx, event.status_id)
    news = [(one, Kind.MENTION) for one in mentioned] + [(one, Kind.UPDATE) for one in reblogging]
    await _tell(tx, [_News(one, kind, event.account_id, event.status_id) for one, kind in news])


async def on_status_reblogged(tx: Tx, event: StatusReblogged) -> None:
    await _tell(tx, [_News(event.original_account_id, Kind.REBLOG, event.account_id, event.original_id)])


async def on_status_favourited(tx: Tx, event: StatusFavourited) -> None:
    await _tell(tx, [_News(event.author_id, Kind.FAVOURITE, event.account_id, event.status_id)])


async def on_status_unfavourited(tx: Tx, event: StatusUnfavourited) -> None:
    await _untell(tx, event.account_id, Kind.FAVOURITE, event.status_id)


async def on_status_deleted(tx: Tx, event: StatusDeleted) -> None:
    if event.original_id is not None:
        await _untell(tx, event.account_id, Kind.REBLOG, event.original_id)
    else:
        await remove(tx, notifications.c.status_id == event.status_id)


async def on_account_followed(tx: Tx, event: AccountFollowed) -> None:
    await _forget_request(tx, event.account_id, event.target_id)
    await _tell(tx, [_News(event.target_id, Kind.FOLLOW, event.account_id)])


async def on_follow_requested(tx: Tx, event: FollowRequested) -> None:
    await _tell(tx, [_News(event.target_id, Kind.FOLLOW_REQUEST, event.account_id)])


async def on_follow_request_ended(tx: Tx, event: FollowRequestEnded) -> None:
    await _forget_request(tx, event.account_id, event.target_id)


async def on_account_blocked(tx: Tx, event: AccountBlocked) -> None:
    """Neither keeps a trace of the other."""
    for one, other in ((event.account_id, event.target_id), (event.target_id, event.account_id)):
        await remove(tx, notifications.c.account_id == one, notifications.c.from_account_id == other)


async def _tell(tx: Tx, news: Iterable[_News]) -> None:
    """In pieces, between which those who read are answered: thousands may want to hear of one author."""
    others = [one for one in news if one.account_id != one.from_id]
    for start in range(0, len(others), AT_ONCE):
        if start:
            await asyncio.sleep(0)
        await _tell_some(tx, others[start : start + AT_ONCE])


async def _tell_some(tx: Tx, news: Sequence[_News]) -> None:
    created = []
    for one in await _welcome(tx, news):
        notification_id = tx.new_id()
        row = {
            "id": notification_id,
            "account_id": one.account_id,
            "kind": one.kind.value,
            "from_account_id": one.from_id,
            "status_id": one.status_id or 0,
            "created_at": tx.now,
        }
        if await tx.run(_INSERT, row):
            created.append(NotificationCreated(notification_id, one.account_id))
    if created:
        await tx.emit(*created)


async def _welcome(tx: Tx, news: Sequence[_News]) -> list[_News]:
    """Those for people who live here and want to hear of who caused them."""
    known = await accounts.by_ids(tx, {one.account_id for one in news})
    whom: dict[AccountId, set[AccountId]] = {}
    for one in news:
        if one.account_id in known and known[one.account_id].is_local:
            whom.setdefault(one.from_id, set()).add(one.account_id)
    welcome = {from_id: await _welcoming(tx, from_id, ids) for from_id, ids in whom.items()}
    return [one for one in news if one.account_id in welcome.get(one.from_id, ())]


async def _welcoming(tx: Tx, from_id: AccountId, ids: set[AccountId]) -> set[AccountId]:
    relations = await graph.relations(tx, from_id, ids)
    hushed = await graph.muting_notifications(tx, from_id, ids)
    return {one for one in ids - hushed if not (relations[one].blocks or relations[one].is_blocked)}


async def _untell(tx: Tx, from_id: AccountId, kind: Kind, status_id: StatusId) -> None:
    mine = (notifications.c.from_account_id == from_id, notifications.c.kind == kind.value, notifications.c.status_id == status_id)
    await remove(tx, *mine)


async def _forget_request(tx: Tx, from_id: AccountId, to_id: AccountId) -> None:
    asked = (notifications.c.account_id == to_id, notifications.c.from_account_id == from_id)
    await remove(tx, *asked, notifications.c.kind == Kind.FOLLOW_REQUEST.value)
