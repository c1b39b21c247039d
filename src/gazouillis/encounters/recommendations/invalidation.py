"""Cache invalidation for recommendations: which events drop the recommendations of the week, and whose."""

from __future__ import annotations

from gazouillis.encounters.recommendations.events import RecommendationDeclined
from gazouillis.encounters.recommendations.of_the_week import OF_THE_WEEK
from gazouillis.graph.events import Between
from gazouillis.infra.cache.regions import ProcessCache


def on_recommendation_declined(cache: ProcessCache, _event: RecommendationDeclined) -> None:
    """Of everybody: whoever follows the author was offered the person."""
    cache.region(OF_THE_WEEK).clear()


def on_relation_changed(cache: ProcessCache, event: Between) -> None:
    cache.region(OF_THE_WEEK).invalidate(event.account_id)
    cache.region(OF_THE_WEEK).invalidate(event.target_id)
