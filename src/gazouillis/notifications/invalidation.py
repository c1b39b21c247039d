"""Because of what a process forgets what it remembers of notifications."""

from __future__ import annotations

from gazouillis.graph.events import Between
from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.notifications.events import NotificationCreated, UnreadChanged
from gazouillis.notifications.queries import UNREAD


def on_relation_changed(cache: ProcessCache, event: Between) -> None:
    """What one may read, and wants to hear of, changes for either."""
    cache.region(UNREAD).invalidate(event.account_id)
    cache.region(UNREAD).invalidate(event.target_id)


def on_unread_changed(cache: ProcessCache, event: NotificationCreated | UnreadChanged) -> None:
    cache.region(UNREAD).invalidate(event.account_id)
