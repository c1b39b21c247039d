"""Event reactions: which functions run because an event happened. Seven tables map each type of event to its functions.

A command writes an event (`StatusPublished`, `AccountFollowed`) to the event log, in the same transaction as the change itself. Two loops
read the log. The worker (`worker.py`) runs each reaction of the first five tables once for all processes. The tail (`tail.py`) runs those
of the last two tables in every process. To learn what follows from an event, look for its type in each table. Cache invalidation is the
table `INVALIDATE`.

IN_TRANSACTION    `(tx, event)`. The worker runs it in the transaction that moves its cursor in the log, so it changes the database once.
IN_BATCHES        `(tx, events)`. The same, for frequent events: one call gets consecutive events of one type.
WITH_SITE         `(site, tx, events)`. The same, with what the worker holds in memory: the tracks.
AS_JOBS           `(site, event)`. The worker puts it in the job queue and runs it later, at least once. For slow work and for the network.
AS_SLOW_JOBS      `(site, event)`. The same, for work that takes up to minutes: no other job waits for it.
INVALIDATE        `(cache, event)`. Cache invalidation: every process drops the cached values that the event changes, before its next read.
IN_EVERY_PROCESS  `(site, event)`. Every process updates its home timelines in memory, and sends messages to the streams open in it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from gazouillis.accounts import applicants, password, pictures
from gazouillis.accounts import events as accounts
from gazouillis.accounts import invalidation as invalidate_accounts
from gazouillis.api import reactions as streams
from gazouillis.conversations import deliver, remove, requests, withdraw_extract
from gazouillis.conversations import events as conversations
from gazouillis.conversations import invalidation as invalidate_conversations
from gazouillis.conversations import reactions as conversation_streams
from gazouillis.encounters.reach import remove as roads
from gazouillis.encounters.recommendations import decline as recommendations
from gazouillis.encounters.recommendations import events as recommended
from gazouillis.encounters.recommendations import invalidation as invalidate_recommendations
from gazouillis.encounters.shelf import answers, first_posts
from gazouillis.encounters.shelf import events as shelf
from gazouillis.encounters.shelf import invalidation as invalidate_shelf
from gazouillis.encounters.visits import events as visits
from gazouillis.encounters.visits import foresee
from gazouillis.encounters.visits import invalidation as invalidate_visits
from gazouillis.filters import events as filters
from gazouillis.filters import invalidation as invalidate_filters
from gazouillis.graph import block_domain, follow, follow_inviter
from gazouillis.graph import events as graph
from gazouillis.graph import invalidation as invalidate_graph
from gazouillis.infra.basics.events import Event
from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.infra.database.transactions import Tx
from gazouillis.infra.site import Site
from gazouillis.media import events as media
from gazouillis.media import files as stored_files
from gazouillis.media import invalidation as invalidate_media
from gazouillis.media import resumable, upload
from gazouillis.moderation import events as moderation
from gazouillis.moderation import invalidation as invalidate_moderation
from gazouillis.notifications import events as notified
from gazouillis.notifications import invalidation as invalidate_notifications
from gazouillis.notifications import notify, of_conversations, of_meetings, of_polls, of_reports, of_thanks, of_tracks, of_visits
from gazouillis.notifications import reactions as notifications
from gazouillis.places import events as places
from gazouillis.places.meetings import events as meetings
from gazouillis.places.meetings import remove as leave_meetings
from gazouillis.search import events as search
from gazouillis.search import index, reindex
from gazouillis.search.tracks import events as tracks
from gazouillis.search.tracks import invalidation as invalidate_tracks
from gazouillis.search.tracks import loaded as loaded_tracks
from gazouillis.search.tracks import match as match_tracks
from gazouillis.search.tracks import reactions as track_streams
from gazouillis.search.tracks import remove as remove_tracks
from gazouillis.statuses import events as statuses
from gazouillis.statuses import invalidation as invalidate_statuses
from gazouillis.statuses.polls import events as polls
from gazouillis.statuses.thanks import remove as remove_thanks
from gazouillis.timelines import reactions as timelines
from gazouillis.web import emails
from gazouillis.web import reactions as pages

InTransaction: TypeAlias = Callable[[Tx, Any], Awaitable[None]]
InBatch: TypeAlias = Callable[[Tx, Sequence[Any]], Awaitable[None]]
WithSite: TypeAlias = Callable[[Site, Tx, Sequence[Any]], Awaitable[None]]
Invalidation: TypeAlias = Callable[[ProcessCache, Any], None]
Reaction: TypeAlias = Callable[[Site, Any], Awaitable[None]]

IN_TRANSACTION: Mapping[type[Event], tuple[InTransaction, ...]] = {
    statuses.StatusReblogged: (notify.on_status_reblogged,),
    statuses.StatusEdited: (notify.on_status_edited, index.on_status_edited, remove.on_status_edited, withdraw_extract.on_status_edited),
    statuses.StatusNarrowed: (deliver.on_status_narrowed, notify.on_status_narrowed, index.on_status_narrowed),
    statuses.ThanksChanged: (of_thanks.on_thanks_changed,),
    polls.PollEndTold: (of_polls.on_poll_end_told,),
    statuses.StatusReleased: (notify.on_status_released, of_thanks.on_status_released, index.on_status_released),
    statuses.StatusDeleted: (
        notify.on_status_deleted,
        index.on_status_deleted,
        remove.on_status_deleted,
        withdraw_extract.on_status_deleted,
        recommendations.on_status_deleted,
        roads.on_status_deleted,
    ),
    statuses.StatusFavourited: (notify.on_status_favourited,),
    statuses.StatusUnfavourited: (notify.on_status_unfavourited, roads.on_status_unfavourited),
    graph.AccountFollowed: (notify.on_account_followed, requests.on_account_followed),
    graph.AccountUnfollowed: (notify.on_account_unfollowed, leave_meetings.on_account_unfollowed, roads.on_follow_ended),
    graph.FollowRequested: (follow.on_follow_requested, notify.on_follow_requested),
    graph.FollowRequestEnded: (notify.on_follow_request_ended, roads.on_follow_ended),
    graph.DomainBlocked: (block_domain.on_domain_blocked, withdraw_extract.on_domain_blocked, leave_meetings.on_domain_blocked),
    graph.AccountBlocked: (
        notify.on_account_blocked,
        remove_thanks.on_account_blocked,
        withdraw_extract.on_account_blocked,
        leave_meetings.on_account_blocked,
    ),
    graph.CircleChanged: (leave_meetings.on_circle_changed,),
    accounts.AccountUnlocked: (follow.on_account_unlocked,),
    accounts.AccountRegistered: (index.on_account_registered, notify.on_account_registered, applicants.on_account_registered),
    accounts.AccountApproved: (follow_inviter.on_account_approved, notify.on_account_approved),
    accounts.AccountRejected: (index.on_account_rejected, notify.on_account_rejected),
    accounts.AccountDeletionRequested: (withdraw_extract.on_account_gone,),
    accounts.AccountSuspended: (withdraw_extract.on_account_gone,),
    accounts.ProfileChanged: (index.on_profile_changed,),
    search.StatusesIndexOutdated: (reindex.on_statuses_index_outdated,),
    search.AccountsIndexOutdated: (reindex.on_accounts_index_outdated,),
    accounts.PasswordForgotten: (password.on_password_forgotten,),
    accounts.RoleChanged: (notify.on_role_changed,),
    accounts.AccountDeleted: (notify.on_account_deleted, index.on_account_deleted),
    moderation.AccountReported: (notify.on_account_reported,),
    moderation.ReportResolved: (of_reports.on_report_resolved,),
    conversations.OperatorReadConversation: (of_conversations.on_operator_read_conversation,),
    conversations.RequestAccepted: (notify.on_request_accepted,),
    conversations.ExtractAsked: (of_conversations.on_extract_asked,),
    conversations.ExtractAnswered: (of_conversations.on_extract_answered,),
    conversations.ExtractPublished: (of_conversations.on_extract_published,),
    places.StayAnnounced: (foresee.on_stay_announced,),
    places.StayChanged: (of_visits.on_stay_changed,),
    places.StayCancelled: (of_visits.on_stay_cancelled,),
    meetings.MeetingChanged: (of_meetings.on_meeting_changed,),
    meetings.MeetingCancelled: (of_meetings.on_meeting_cancelled,),
    meetings.SeatsFreed: (of_meetings.on_seats_freed,),
    meetings.CoffeeProposed: (of_meetings.on_coffee_proposed,),
    meetings.CoffeeMoved: (of_meetings.on_coffee_moved,),
    meetings.CoffeeAccepted: (of_meetings.on_coffee_accepted,),
    meetings.CoffeeDeclined: (of_meetings.on_coffee_declined,),
    visits.VisitForeseen: (of_visits.on_visit_foreseen,),
    tracks.TrackRemoved: (remove_tracks.on_track_removed,),
    tracks.DigestDue: (of_tracks.on_digest_due,),
    tracks.StatusTracked: (of_tracks.on_status_tracked,),
    tracks.StatusUntracked: (of_tracks.on_status_untracked,),
}

IN_BATCHES: Mapping[type[Event], tuple[InBatch, ...]] = {
    statuses.StatusPublished: (
        deliver.on_statuses_published,
        notify.on_statuses_published,
        index.on_statuses_published,
        first_posts.on_statuses_published,
        answers.on_statuses_published,
    ),
}

WITH_SITE: Mapping[type[Event], tuple[WithSite, ...]] = {
    tracks.TrackAdded: (loaded_tracks.on_track_added,),
    tracks.TrackRemoved: (loaded_tracks.on_track_removed,),
    tracks.MatchingContinues: (match_tracks.on_matching_continues,),
    statuses.StatusPublished: (match_tracks.on_statuses_published,),
    statuses.StatusReleased: (match_tracks.on_status_released,),
    statuses.StatusEdited: (match_tracks.on_status_edited,),
    statuses.StatusNarrowed: (match_tracks.on_status_narrowed,),
    statuses.StatusDeleted: (match_tracks.on_status_deleted,),
}

NEEDING_TRACKS: frozenset[WithSite] = frozenset(
    {
        match_tracks.on_matching_continues,
        match_tracks.on_statuses_published,
        match_tracks.on_status_released,
        match_tracks.on_status_edited,
    }
)
"""Reactions of the table above that wait in the job queue while a worker that has just started reads the tracks."""

AS_JOBS: Mapping[type[Event], tuple[Reaction, ...]] = {
    accounts.PasswordResetRequested: (emails.on_password_reset_requested,),
    accounts.AccountRegistered: (emails.on_account_registered,),
    accounts.AccountApproved: (emails.on_account_approved,),
    accounts.AccountRejected: (emails.on_account_rejected,),
    accounts.ApplicantsAnnounced: (emails.on_applicants_announced,),
    accounts.EmailChanged: (emails.on_email_changed,),
    accounts.AccountDeletionRequested: (emails.on_account_deletion_requested, resumable.on_account_deletion_requested),
    accounts.AccountDeleted: (emails.on_account_deleted,),
    accounts.PicturesReplaced: (pictures.on_pictures_replaced,),
    media.MediaFilesReleased: (stored_files.on_media_files_released,),
    moderation.AccountReported: (emails.on_account_reported,),
}

AS_SLOW_JOBS: Mapping[type[Event], tuple[Reaction, ...]] = {
    media.MediaUploaded: (upload.on_media_uploaded,),
}

_RELATION_CHANGED: tuple[Invalidation, ...] = (
    invalidate_graph.on_relation_changed,
    invalidate_visits.on_relation_changed,
    invalidate_recommendations.on_relation_changed,
    invalidate_tracks.on_relation_changed,
    invalidate_shelf.on_relation_changed,
)

INVALIDATE: Mapping[type[Event], tuple[Invalidation, ...]] = {
    statuses.StatusPublished: (invalidate_statuses.on_status_published, invalidate_shelf.on_status_published),
    statuses.StatusReblogged: (invalidate_statuses.on_status_reblogged,),
    statuses.StatusEdited: (invalidate_statuses.on_status_edited,),
    statuses.StatusNarrowed: (invalidate_statuses.on_status_narrowed,),
    statuses.StatusReleased: (invalidate_statuses.on_status_released,),
    statuses.RepliesRestricted: (invalidate_statuses.on_replies_restricted,),
    statuses.ThanksChanged: (invalidate_statuses.on_thanks_changed,),
    statuses.PinsChanged: (invalidate_statuses.on_pins_changed,),
    polls.PollVoted: (invalidate_statuses.on_poll_voted,),
    polls.BallotsReset: (invalidate_statuses.on_ballots_reset,),
    statuses.DeliveryChanged: (invalidate_statuses.on_delivery_changed,),
    filters.FiltersChanged: (invalidate_filters.on_filters_changed, invalidate_statuses.on_filters_changed),
    statuses.ThreadMuted: (invalidate_statuses.on_thread_muted_or_unmuted,),
    statuses.ThreadUnmuted: (invalidate_statuses.on_thread_muted_or_unmuted,),
    statuses.StatusDeleted: (invalidate_statuses.on_status_deleted,),
    statuses.StatusFavourited: (invalidate_statuses.on_viewer_flags_changed,),
    statuses.StatusUnfavourited: (invalidate_statuses.on_viewer_flags_changed,),
    statuses.StatusBookmarked: (invalidate_statuses.on_viewer_flags_changed,),
    statuses.StatusUnbookmarked: (invalidate_statuses.on_viewer_flags_changed,),
    graph.AccountFollowed: (
        invalidate_graph.on_follow_changed,
        *_RELATION_CHANGED,
        invalidate_notifications.on_relation_changed,
        invalidate_conversations.on_relation_changed,
    ),
    graph.AccountUnfollowed: (
        invalidate_graph.on_follow_changed,
        *_RELATION_CHANGED,
        invalidate_notifications.on_relation_changed,
        invalidate_conversations.on_relation_changed,
    ),
    graph.AccountBlocked: (
        invalidate_graph.on_blocks_or_mutes_changed,
        *_RELATION_CHANGED,
        invalidate_notifications.on_relation_changed,
        invalidate_conversations.on_relation_changed,
    ),
    graph.AccountUnblocked: (
        invalidate_graph.on_blocks_or_mutes_changed,
        *_RELATION_CHANGED,
        invalidate_notifications.on_relation_changed,
        invalidate_conversations.on_relation_changed,
    ),
    **dict.fromkeys(
        (graph.DomainBlocked, graph.DomainUnblocked),
        (
            invalidate_graph.on_domain_blocks_changed,
            invalidate_visits.on_domain_blocks_changed,
            invalidate_tracks.on_domain_blocks_changed,
            invalidate_notifications.on_domain_blocks_changed,
            invalidate_conversations.on_domain_blocks_changed,
        ),
    ),
    graph.AccountMuted: (
        invalidate_graph.on_blocks_or_mutes_changed,
        *_RELATION_CHANGED,
        invalidate_notifications.on_relation_changed,
        invalidate_conversations.on_relation_changed,
    ),
    graph.AccountUnmuted: (
        invalidate_graph.on_blocks_or_mutes_changed,
        *_RELATION_CHANGED,
        invalidate_notifications.on_relation_changed,
        invalidate_conversations.on_relation_changed,
    ),
    graph.FollowRequested: _RELATION_CHANGED,
    graph.FollowRequestEnded: _RELATION_CHANGED,
    graph.SuggestionDismissed: (invalidate_graph.on_suggestion_dismissed,),
    graph.ExclusiveListsChanged: (invalidate_graph.on_exclusive_lists_changed,),
    graph.CircleChanged: (
        invalidate_graph.on_circle_changed,
        invalidate_notifications.on_circle_changed,
        invalidate_visits.on_circle_changed,
    ),
    accounts.ProfileChanged: (invalidate_accounts.on_account_changed,),
    accounts.AccountRegistered: (invalidate_accounts.on_applicants_changed, invalidate_accounts.on_invited_or_joined),
    accounts.InvitationMade: (invalidate_accounts.on_invited_or_joined,),
    accounts.AccountApproved: (
        invalidate_accounts.on_account_changed,
        invalidate_accounts.on_applicants_changed,
        invalidate_accounts.on_tokens_changed,
        invalidate_accounts.on_user_or_sessions_changed,
    ),
    accounts.AccountRejected: (
        invalidate_accounts.on_account_changed,
        invalidate_accounts.on_applicants_changed,
        invalidate_accounts.on_tokens_changed,
        invalidate_accounts.on_user_or_sessions_changed,
    ),
    accounts.AccountDeletionRequested: (
        invalidate_accounts.on_account_changed,
        invalidate_accounts.on_tokens_changed,
        invalidate_accounts.on_user_or_sessions_changed,
        invalidate_notifications.on_account_hidden_or_shown,
    ),
    accounts.AccountRestored: (
        invalidate_accounts.on_account_changed,
        invalidate_accounts.on_tokens_changed,
        invalidate_accounts.on_user_or_sessions_changed,
        invalidate_notifications.on_account_hidden_or_shown,
    ),
    accounts.AccountSuspended: (
        invalidate_accounts.on_account_changed,
        invalidate_accounts.on_tokens_changed,
        invalidate_accounts.on_user_or_sessions_changed,
        invalidate_notifications.on_account_hidden_or_shown,
    ),
    accounts.AccountUnsuspended: (
        invalidate_accounts.on_account_changed,
        invalidate_accounts.on_tokens_changed,
        invalidate_accounts.on_user_or_sessions_changed,
        invalidate_notifications.on_account_hidden_or_shown,
    ),
    accounts.AccountDeleted: (
        invalidate_accounts.on_account_changed,
        invalidate_accounts.on_tokens_changed,
        invalidate_accounts.on_user_or_sessions_changed,
        invalidate_notifications.on_account_hidden_or_shown,
        invalidate_conversations.on_account_deleted,
    ),
    accounts.RoleChanged: (invalidate_accounts.on_tokens_changed, invalidate_accounts.on_user_or_sessions_changed),
    accounts.PreferencesChanged: (invalidate_accounts.on_user_or_sessions_changed, invalidate_shelf.on_reader_changed),
    shelf.ShelfDismissed: (invalidate_shelf.on_reader_changed,),
    accounts.PasswordChanged: (invalidate_accounts.on_user_or_sessions_changed,),
    accounts.PasswordRenewed: (invalidate_accounts.on_user_or_sessions_changed,),
    accounts.EmailChanged: (invalidate_accounts.on_user_or_sessions_changed,),
    accounts.SessionsEnded: (invalidate_accounts.on_user_or_sessions_changed,),
    accounts.TokensRevoked: (invalidate_accounts.on_tokens_changed,),
    notified.NotificationCreated: (invalidate_notifications.on_unread_changed,),
    notified.UnreadChanged: (invalidate_notifications.on_unread_changed,),
    media.AttachmentsChanged: (invalidate_media.on_attachments_changed,),
    conversations.MessageArrived: (invalidate_conversations.on_conversation_changed,),
    conversations.RequestAccepted: (invalidate_conversations.on_conversation_changed,),
    conversations.ConversationChanged: (invalidate_conversations.on_conversation_changed,),
    accounts.SiteOptionsChanged: (invalidate_accounts.on_site_options_changed,),
    moderation.AccountReported: (invalidate_moderation.on_report_changed,),
    moderation.ReportResolved: (invalidate_moderation.on_report_changed,),
    moderation.ReportReopened: (invalidate_moderation.on_report_changed,),
    **dict.fromkeys((places.StayAnnounced, places.StayChanged, places.StayCancelled), (invalidate_visits.on_stay_changed,)),
    places.ResidenceChanged: (invalidate_visits.on_residence_changed,),
    recommended.RecommendationDeclined: (invalidate_recommendations.on_recommendation_declined,),
    tracks.StatusTracked: (invalidate_tracks.on_hits_changed,),
    tracks.StatusUntracked: (invalidate_tracks.on_hits_changed,),
    tracks.TracksChanged: (invalidate_tracks.on_tracks_changed,),
}

IN_EVERY_PROCESS: Mapping[type[Event], tuple[Reaction, ...]] = {
    statuses.StatusPublished: (timelines.on_status_published, pages.on_status_published),
    statuses.StatusReblogged: (timelines.on_status_reblogged,),
    statuses.StatusEdited: (timelines.on_status_edited, pages.on_status_edited),
    statuses.StatusNarrowed: (timelines.on_status_narrowed, pages.on_status_narrowed),
    statuses.StatusReleased: (timelines.on_status_released, pages.on_status_released),
    statuses.RepliesRestricted: (timelines.on_status_edited, pages.on_status_edited),
    statuses.ThanksChanged: (timelines.on_status_edited, pages.on_status_edited),
    statuses.PollEnded: (timelines.on_status_edited, pages.on_status_edited),
    statuses.StatusDeleted: (timelines.on_status_deleted, pages.on_status_deleted),
    graph.AccountFollowed: (timelines.on_relation_changed,),
    graph.AccountUnfollowed: (timelines.on_relation_changed,),
    graph.FollowChanged: (timelines.on_relation_changed,),
    graph.CircleChanged: (timelines.on_circle_changed,),
    graph.ExclusiveListsChanged: (timelines.on_exclusive_lists_changed,),
    graph.AccountBlocked: (timelines.on_relation_changed, notifications.on_blocks_or_mutes_changed),
    graph.AccountUnblocked: (timelines.on_relation_changed, notifications.on_blocks_or_mutes_changed),
    graph.AccountMuted: (timelines.on_relation_changed, notifications.on_blocks_or_mutes_changed),
    graph.AccountUnmuted: (timelines.on_relation_changed, notifications.on_blocks_or_mutes_changed),
    graph.DomainBlocked: (timelines.on_domain_blocks_changed, notifications.on_blocks_or_mutes_changed),
    graph.DomainUnblocked: (timelines.on_domain_blocks_changed, notifications.on_blocks_or_mutes_changed),
    notified.NotificationCreated: (notifications.on_notification_created,),
    notified.UnreadChanged: (notifications.on_unread_changed,),
    conversations.MessageArrived: (conversation_streams.on_message_arrived,),
    conversations.RequestAccepted: (conversation_streams.on_request_accepted,),
    conversations.ConversationChanged: (conversation_streams.on_conversation_changed,),
    tracks.StatusTracked: (track_streams.on_status_tracked,),
    tracks.HitEdited: (track_streams.on_hit_edited,),
    tracks.StatusUntracked: (track_streams.on_status_untracked,),
    filters.FiltersChanged: (streams.on_filters_changed,),
    accounts.TokensRevoked: (streams.on_tokens_revoked,),
    accounts.SessionsEnded: (pages.on_sessions_ended,),
}


def name_of(reaction: Callable[..., object]) -> str:
    """The name of a reaction in the job queue and in logs: `gazouillis.web.emails.on_account_approved`."""
    return f"{reaction.__module__}.{reaction.__qualname__}"
