"""Cache invalidation for the graph: which events drop which entries.

Follows change the counts of accounts; blocks and mutes change what their two accounts see.
"""

from __future__ import annotations

from gazouillis.accounts import invalidation
from gazouillis.graph.events import Between
from gazouillis.graph.queries import BLOCKS_AND_MUTES
from gazouillis.infra.cache.regions import ProcessCache


def on_follow_changed(cache: ProcessCache, event: Between) -> None:
    """Drops both accounts, since their counts of followers and followed accounts changed."""
    invalidation.account(cache, event.account_id)
    invalidation.account(cache, event.target_id)


def on_blocks_or_mutes_changed(cache: ProcessCache, event: Between) -> None:
    """Drops the blocks and mutes of both accounts."""
    cache.region(BLOCKS_AND_MUTES).invalidate(event.account_id)
    cache.region(BLOCKS_AND_MUTES).invalidate(event.target_id)
