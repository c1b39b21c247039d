"""Cache invalidation for the graph: which events drop which entries.

Follows change the counts of accounts; blocks and mutes change what their two accounts see. Every change of a relation changes the
suggestions for both accounts.
"""

from __future__ import annotations

from gazouillis.accounts import invalidation
from gazouillis.graph.active import ACTIVE
from gazouillis.graph.circles import CIRCLES
from gazouillis.graph.events import Between, CircleChanged, ExclusiveListsChanged, OnDomain, SuggestionDismissed
from gazouillis.graph.queries import BLOCKS_AND_MUTES
from gazouillis.graph.suggestions import SUGGESTIONS
from gazouillis.infra.cache.regions import ProcessCache


def on_follow_changed(cache: ProcessCache, event: Between) -> None:
    """Drops both accounts, since their counts of followers and followed accounts changed."""
    invalidation.account(cache, event.account_id)
    invalidation.account(cache, event.target_id)


def on_blocks_or_mutes_changed(cache: ProcessCache, event: Between) -> None:
    """Drops the blocks and mutes of both accounts."""
    cache.region(BLOCKS_AND_MUTES).invalidate(event.account_id)
    cache.region(BLOCKS_AND_MUTES).invalidate(event.target_id)


def on_domain_blocks_changed(cache: ProcessCache, event: OnDomain) -> None:
    """Drops the blocks of everybody, since those of the accounts of the domain changed too. Such events are rare."""
    cache.region(BLOCKS_AND_MUTES).clear()
    cache.region(SUGGESTIONS).invalidate(event.account_id)
    cache.region(ACTIVE).invalidate(event.account_id)


def on_relation_changed(cache: ProcessCache, event: Between) -> None:
    """Drops whom both accounts might follow, and who of those they follow was active."""
    for account_id in (event.account_id, event.target_id):
        cache.region(SUGGESTIONS).invalidate(account_id)
        cache.region(ACTIVE).invalidate(account_id)


def on_suggestion_dismissed(cache: ProcessCache, event: SuggestionDismissed) -> None:
    """Drops the suggestions of whoever dismissed one."""
    cache.region(SUGGESTIONS).invalidate(event.account_id)


def on_circle_changed(cache: ProcessCache, event: CircleChanged) -> None:
    """Drops the circles of their owner."""
    cache.region(CIRCLES).invalidate(event.account_id)


def on_exclusive_lists_changed(cache: ProcessCache, event: ExclusiveListsChanged) -> None:
    """Drops who is in the exclusive lists of their owner, which is cached with the blocks and mutes."""
    cache.region(BLOCKS_AND_MUTES).invalidate(event.account_id)
