"""Creating and removing notifications: reactions to events of statuses and of the graph.

They run in the worker's transaction. Running one twice changes nothing, since a unique constraint allows one notification per fact.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import msgspec
import sqlalchemy as sa

from gazouillis.accounts import queries as accounts
from gazouillis.graph import queries as graph
from gazouillis.graph.events import AccountBlocked, AccountFollowed, AccountUnfollowed, Between, FollowRequested, FollowRequestEnded
from gazouillis.graph.models import Relation
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Tx, insert_or_ignore
from gazouillis.notifications.events import NotificationCreated
from gazouillis.notifications.models import GROUPED, Kind
from gazouillis.notifications.remove import remove
from gazouillis.notifications.tables import notifications
from gazouillis.statuses import queries as statuses
from gazouillis.statuses import viewer_flags
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
"""How many notifications are created before other tasks run: a few milliseconds of work, and fewer than a statement has parameters."""

LONGEST_GROUP = 12
"""How many hours after its first notification a group takes new ones."""

_GROUP_HOUR = sa.select(sa.func.max(notifications.c.group_hour)).where(
    notifications.c.account_id == sa.bindparam("account", type_=sa.BigInteger),
    notifications.c.kind == sa.bindparam("kind"),
    notifications.c.status_id == sa.bindparam("subject", type_=sa.BigInteger),
    notifications.c.group_hour > sa.bindparam("since"),
)
_INSERT = insert_or_ignore(notifications)


class _Draft(msgspec.Struct, frozen=True):
    """A notification to create, unless the recipient does not want it."""

    account_id: AccountId
    kind: Kind
    from_id: AccountId
    status_id: StatusId | None = None


async def on_statuses_published(tx: Tx, events: Sequence[StatusPublished]) -> None:
    mentioned = await statuses.mentioned_in(tx, [one.status_id for one in events])
    subscribers = await graph.notified_followers(tx, {one.account_id for one in events if one.visibility is not Visibility.DIRECT})
    drafts: list[_Draft] = []
    for event in events:
        mentioned_here = mentioned.get(event.status_id, [])
        drafts += [_Draft(one, Kind.MENTION, event.account_id, event.status_id) for one in mentioned_here]
        if event.visibility is not Visibility.DIRECT:
            others = set(subscribers.get(event.account_id, ())) - set(mentioned_here)
            drafts += [_Draft(one, Kind.STATUS, event.account_id, event.status_id) for one in sorted(others)]
    await _create(tx, drafts)


async def on_status_edited(tx: Tx, event: StatusEdited) -> None:
    """Notifies those newly mentioned, removes the mentions that are gone, and notifies those who reblogged it of the edit."""
    mentioned = (await statuses.mentioned_in(tx, [event.status_id])).get(event.status_id, [])
    mentions = (notifications.c.status_id == event.status_id, notifications.c.kind == Kind.MENTION.value)
    await remove(tx, *mentions, notifications.c.account_id.not_in(mentioned))
    reblogging = await statuses.reblogging_ids(tx, event.status_id)
    drafts = [(one, Kind.MENTION) for one in mentioned] + [(one, Kind.UPDATE) for one in reblogging]
    await _create(tx, [_Draft(one, kind, event.account_id, event.status_id) for one, kind in drafts])


async def on_status_reblogged(tx: Tx, event: StatusReblogged) -> None:
    if await _has_flag(tx, event.account_id, event.original_id, viewer_flags.REBLOGGED):
        await _create(tx, [_Draft(event.original_account_id, Kind.REBLOG, event.account_id, event.original_id)])


async def on_status_favourited(tx: Tx, event: StatusFavourited) -> None:
    if await _has_flag(tx, event.account_id, event.status_id, viewer_flags.FAVOURITED):
        await _create(tx, [_Draft(event.author_id, Kind.FAVOURITE, event.account_id, event.status_id)])


async def on_status_unfavourited(tx: Tx, event: StatusUnfavourited) -> None:
    await _remove_about(tx, event.account_id, Kind.FAVOURITE, event.status_id)


async def on_status_deleted(tx: Tx, event: StatusDeleted) -> None:
    if event.original_id is not None:
        await _remove_about(tx, event.account_id, Kind.REBLOG, event.original_id)
    else:
        await remove(tx, notifications.c.status_id == event.status_id)


async def on_account_followed(tx: Tx, event: AccountFollowed) -> None:
    await _remove_between(tx, Kind.FOLLOW_REQUEST, event)
    await _create(tx, [_Draft(event.target_id, Kind.FOLLOW, event.account_id)])


async def on_account_unfollowed(tx: Tx, event: AccountUnfollowed) -> None:
    await _remove_between(tx, Kind.FOLLOW, event)


async def on_follow_requested(tx: Tx, event: FollowRequested) -> None:
    await _create(tx, [_Draft(event.target_id, Kind.FOLLOW_REQUEST, event.account_id)])


async def on_follow_request_ended(tx: Tx, event: FollowRequestEnded) -> None:
    await _remove_between(tx, Kind.FOLLOW_REQUEST, event)


async def on_account_blocked(tx: Tx, event: AccountBlocked) -> None:
    """Neither keeps a trace of the other."""
    for one, other in ((event.account_id, event.target_id), (event.target_id, event.account_id)):
        await remove(tx, notifications.c.account_id == one, notifications.c.from_account_id == other)


async def _create(tx: Tx, drafts: Iterable[_Draft]) -> None:
    """Creates the notifications in batches, and lets other tasks run in between: thousands may be subscribed to one author.

    Nobody is notified of what they did themselves.
    """
    others = [one for one in drafts if one.account_id != one.from_id]
    for start in range(0, len(others), AT_ONCE):
        if start:
            await asyncio.sleep(0)
        await _create_batch(tx, others[start : start + AT_ONCE])


async def _create_batch(tx: Tx, drafts: Sequence[_Draft]) -> None:
    created = []
    for one in await _deliverable(tx, drafts):
        notification_id = tx.new_id()
        row = {
            "id": notification_id,
            "account_id": one.account_id,
            "kind": one.kind.value,
            "from_account_id": one.from_id,
            "status_id": one.status_id or 0,
            "created_at": tx.now,
            "group_hour": await _group_hour(tx, one) if one.kind in GROUPED else None,
        }
        if await tx.run(_INSERT, row):
            created.append(NotificationCreated(notification_id, one.account_id))
    if created:
        await tx.emit(*created)


async def _group_hour(tx: Tx, one: _Draft) -> int:
    """The hour when the group to join began, or the present hour for a new group."""
    hour = int(tx.now.timestamp()) // 3600
    group = {"account": one.account_id, "kind": one.kind.value, "subject": one.status_id or 0, "since": hour - LONGEST_GROUP}
    begun: int | None = await tx.value(_GROUP_HOUR, group)
    return hour if begun is None else begun


async def _deliverable(tx: Tx, drafts: Sequence[_Draft]) -> list[_Draft]:
    """Keeps those for local accounts that accept notifications from the sender, and whose cause still holds."""
    known = await accounts.by_ids(tx, {one.account_id for one in drafts})
    by_sender: dict[AccountId, set[AccountId]] = {}
    for one in drafts:
        if one.account_id in known and known[one.account_id].is_local:
            by_sender.setdefault(one.from_id, set()).add(one.account_id)
    recipients = {from_id: await _recipients(tx, from_id, ids) for from_id, ids in by_sender.items()}
    relations = ((one, recipients.get(one.from_id, {}).get(one.account_id)) for one in drafts)
    return [one for one, relation in relations if relation is not None and _is_still_true(one.kind, relation)]


async def _recipients(tx: Tx, from_id: AccountId, ids: set[AccountId]) -> dict[AccountId, Relation]:
    """By account, the relation of the sender with it. Without accounts that mute its notifications or with a block in between."""
    relations = await graph.relations(tx, from_id, ids)
    muting = await graph.muting_notifications(tx, from_id, ids)
    return {one: relation for one, relation in relations.items() if one not in muting and not (relation.blocks or relation.is_blocked)}


def _is_still_true(kind: Kind, relation: Relation) -> bool:
    """Whether the cause still holds. A failed reaction is retried later, when the follow or the request may have ended."""
    match kind:
        case Kind.FOLLOW:
            return relation.follows
        case Kind.FOLLOW_REQUEST:
            return relation.requested
        case _:
            return True


async def _has_flag(tx: Tx, account_id: AccountId, status_id: StatusId, flag: int) -> bool:
    return bool((await viewer_flags.bits_by_status(tx, account_id, [status_id])).get(status_id, 0) & flag)


async def _remove_about(tx: Tx, from_id: AccountId, kind: Kind, status_id: StatusId) -> None:
    mine = (notifications.c.from_account_id == from_id, notifications.c.kind == kind.value, notifications.c.status_id == status_id)
    await remove(tx, *mine)


async def _remove_between(tx: Tx, kind: Kind, ended: Between) -> None:
    between = (notifications.c.account_id == ended.target_id, notifications.c.from_account_id == ended.account_id)
    await remove(tx, *between, notifications.c.kind == kind.value)
