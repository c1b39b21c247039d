"""Part `sizes`: the CPU of the same reads on small and on large servers. It should not grow with the number of accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from bench import folders, measuring, servers
from bench.figures import Figure, cost_limit
from bench.measuring import Sample
from bench.parts.reads import reads
from bench.plan import Plan, Scale
from bench.processes import Running
from bench.reading import Reader


class _Place:
    def __init__(self, accounts: int, server: Running, tokens: list[str], scale: Scale) -> None:
        self.accounts, self.server = accounts, server
        self.readers = [Reader(one, server.port) for one in reads(server.port, tokens, scale) if not one.is_moving]


def measure(plan: Plan) -> Iterator[Figure]:
    with ExitStack() as stack:
        places = [_open(plan, stack, accounts, statuses) for accounts, statuses in sorted(plan.sizes)]
        for readers in zip(*(one.readers for one in places), strict=True):
            plan.say(f"sizes: {readers[0].read.title}")
            yield _figure(plan, places, readers)


def _open(plan: Plan, stack: ExitStack, accounts: int, statuses: int) -> _Place:
    plan.say(f"sizes: seeding {accounts:,} accounts, unless they are there")
    folder = stack.enter_context(plan.lend(folders.seeded(plan.seeded_in, accounts, statuses)))
    return _Place(accounts, stack.enter_context(servers.gazouillis(folder)), folder.tokens, plan.scale)


def _figure(plan: Plan, places: Sequence[_Place], readers: Sequence[Reader]) -> Figure:
    """The sizes are measured in turn. The first round warms up and is not counted."""
    samples: list[list[Sample]] = [[] for _ in places]
    for _ in range(plan.scale.rounds + 1):
        for place, reader, some in zip(places, readers, samples, strict=True):
            some.append(measuring.measure(place.server, reader, plan.scale))
    costs = {place.accounts: measuring.middle(some[1:]).cpu_ms for place, some in zip(places, samples, strict=True)}
    smallest, largest = places[0].accounts, places[-1].accounts
    all_costs = ", ".join(f"{cost:.3f} at {size:,}" for size, cost in costs.items())
    return Figure(
        key=f"sizes/{readers[0].read.key}",
        title=f"{readers[0].read.title}: CPU ms {all_costs}",
        value=costs[largest],
        unit="ms",
        limits=(cost_limit(f"at {smallest:,}", mine=costs[largest], limit=costs[smallest]),),
        cpu_ms=costs[largest],
        measures={"growth": max(costs.values()) / min(costs.values()), **{f"cpu_ms_{size}": cost for size, cost in costs.items()}},
    )
