"""Cache invalidation for the shelf: the number of posts that somebody could answer. Of what others do, it is told by time."""

from __future__ import annotations

from gazouillis.accounts.events import PreferencesChanged
from gazouillis.encounters.shelf.events import ShelfDismissed
from gazouillis.encounters.shelf.queries import COUNTS
from gazouillis.graph.events import Between
from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.statuses.events import StatusPublished


def on_reader_changed(cache: ProcessCache, event: ShelfDismissed | PreferencesChanged) -> None:
    cache.region(COUNTS).invalidate(event.account_id, event)


def on_status_published(cache: ProcessCache, event: StatusPublished) -> None:
    """Who answers has one less to answer."""
    if event.in_reply_to_id is not None:
        cache.region(COUNTS).invalidate(event.account_id, event)


def on_relation_changed(cache: ProcessCache, event: Between) -> None:
    cache.region(COUNTS).invalidate(event.account_id, event)
    cache.region(COUNTS).invalidate(event.target_id, event)
