"""How many stories are told of what may happen, and how: told again when one fails, but not shortened for minutes."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings


def stories(count: int) -> settings:
    return settings(
        max_examples=count,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
