"""Event reactions: which functions run because an event happened. Five tables map each type of event to its functions.

A command writes an event (`StatusPublished`, `AccountFollowed`) to the event log, in the same transaction as the change itself. Two loops
read the log. The worker (`worker.py`) runs each reaction of the first three tables once for all processes. The tail (`tail.py`) runs those
of the last two tables in every process. To learn what follows from an event, look for its type in each table.

IN_TRANSACTION    `(tx, event)`. The worker runs it in the transaction that moves its cursor in the log, so it changes the database once.
IN_BATCHES        `(tx, events)`. The same, for frequent events: one call gets consecutive events of one type.
AS_JOBS           `(site, event)`. The worker puts it in the job queue and runs it later, at least once. For slow work and for the network.
INVALIDATE        `(cache, event)`. Cache invalidation: every process drops the cached values that the event changes, before its next read.
IN_EVERY_PROCESS  `(site, event)`. Every process updates its home timelines in memory, and sends messages to the streams open in it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from gazouillis.accounts import events as accounts
from gazouillis.accounts import invalidation as invalidate_accounts
from gazouillis.accounts import password, pictures
from gazouillis.api import reactions as streams
from gazouillis.graph import events as graph
from gazouillis.graph import follow
from gazouillis.graph import invalidation as invalidate_graph
from gazouillis.infra.basics.events import Event
from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.infra.database.transactions import Tx
from gazouillis.infra.site import Site
from gazouillis.notifications import events as notified
from gazouillis.notifications import invalidation as invalidate_notifications
from gazouillis.notifications import notify
from gazouillis.notifications import reactions as notifications
from gazouillis.search import events as search
from gazouillis.search import index, reindex
from gazouillis.statuses import events as statuses
from gazouillis.statuses import invalidation as invalidate_statuses
from gazouillis.timelines import reactions as timelines
from gazouillis.web import emails
from gazouillis.web import reactions as pages

InTransaction: TypeAlias = Callable[[Tx, Any], Awaitable[None]]
InBatch: TypeAlias = Callable[[Tx, Sequence[Any]], Awaitable[None]]
Invalidation: TypeAlias = Callable[[ProcessCache, Any], None]
Reaction: TypeAlias = Callable[[Site, Any], Awaitable[None]]

IN_TRANSACTION: Mapping[type[Event], tuple[InTransaction, ...]] = {
    statuses.StatusReblogged: (notify.on_status_reblogged,),
    statuses.StatusEdited: (notify.on_status_edited, index.on_status_edited),
    statuses.StatusDeleted: (notify.on_status_deleted, index.on_status_deleted),
    statuses.StatusFavourited: (notify.on_status_favourited,),
    statuses.StatusUnfavourited: (notify.on_status_unfavourited,),
    graph.AccountFollowed: (notify.on_account_followed,),
    graph.AccountUnfollowed: (notify.on_account_unfollowed,),
    graph.FollowRequested: (follow.on_follow_requested, notify.on_follow_requested),
    graph.FollowRequestEnded: (notify.on_follow_request_ended,),
    graph.AccountBlocked: (notify.on_account_blocked,),
    accounts.AccountUnlocked: (follow.on_account_unlocked,),
    accounts.AccountRegistered: (index.on_account_registered,),
    accounts.AccountRejected: (index.on_account_rejected,),
    accounts.ProfileChanged: (index.on_profile_changed,),
    search.StatusesIndexOutdated: (reindex.on_statuses_index_outdated,),
    search.AccountsIndexOutdated: (reindex.on_accounts_index_outdated,),
    accounts.PasswordForgotten: (password.on_password_forgotten,),
}

IN_BATCHES: Mapping[type[Event], tuple[InBatch, ...]] = {
    statuses.StatusPublished: (notify.on_statuses_published, index.on_statuses_published),
}

AS_JOBS: Mapping[type[Event], tuple[Reaction, ...]] = {
    accounts.PasswordResetRequested: (emails.on_password_reset_requested,),
    accounts.AccountRegistered: (emails.on_account_registered,),
    accounts.AccountApproved: (emails.on_account_approved,),
    accounts.EmailChanged: (emails.on_email_changed,),
    accounts.PicturesReplaced: (pictures.on_pictures_replaced,),
}

INVALIDATE: Mapping[type[Event], tuple[Invalidation, ...]] = {
    statuses.StatusPublished: (invalidate_statuses.on_status_published,),
    statuses.StatusReblogged: (invalidate_statuses.on_status_reblogged,),
    statuses.StatusEdited: (invalidate_statuses.on_status_edited,),
    statuses.StatusDeleted: (invalidate_statuses.on_status_deleted,),
    statuses.StatusFavourited: (invalidate_statuses.on_viewer_flags_changed,),
    statuses.StatusUnfavourited: (invalidate_statuses.on_viewer_flags_changed,),
    statuses.StatusBookmarked: (invalidate_statuses.on_viewer_flags_changed,),
    statuses.StatusUnbookmarked: (invalidate_statuses.on_viewer_flags_changed,),
    graph.AccountFollowed: (invalidate_graph.on_follow_changed, invalidate_notifications.on_relation_changed),
    graph.AccountUnfollowed: (invalidate_graph.on_follow_changed, invalidate_notifications.on_relation_changed),
    graph.AccountBlocked: (invalidate_graph.on_blocks_or_mutes_changed, invalidate_notifications.on_relation_changed),
    graph.AccountUnblocked: (invalidate_graph.on_blocks_or_mutes_changed, invalidate_notifications.on_relation_changed),
    graph.AccountMuted: (invalidate_graph.on_blocks_or_mutes_changed, invalidate_notifications.on_relation_changed),
    graph.AccountUnmuted: (invalidate_graph.on_blocks_or_mutes_changed, invalidate_notifications.on_relation_changed),
    accounts.ProfileChanged: (invalidate_accounts.on_account_changed,),
    accounts.AccountApproved: (
        invalidate_accounts.on_account_changed,
        invalidate_accounts.on_tokens_changed,
        invalidate_accounts.on_user_or_sessions_changed,
    ),
    accounts.AccountRejected: (
        invalidate_accounts.on_account_changed,
        invalidate_accounts.on_tokens_changed,
        invalidate_accounts.on_user_or_sessions_changed,
    ),
    accounts.RoleChanged: (invalidate_accounts.on_tokens_changed, invalidate_accounts.on_user_or_sessions_changed),
    accounts.PreferencesChanged: (invalidate_accounts.on_user_or_sessions_changed,),
    accounts.PasswordChanged: (invalidate_accounts.on_user_or_sessions_changed,),
    accounts.PasswordRenewed: (invalidate_accounts.on_user_or_sessions_changed,),
    accounts.EmailChanged: (invalidate_accounts.on_user_or_sessions_changed,),
    accounts.SessionsEnded: (invalidate_accounts.on_user_or_sessions_changed,),
    accounts.TokensRevoked: (invalidate_accounts.on_tokens_changed,),
    notified.NotificationCreated: (invalidate_notifications.on_unread_changed,),
    notified.UnreadChanged: (invalidate_notifications.on_unread_changed,),
    accounts.SiteOptionsChanged: (invalidate_accounts.on_site_options_changed,),
}

IN_EVERY_PROCESS: Mapping[type[Event], tuple[Reaction, ...]] = {
    statuses.StatusPublished: (timelines.on_status_published,),
    statuses.StatusReblogged: (timelines.on_status_reblogged,),
    statuses.StatusEdited: (timelines.on_status_edited,),
    statuses.StatusDeleted: (timelines.on_status_deleted,),
    graph.AccountFollowed: (timelines.on_relation_changed,),
    graph.AccountUnfollowed: (timelines.on_relation_changed,),
    graph.FollowChanged: (timelines.on_relation_changed,),
    graph.AccountBlocked: (timelines.on_relation_changed,),
    graph.AccountUnblocked: (timelines.on_relation_changed,),
    graph.AccountMuted: (timelines.on_relation_changed,),
    graph.AccountUnmuted: (timelines.on_relation_changed,),
    notified.NotificationCreated: (notifications.on_notification_created,),
    accounts.TokensRevoked: (streams.on_tokens_revoked,),
    accounts.SessionsEnded: (pages.on_sessions_ended,),
}


def name_of(reaction: Callable[..., object]) -> str:
    """The name of a reaction in the job queue and in logs: `gazouillis.web.emails.on_account_approved`."""
    return f"{reaction.__module__}.{reaction.__qualname__}"
