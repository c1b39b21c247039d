"""The first look at a home since the server started, by people who follow many; one after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import mean, median

import msgspec

from bench import crowd, database, requests, servers
from bench.driver import conversation, percentile
from bench.figures import Figure, cost_limit
from bench.limits.lookups import Looked
from bench.parts.reads import HOME
from bench.plan import Plan
from bench.processes import answered, module
from bench.reading import ids

WARMING = 5


def measure(plan: Plan) -> Iterator[Figure]:
    """Those who warm up the server are others than those who are measured, and it has had its first seconds to itself."""
    folder, tokens = plan.folder, plan.folder.tokens
    readers = range(len(tokens))[-plan.scale.cold_readers :]
    plan.say(f"cold: {len(readers)} readers begin to follow {plan.scale.cold_follows} accounts each")
    crowd.add_follows(folder, crowd.chosen(folder.accounts, plan.scale.cold_follows, readers))
    database.bring_into_memory(folder)
    plan.say("cold: first looks at homes")
    waits: list[float] = []
    costs: list[float] = []
    with servers.gazouillis(folder) as server:
        time.sleep(plan.scale.warm_up)
        with conversation(server.port) as ask:
            for token in tokens[:WARMING]:
                ask(requests.get(HOME, token))
            for one in readers:
                cpu, begun = server.cpu(), time.perf_counter()
                body = ask(requests.get(HOME, tokens[one]))
                waits.append((time.perf_counter() - begun) * 1000)
                costs.append((server.cpu() - cpu) * 1000)
                ids(bytes(body))
        memory = server.memory()
    plan.say("cold: the same rows by one statement")
    account_ids = crowd.account_ids(folder)
    looked = msgspec.json.decode(
        answered(module("bench.limits.lookups", folder.location, *(str(account_ids[one]) for one in readers))), type=Looked
    )
    yield Figure(
        key="cold/home",
        title=f"a home never read since start, about {plan.scale.cold_follows} followed, p99 of {len(waits)}",
        value=percentile(waits, 99),
        unit="ms",
        limits=(cost_limit("one statement for the same rows", mine=percentile(waits, 99), limit=percentile(looked.waits_ms, 99)),),
        cpu_ms=mean(costs),
        memory=memory,
        measures={
            "p50_ms": median(waits),
            "p99_ms": percentile(waits, 99),
            "cpu_p99_ms": percentile(costs, 99),
            "limit_p50_ms": median(looked.waits_ms),
        },
    )
