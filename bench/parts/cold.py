"""Part `cold`: the first request for a home timeline after a start, by readers who follow many accounts, one after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import mean, median

import msgspec

from bench import crowd, database, requests, servers
from bench.driver import connected, percentile
from bench.figures import Figure, cost_limit
from bench.limits.lookups import Waits
from bench.parts.reads import HOME
from bench.plan import Plan
from bench.processes import module, output_of
from bench.reading import ids

WARMING = 5


def measure(plan: Plan) -> Iterator[Figure]:
    """The server is warmed up by other readers than those who are measured."""
    folder, tokens = plan.folder, plan.folder.tokens
    readers = range(len(tokens))[-plan.scale.cold_readers :]
    plan.say(f"cold: {len(readers)} readers begin to follow {plan.scale.cold_follows} accounts each")
    crowd.add_follows(folder, crowd.draw_follows(folder.accounts, plan.scale.cold_follows, readers))
    database.bring_into_memory(folder)
    plan.say("cold: first requests for homes")
    waits: list[float] = []
    costs: list[float] = []
    with servers.gazouillis(folder) as server:
        time.sleep(plan.scale.warm_up)
        with connected(server.port) as fetch:
            for token in tokens[:WARMING]:
                fetch(requests.get(HOME, token))
            for one in readers:
                cpu, begun = server.cpu(), time.perf_counter()
                body = fetch(requests.get(HOME, tokens[one]))
                waits.append((time.perf_counter() - begun) * 1000)
                costs.append((server.cpu() - cpu) * 1000)
                ids(bytes(body))
        memory = server.memory()
    plan.say("cold: the same rows by one statement")
    account_ids = crowd.account_ids(folder)
    limit = msgspec.json.decode(
        output_of(module("bench.limits.lookups", folder.location, *(str(account_ids[one]) for one in readers))), type=Waits
    )
    yield Figure(
        key="cold/home",
        title=f"a home never read since start, about {plan.scale.cold_follows} followed, p99 of {len(waits)}",
        value=percentile(waits, 99),
        unit="ms",
        limits=(cost_limit("one statement for the same rows", mine=percentile(waits, 99), limit=percentile(limit.waits_ms, 99)),),
        cpu_ms=mean(costs),
        memory=memory,
        measures={
            "p50_ms": median(waits),
            "p99_ms": percentile(waits, 99),
            "cpu_p99_ms": percentile(costs, 99),
            "limit_p50_ms": median(limit.waits_ms),
        },
    )
