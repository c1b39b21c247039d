"""Because of what a process forgets what it remembers of notifications."""

from __future__ import annotations

from gazouillis.infra.memory import Memory
from gazouillis.notifications.events import NotificationCreated, UnreadChanged
from gazouillis.notifications.queries import UNREAD


def on_unread_changed(memory: Memory, event: NotificationCreated | UnreadChanged) -> None:
    memory.of(UNREAD).forget(event.account_id)
