"""Because of what a process forgets what it remembers of notifications."""

from __future__ import annotations

from gazouillis.graph.events import Between
from gazouillis.infra.memory import Memory
from gazouillis.notifications.events import NotificationCreated, UnreadChanged
from gazouillis.notifications.queries import UNREAD


def on_standing_changed(memory: Memory, event: Between) -> None:
    """What one may read, and wants to hear of, changes for either."""
    memory.of(UNREAD).forget(event.account_id)
    memory.of(UNREAD).forget(event.target_id)


def on_unread_changed(memory: Memory, event: NotificationCreated | UnreadChanged) -> None:
    memory.of(UNREAD).forget(event.account_id)
