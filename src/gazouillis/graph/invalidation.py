"""Because of what a process forgets what it remembers of who stands how to whom."""

from __future__ import annotations

from gazouillis.accounts import invalidation
from gazouillis.graph.events import Between
from gazouillis.graph.queries import BLOCKS_AND_MUTES
from gazouillis.infra.cache.regions import ProcessCache


def on_follow_changed(cache: ProcessCache, event: Between) -> None:
    """Both show how many they follow, or are followed by."""
    invalidation.account(cache, event.account_id)
    invalidation.account(cache, event.target_id)


def on_blocks_or_mutes_changed(cache: ProcessCache, event: Between) -> None:
    cache.region(BLOCKS_AND_MUTES).invalidate(event.account_id)
    cache.region(BLOCKS_AND_MUTES).invalidate(event.target_id)
