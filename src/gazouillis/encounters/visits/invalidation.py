"""Cache invalidation for visits: which events change who is in town for whom.

A stay, and a circle it is for, concern everybody in that town: the whole region is dropped. Both are rare beside posts.
"""

from __future__ import annotations

from gazouillis.encounters.visits.in_town import IN_TOWN
from gazouillis.graph.events import Between, CircleChanged, OnDomain
from gazouillis.infra.cache.regions import ProcessCache
from gazouillis.places.events import OnStay, ResidenceChanged


def on_stay_changed(cache: ProcessCache, _event: OnStay) -> None:
    cache.region(IN_TOWN).clear()


def on_circle_changed(cache: ProcessCache, _event: CircleChanged) -> None:
    cache.region(IN_TOWN).clear()


def on_domain_blocks_changed(cache: ProcessCache, _event: OnDomain) -> None:
    cache.region(IN_TOWN).clear()


def on_residence_changed(cache: ProcessCache, event: ResidenceChanged) -> None:
    cache.region(IN_TOWN).invalidate(event.account_id)


def on_relation_changed(cache: ProcessCache, event: Between) -> None:
    cache.region(IN_TOWN).invalidate(event.account_id)
    cache.region(IN_TOWN).invalidate(event.target_id)
