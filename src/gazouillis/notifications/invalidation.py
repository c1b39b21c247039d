"""Cache invalidation for notifications: which events drop which entries.

Only the counts of unread notifications are dropped: a notification itself never changes.
"""

from __future__ import annotations

from gazouillis.graph.events import Between
from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.notifications.events import NotificationCreated, UnreadChanged
from gazouillis.notifications.queries import UNREAD


def on_relation_changed(cache: ProcessCache, event: Between) -> None:
    """Drops the unread counts of both accounts, since what they may see, or what they mute, changed."""
    cache.region(UNREAD).invalidate(event.account_id)
    cache.region(UNREAD).invalidate(event.target_id)


def on_unread_changed(cache: ProcessCache, event: NotificationCreated | UnreadChanged) -> None:
    """Drops the unread count of the account."""
    cache.region(UNREAD).invalidate(event.account_id)
