"""Because of what a process forgets what it remembers of who stands how to whom."""

from __future__ import annotations

from gazouillis.accounts import forget
from gazouillis.graph.events import Between
from gazouillis.graph.queries import STANDINGS
from gazouillis.infra.memory import Memory


def on_follow_changed(memory: Memory, event: Between) -> None:
    """Both show how many they follow, or are followed by."""
    forget.account(memory, event.account_id)
    forget.account(memory, event.target_id)


def on_standing_changed(memory: Memory, event: Between) -> None:
    memory.of(STANDINGS).forget(event.account_id)
    memory.of(STANDINGS).forget(event.target_id)
