"""Cache invalidation for moderation: which events drop which entries."""

from __future__ import annotations

from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.moderation.events import OnReport
from gazouillis.moderation.queries import OPEN_REPORTS


def on_report_changed(cache: ProcessCache, _event: OnReport) -> None:
    """Drops the number of open reports."""
    cache.region(OPEN_REPORTS).clear()
