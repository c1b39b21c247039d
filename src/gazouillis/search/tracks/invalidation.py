"""Cache invalidation for tracks: which events drop whose news."""

from __future__ import annotations

from gazouillis.graph.events import Between, OnDomain
from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.search.tracks.events import StatusTracked, StatusUntracked, TracksChanged
from gazouillis.search.tracks.news import NEWS


def on_hits_changed(cache: ProcessCache, event: StatusTracked | StatusUntracked) -> None:
    for owner in {owner for _track_id, owner in event.hits}:
        cache.region(NEWS).invalidate(owner)


def on_tracks_changed(cache: ProcessCache, event: TracksChanged) -> None:
    cache.region(NEWS).invalidate(event.account_id)


def on_relation_changed(cache: ProcessCache, event: Between) -> None:
    """A block or a mute hides hits, and a follow may show some."""
    cache.region(NEWS).invalidate(event.account_id)
    cache.region(NEWS).invalidate(event.target_id)


def on_domain_blocks_changed(cache: ProcessCache, event: OnDomain) -> None:
    cache.region(NEWS).invalidate(event.account_id)
