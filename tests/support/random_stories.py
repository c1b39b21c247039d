"""Settings of Hypothesis for random stories: sequences of random actions, after each of which the server is compared with a model.

A story that fails is saved and repeated in the next run. It is not shrunk, which would take minutes.
"""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings


def stories(count: int) -> settings:
    return settings(
        max_examples=count,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
