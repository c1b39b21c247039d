"""Cache invalidation for notifications: which events drop which entries.

Only the counts of unread notifications are dropped: a notification itself never changes.
"""

from __future__ import annotations

from gazouillis.accounts.events import OnAccount
from gazouillis.graph.events import Between, CircleChanged, OnDomain
from gazouillis.infra.basics.ids import AccountId
from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.notifications.events import NotificationCreated, UnreadChanged
from gazouillis.notifications.queries import UNREAD, UNREAD_IN_APPS, UNREAD_WITHOUT_MESSAGES

_COUNTS = (UNREAD, UNREAD_WITHOUT_MESSAGES, UNREAD_IN_APPS)


def on_relation_changed(cache: ProcessCache, event: Between) -> None:
    """Drops the unread counts of both accounts, since what they may see, or what they mute, changed."""
    _invalidate(cache, event.account_id)
    _invalidate(cache, event.target_id)


def on_domain_blocks_changed(cache: ProcessCache, event: OnDomain) -> None:
    _invalidate(cache, event.account_id)


def on_account_hidden_or_shown(cache: ProcessCache, _event: OnAccount) -> None:
    """Drops all unread counts: notifications from this account are listed no longer, or again. Such events are rare."""
    for one in _COUNTS:
        cache.region(one).clear()


def on_unread_changed(cache: ProcessCache, event: NotificationCreated | UnreadChanged) -> None:
    """Drops the unread count of the account."""
    _invalidate(cache, event.account_id)


def on_circle_changed(cache: ProcessCache, event: CircleChanged) -> None:
    """Drops the unread counts of those who joined or left, since they may see other statuses now."""
    for one in event.member_ids:
        _invalidate(cache, one)


def _invalidate(cache: ProcessCache, account_id: AccountId) -> None:
    for one in _COUNTS:
        cache.region(one).invalidate(account_id)
