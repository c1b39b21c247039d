"""Part `paths`: how one person knows another, by chains of follows through 100,000 people who all agreed to be links."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from statistics import mean, median

import msgspec

from bench import crowd, database, requests, servers
from bench.driver import connected, percentile
from bench.figures import Figure, cost_limit
from bench.folders import Folder
from bench.limits.lookups import Waits
from bench.plan import Plan
from bench.processes import module, output_of

PATHS = "/api/gazouillis/v1/accounts/{}/paths"
FOLLOWS_OF_EACH = 20
"""On average. The crowd is seeded with more; the others are removed."""
WARMING = 5


def measure(plan: Plan) -> Iterator[Figure]:
    folder, tokens, chance = plan.folder, plan.folder.tokens, random.Random(plan.folder.accounts)
    plan.say(f"paths: everybody agrees to be a link, and follows {FOLLOWS_OF_EACH} on average")
    kept = 1000 * FOLLOWS_OF_EACH * folder.accounts // _follows(folder)
    database.change(folder, f"delete from follows where id % 1000 >= {kept}", "update accounts set links_others = true")
    count = _follows(folder)
    ids = crowd.account_ids(folder)
    pairs = [(chance.randrange(len(tokens)), chance.randrange(len(ids))) for _ in range(plan.scale.paths)]
    database.bring_into_memory(folder)
    plan.say(f"paths: {len(pairs)} of them, {count:,} follows")
    waits: list[float] = []
    costs: list[float] = []
    lengths: list[int] = []
    with servers.gazouillis(folder) as server, connected(server.port) as fetch:
        for viewer, account in (*pairs[:WARMING], *pairs):
            cpu, begun = server.cpu(), time.perf_counter()
            body = bytes(fetch(requests.get(PATHS.format(ids[account]), tokens[viewer])))
            waits.append((time.perf_counter() - begun) * 1000)
            costs.append((server.cpu() - cpu) * 1000)
            lengths += [one["length"] for one in msgspec.json.decode(body)[:1]]
    waits, costs = waits[WARMING:], costs[WARMING:]
    plan.say("paths: the same levels by plain SELECTs")
    ends = [str(one) for viewer, account in pairs for one in (ids[viewer], ids[account])]
    limit = msgspec.json.decode(output_of(module("bench.limits.levels", folder.location, *ends)), type=Waits)
    yield Figure(
        key="paths/search",
        title=f"chains of follows between two of {len(ids):,} people, {count:,} follows, p95 of {len(pairs)}",
        value=percentile(waits, 95),
        unit="ms",
        limits=(cost_limit("the levels by plain SELECTs", mine=percentile(waits, 95), limit=percentile(limit.waits_ms, 95)),),
        cpu_ms=mean(costs),
        measures={
            "p50_ms": median(waits),
            "p95_ms": percentile(waits, 95),
            "cpu_p95_ms": percentile(costs, 95),
            "limit_p50_ms": median(limit.waits_ms),
            "length": mean(lengths) if lengths else 0.0,
            "found": len(lengths),
        },
    )


def _follows(folder: Folder) -> int:
    count: int = database.query(folder, "select count(*) from follows")[0][0]
    return count
