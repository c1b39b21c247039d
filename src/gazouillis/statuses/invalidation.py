"""Cache invalidation for statuses: which events drop which entries of the process's caches.

`reactions.INVALIDATE` lists these functions by event. They run in every process, before anybody reads there again.
"""

from __future__ import annotations

from gazouillis.accounts import invalidation
from gazouillis.filters.events import FiltersChanged
from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.statuses.cached import CACHED_STATUSES
from gazouillis.statuses.events import (
    DeliveryChanged,
    PinsChanged,
    RepliesRestricted,
    StatusBookmarked,
    StatusDeleted,
    StatusEdited,
    StatusFavourited,
    StatusNarrowed,
    StatusPublished,
    StatusReblogged,
    StatusReleased,
    StatusUnbookmarked,
    StatusUnfavourited,
    ThanksChanged,
    ThreadMuted,
    ThreadUnmuted,
)
from gazouillis.statuses.polls.events import BallotsReset, PollVoted
from gazouillis.statuses.polls.queries import BALLOTS
from gazouillis.statuses.trends import TRENDS
from gazouillis.statuses.viewer_flags import FLAG_INDEXES


def on_status_published(cache: ProcessCache, event: StatusPublished) -> None:
    """The author's number of statuses and the parent's number of replies have changed."""
    _invalidate(cache, event.in_reply_to_id)
    invalidation.account(cache, event.account_id, event.status_id)


def on_status_reblogged(cache: ProcessCache, event: StatusReblogged) -> None:
    _invalidate(cache, event.original_id, by=event.account_id)
    invalidation.account(cache, event.account_id)


def on_status_edited(cache: ProcessCache, event: StatusEdited) -> None:
    _invalidate(cache, event.status_id)


def on_status_narrowed(cache: ProcessCache, event: StatusNarrowed) -> None:
    """Only what is for everybody is counted, and its hashtags make trends."""
    _invalidate(cache, event.status_id)
    _invalidate(cache, event.in_reply_to_id)
    invalidation.account(cache, event.account_id)
    cache.region(TRENDS).clear()


def on_status_released(cache: ProcessCache, event: StatusReleased) -> None:
    """The parent's number of replies has changed too."""
    _invalidate(cache, event.status_id)
    _invalidate(cache, event.in_reply_to_id)


def on_replies_restricted(cache: ProcessCache, event: RepliesRestricted) -> None:
    _invalidate(cache, event.status_id)


def on_thanks_changed(cache: ProcessCache, event: ThanksChanged) -> None:
    _invalidate(cache, event.status_id)


def on_pins_changed(cache: ProcessCache, event: PinsChanged) -> None:
    """The author's number of pins has changed too."""
    _invalidate(cache, event.status_id)
    invalidation.account(cache, event.account_id)


def on_poll_voted(cache: ProcessCache, event: PollVoted) -> None:
    """The numbers of the poll and what this account chose. Statuses are read again together, by whoever reads next."""
    _invalidate(cache, event.status_id)
    cache.region(BALLOTS).invalidate((event.account_id, event.status_id))


def on_ballots_reset(cache: ProcessCache, event: BallotsReset) -> None:
    """Everybody's vote in this poll. Edits that do this are rare."""
    _invalidate(cache, event.status_id)
    cache.region(BALLOTS).clear()


def on_delivery_changed(cache: ProcessCache, event: DeliveryChanged) -> None:
    _invalidate(cache, event.status_id)


def on_thread_muted_or_unmuted(cache: ProcessCache, event: ThreadMuted | ThreadUnmuted) -> None:
    """Drops the viewer flags of whoever did it."""
    cache.region(FLAG_INDEXES).invalidate(event.account_id)


def on_filters_changed(cache: ProcessCache, event: FiltersChanged) -> None:
    """Drops the viewer flags of their owner, since they tell whether there are any."""
    cache.region(FLAG_INDEXES).invalidate(event.account_id)


def on_status_deleted(cache: ProcessCache, event: StatusDeleted) -> None:
    _invalidate(cache, event.status_id)
    _invalidate(cache, event.in_reply_to_id)
    _invalidate(cache, event.original_id, by=event.account_id)
    invalidation.account(cache, event.account_id)


def on_viewer_flags_changed(
    cache: ProcessCache, event: StatusFavourited | StatusUnfavourited | StatusBookmarked | StatusUnbookmarked
) -> None:
    _invalidate(cache, event.status_id, by=event.account_id)


def _invalidate(cache: ProcessCache, status_id: StatusId | None, *, by: AccountId | None = None) -> None:
    """`by`: the account whose viewer flags change with the status."""
    if status_id is not None:
        cache.region(CACHED_STATUSES).invalidate(status_id)
        if by is not None:
            cache.region(FLAG_INDEXES).invalidate(by)
