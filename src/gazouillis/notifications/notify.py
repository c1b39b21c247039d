"""Creating and removing notifications: reactions to events of statuses and of the graph.

They run in the worker's transaction. Running one twice changes nothing, since a unique constraint allows one notification per fact.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from gazouillis.accounts import invitations, roles, rules
from gazouillis.accounts import queries as accounts
from gazouillis.accounts.events import AccountApproved, AccountDeleted, AccountRegistered, AccountRejected, RoleChanged
from gazouillis.accounts.models import Role
from gazouillis.conversations.events import RequestAccepted
from gazouillis.graph import queries as graph
from gazouillis.graph.events import AccountBlocked, AccountFollowed, AccountUnfollowed, Between, FollowRequested, FollowRequestEnded
from gazouillis.graph.models import Relation
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.database.transactions import Tx, insert_or_ignore
from gazouillis.moderation.events import AccountReported
from gazouillis.notifications.events import NotificationCreated, UnreadChanged
from gazouillis.notifications.models import GROUPED, Kind
from gazouillis.notifications.remove import remove
from gazouillis.notifications.tables import notifications
from gazouillis.notifications.wanted import SAID, NewNotification, wanted, with_unwanted_words
from gazouillis.statuses import cached as cached_statuses
from gazouillis.statuses import queries as statuses
from gazouillis.statuses import viewer_flags
from gazouillis.statuses.audience import who_can_see, without_blocks
from gazouillis.statuses.events import (
    StatusDeleted,
    StatusEdited,
    StatusFavourited,
    StatusNarrowed,
    StatusPublished,
    StatusReblogged,
    StatusReleased,
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


async def on_statuses_published(tx: Tx, events: Sequence[StatusPublished]) -> None:
    """A withheld reply notifies nobody, until it is released."""
    await _announce(tx, [one for one in events if one.withheld_by is None])


async def on_request_accepted(tx: Tx, event: RequestAccepted) -> None:
    """Its messages notify, as any message does: apps list them among the mentions. Nobody is told at once: they have just read them."""
    authors = await statuses.authors(tx, event.status_ids)
    drafts = [NewNotification(event.account_id, Kind.MENTION, author, one, is_message=True) for one, author in sorted(authors.items())]
    await create(tx, drafts, is_quiet=True)


async def on_status_released(tx: Tx, event: StatusReleased) -> None:
    """A reply that was hidden after it was published has notified already."""
    if event.was_awaiting:
        await _announce(tx, [event])


async def _announce(tx: Tx, events: Sequence[StatusPublished | StatusReleased]) -> None:
    mentioned = await statuses.mentioned_in(tx, [one.status_id for one in events], delivered=True)
    subscribers = await _subscribers(tx, [one for one in events if one.visibility is not Visibility.DIRECT])
    drafts: list[NewNotification] = []
    for event in events:
        mentioned_here = mentioned.get(event.status_id, [])
        is_message = event.visibility is Visibility.DIRECT
        drafts += [NewNotification(one, Kind.MENTION, event.account_id, event.status_id, is_message) for one in mentioned_here]
        if not is_message:
            others = set(subscribers.get(event.status_id, ())) - set(mentioned_here)
            drafts += [NewNotification(one, Kind.STATUS, event.account_id, event.status_id) for one in sorted(others)]
    await create(tx, drafts)


async def _subscribers(tx: Tx, events: Sequence[StatusPublished | StatusReleased]) -> dict[StatusId, list[AccountId]]:
    """By status, the followers who asked to hear of each, without those in a block with somebody whom it quotes."""
    asking = await graph.notified_followers(tx, {one.account_id for one in events})
    heard = {one.status_id: list(asking[one.account_id]) for one in events if asking.get(one.account_id)}
    for status_id, status in (await cached_statuses.by_ids(tx, list(heard))).items() if heard else ():
        if status.quoted_ids:
            heard[status_id] = await without_blocks(tx, status.quoted_ids, heard[status_id])
    return heard


async def on_status_edited(tx: Tx, event: StatusEdited) -> None:
    """Notifies those newly mentioned, removes the mentions that are gone, and notifies those who reblogged it of the edit.

    Whoever does not want a word that it says now keeps no notification of it. A withheld reply notifies nobody.
    """
    mentioned = (await statuses.mentioned_in(tx, [event.status_id], delivered=True)).get(event.status_id, [])
    about = (notifications.c.status_id == event.status_id, notifications.c.kind == Kind.MENTION.value)
    await remove(tx, *about, notifications.c.account_id.not_in(mentioned))
    await _remove_unwanted(tx, event)
    if event.withheld_by is not None:
        return
    reblogging = await statuses.reblogging_ids(tx, event.status_id)
    drafts = [(one, Kind.MENTION) for one in mentioned] + [(one, Kind.UPDATE) for one in reblogging]
    is_message = event.visibility is Visibility.DIRECT
    await create(tx, [NewNotification(one, kind, event.account_id, event.status_id, is_message) for one, kind in drafts])


async def _remove_unwanted(tx: Tx, event: StatusEdited) -> None:
    """Of those about what the author wrote."""
    said = (notifications.c.status_id == event.status_id, notifications.c.kind.in_([one.value for one in SAID]))
    told = sorted(set(await tx.values(sa.select(notifications.c.account_id).where(*said))))
    for start in range(0, len(told), AT_ONCE):
        some = told[start : start + AT_ONCE]
        known, relations = await accounts.by_ids(tx, some), await graph.relations(tx, event.account_id, some)
        drafts = [NewNotification(one, Kind.UPDATE, event.account_id, event.status_id) for one in some if one in known]
        unwanted = await with_unwanted_words(tx, [(one, relations[one.account_id]) for one in drafts], known)
        if unwanted:
            await remove(tx, *said, notifications.c.account_id.in_([one.account_id for one in unwanted]))


async def on_status_narrowed(tx: Tx, event: StatusNarrowed) -> None:
    """Removes those of people who can no longer see it."""
    about = notifications.c.status_id == event.status_id
    told = set(await tx.values(sa.select(notifications.c.account_id).where(about)))
    seeing = await who_can_see(tx, event.after, told)
    if event.after.visibility is Visibility.DIRECT:  # to others it is a request now
        delivered = (await statuses.mentioned_in(tx, [event.status_id], delivered=True)).get(event.status_id, [])
        seeing &= {event.account_id, *delivered}
    await remove(tx, about, notifications.c.account_id.in_(sorted(told - seeing)))
    if event.after.visibility is Visibility.DIRECT:  # pages count it with the messages now
        await tx.emit(*(UnreadChanged(one) for one in sorted(told & seeing)))


async def on_status_reblogged(tx: Tx, event: StatusReblogged) -> None:
    if await _has_flag(tx, event.account_id, event.original_id, viewer_flags.REBLOGGED):
        await create(tx, [NewNotification(event.original_account_id, Kind.REBLOG, event.account_id, event.original_id)])


async def on_status_favourited(tx: Tx, event: StatusFavourited) -> None:
    if await _has_flag(tx, event.account_id, event.status_id, viewer_flags.FAVOURITED):
        await create(tx, [NewNotification(event.author_id, Kind.FAVOURITE, event.account_id, event.status_id)])


async def on_status_unfavourited(tx: Tx, event: StatusUnfavourited) -> None:
    await _remove_about(tx, event.account_id, Kind.FAVOURITE, event.status_id)


async def on_status_deleted(tx: Tx, event: StatusDeleted) -> None:
    if event.original_id is not None:
        await _remove_about(tx, event.account_id, Kind.REBLOG, event.original_id)
    else:
        await remove(tx, notifications.c.status_id == event.status_id)


async def on_account_followed(tx: Tx, event: AccountFollowed) -> None:
    await _remove_between(tx, Kind.FOLLOW_REQUEST, event)
    await create(tx, [NewNotification(event.target_id, Kind.FOLLOW, event.account_id)])


async def on_account_unfollowed(tx: Tx, event: AccountUnfollowed) -> None:
    await _remove_between(tx, Kind.FOLLOW, event)


async def on_follow_requested(tx: Tx, event: FollowRequested) -> None:
    await create(tx, [NewNotification(event.target_id, Kind.FOLLOW_REQUEST, event.account_id)])


async def on_follow_request_ended(tx: Tx, event: FollowRequestEnded) -> None:
    await _remove_between(tx, Kind.FOLLOW_REQUEST, event)


async def on_account_blocked(tx: Tx, event: AccountBlocked) -> None:
    """Neither keeps a trace of the other."""
    for one, other in ((event.account_id, event.target_id), (event.target_id, event.account_id)):
        await remove(tx, notifications.c.account_id == one, notifications.c.from_account_id == other)


async def on_account_reported(tx: Tx, event: AccountReported) -> None:
    """Notifies the moderators. Each has one notification per reporter, about the last report, so that nobody can fill their list."""
    await remove(tx, notifications.c.from_account_id == event.reporter_id, notifications.c.kind == Kind.ADMIN_REPORT.value)
    moderators = await roles.moderator_ids(tx)
    await create(tx, [NewNotification(one, Kind.ADMIN_REPORT, event.reporter_id) for one in moderators])


async def on_account_registered(tx: Tx, event: AccountRegistered) -> None:
    """Notifies the moderators of somebody who waits for them."""
    if event.is_approved:
        await _tell_inviter(tx, event.account_id)
    else:
        await create(tx, [NewNotification(one, Kind.ADMIN_SIGN_UP, event.account_id) for one in await roles.moderator_ids(tx)])


async def on_account_approved(tx: Tx, event: AccountApproved) -> None:
    await _tell_inviter(tx, event.account_id)


async def on_account_rejected(tx: Tx, event: AccountRejected) -> None:
    await remove(tx, notifications.c.from_account_id == event.account_id)


async def _tell_inviter(tx: Tx, guest_id: AccountId) -> None:
    """Of a guest who does not follow them: a new follower is a notification already."""
    invitation = await invitations.of_guest(tx, guest_id)
    if invitation and not invitation.follows_inviter:
        await create(tx, [NewNotification(invitation.account_id, Kind.ADMIN_SIGN_UP, guest_id)])


async def on_account_deleted(tx: Tx, event: AccountDeleted) -> None:
    """Removes those that did not go with their cause, as those about its reports and its sign-up."""
    await remove(tx, notifications.c.from_account_id == event.account_id)


async def on_role_changed(tx: Tx, event: RoleChanged) -> None:
    """Who no longer moderates loses the notifications about reports and sign-ups."""
    if not rules.is_at_least(event.role, Role.MODERATOR):
        kinds = (Kind.ADMIN_REPORT.value, Kind.ADMIN_SIGN_UP.value)
        await remove(tx, notifications.c.account_id == event.account_id, notifications.c.kind.in_(kinds))


async def create(tx: Tx, drafts: Iterable[NewNotification], *, is_quiet: bool = False) -> None:
    """Creates the notifications in batches, and lets other tasks run in between: thousands may be subscribed to one author.

    Nobody is notified of what they did themselves, but that their poll has ended. `is_quiet`: they are listed, and no stream sends them.
    """
    others = [one for one in drafts if one.account_id != one.from_id or one.kind is Kind.POLL]
    for start in range(0, len(others), AT_ONCE):
        if start:
            await asyncio.sleep(0)
        await _create_batch(tx, others[start : start + AT_ONCE], is_quiet=is_quiet)


async def _create_batch(tx: Tx, drafts: Sequence[NewNotification], *, is_quiet: bool) -> None:
    created: list[NotificationCreated | UnreadChanged] = []
    for one in await _deliverable(tx, drafts):
        notification_id = tx.new_id()
        row = {
            "id": notification_id,
            "account_id": one.account_id,
            "kind": one.kind.value,
            "from_account_id": one.from_id,
            "status_id": one.status_id or 0,
            "created_at": tx.now,
            "about_id": one.about_id,
            "group_hour": await _group_hour(tx, one) if one.kind in GROUPED else None,
        }
        if await tx.run(_INSERT, row):
            created.append(UnreadChanged(one.account_id) if is_quiet else NotificationCreated(notification_id, one.account_id))
    if created:
        await tx.emit(*created)


async def _group_hour(tx: Tx, one: NewNotification) -> int:
    """The hour when the group to join began, or the present hour for a new group."""
    hour = int(tx.now.timestamp()) // 3600
    group = {"account": one.account_id, "kind": one.kind.value, "subject": one.status_id or 0, "since": hour - LONGEST_GROUP}
    begun: int | None = await tx.value(_GROUP_HOUR, group)
    return hour if begun is None else begun


async def _deliverable(tx: Tx, drafts: Sequence[NewNotification]) -> list[NewNotification]:
    """Keeps those for local accounts that accept notifications from the sender, and whose cause still holds."""
    known = await accounts.by_ids(tx, {one.account_id for one in drafts})
    by_sender: dict[AccountId, set[AccountId]] = {}
    for one in drafts:
        if one.account_id in known and known[one.account_id].is_local:
            by_sender.setdefault(one.from_id, set()).add(one.account_id)
    recipients = {from_id: await _recipients(tx, from_id, ids) for from_id, ids in by_sender.items()}
    relations = ((one, recipients.get(one.from_id, {}).get(one.account_id)) for one in drafts)
    true = [(one, relation) for one, relation in relations if relation is not None and _is_still_true(one.kind, relation)]
    new = await wanted(tx, true, known)
    muted = await statuses.muting_threads(tx, {one.status_id for one in new if one.status_id})
    return [one for one in new if (one.account_id, one.status_id) not in muted]


async def _recipients(tx: Tx, from_id: AccountId, ids: set[AccountId]) -> dict[AccountId, Relation]:
    """By account, the relation of the sender with it. Without accounts that mute its notifications or with a block in between."""
    relations = await graph.relations(tx, from_id, ids)
    muting = await graph.muting_notifications(tx, from_id, ids)
    return {one: relation for one, relation in relations.items() if one not in muting and not relation.is_apart}


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
