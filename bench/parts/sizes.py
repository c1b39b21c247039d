"""What a read costs a server of a small place and of a large one: what does not grow today will not hurt tomorrow."""

from __future__ import annotations

from collections.abc import Iterator

from bench import folders, measuring, servers
from bench.figures import Figure, cost_limit
from bench.measuring import Sample
from bench.parts.reads import reads
from bench.plan import Plan
from bench.reading import Reader


def measure(plan: Plan) -> Iterator[Figure]:
    by_size = {accounts: dict(_samples(plan, accounts, statuses)) for accounts, statuses in plan.sizes}
    smallest, largest = min(by_size), max(by_size)
    for key, title in by_size[largest]:
        costs = {size: found[key, title].cpu_ms for size, found in by_size.items()}
        told = ", ".join(f"{cost:.2f} at {size:,}" for size, cost in costs.items())
        yield Figure(
            key=f"sizes/{key}",
            title=f"{title}: CPU ms {told}",
            value=costs[largest],
            unit="ms",
            limits=(cost_limit(f"at {smallest:,}", mine=costs[largest], limit=costs[smallest]),),
            cpu_ms=costs[largest],
            measures={"growth": max(costs.values()) / min(costs.values()), **{f"cpu_ms_{size}": cost for size, cost in costs.items()}},
        )


def _samples(plan: Plan, accounts: int, statuses: int) -> Iterator[tuple[tuple[str, str], Sample]]:
    plan.say(f"sizes: seeding {accounts:,} accounts, unless they are there")
    seeded = folders.seeded(plan.kept_in, accounts, statuses)
    with plan.lend(seeded) as folder, servers.gazouillis(folder) as server:
        for read in reads(server.port, folder.tokens):
            plan.say(f"sizes: {accounts:,} accounts, {read.title}")
            if not read.is_moving:
                reader = Reader(read, server.port)
                some = [measuring.measure(server, reader, plan.scale) for _ in range(plan.scale.rounds + 1)]
                yield (read.key, read.title), measuring.middle(some[1:])
