"""Cache invalidation for filters: which events drop which entries."""

from __future__ import annotations

from gazouillis.filters.events import FiltersChanged
from gazouillis.filters.queries import FILTERS
from gazouillis.infra.cache.regions import ProcessCache


def on_filters_changed(cache: ProcessCache, event: FiltersChanged) -> None:
    """Drops the filters of their owner."""
    cache.region(FILTERS).invalidate(event.account_id)
