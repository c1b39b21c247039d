"""Part `tracks`: comparing a status with all standing searches of a server."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

import msgspec

from bench.figures import Figure, cost_limit
from bench.inside.tracking import Tracked
from bench.plan import Plan
from bench.processes import module, output_of

MACHINE = "bare Aho-Corasick machine"


def measure(plan: Plan) -> Iterator[Figure]:
    count = plan.scale.tracks
    mine: list[Tracked] = []
    bare: list[Tracked] = []
    for number in range(plan.scale.rounds):
        plan.say(f"tracks: {count:,} tracks, {number + 1} of {plan.scale.rounds}")
        mine.append(_measured(plan, "matcher"))
        bare.append(_measured(plan, "machine"))
    each, limit = median(one.microseconds for one in mine), median(one.microseconds for one in bare)
    yield Figure(
        key="tracks/match",
        title=f"a status of 24 words is compared with {count:,} tracks, {mine[0].hits:.1f} hits (no server: its code, called)",
        value=each,
        unit="µs",
        limits=(cost_limit(MACHINE, mine=each, limit=limit),),
        cpu_ms=each / 1000,
        measures={"microseconds": each, "hits": mine[0].hits},
    )
    size, its_size = (max(1.0, median(one.bytes_each for one in some)) for some in (mine, bare))
    yield Figure(
        key="tracks/memory",
        title=f"memory of a track, of {count:,}",
        value=size,
        unit="bytes",
        limits=(cost_limit(MACHINE, mine=size, limit=its_size),),
        measures={"bytes": size},
    )
    add, its_share = (median(one.add_microseconds for one in some) for some in (mine, bare))
    yield Figure(
        key="tracks/add",
        title=f"one more track after {count:,} (the machine: its share of building all anew)",
        value=add,
        unit="µs",
        limits=(cost_limit(MACHINE, mine=add, limit=its_share),),
        measures={"microseconds": add, "machine_built_s": its_share * count / 1e6},
    )


def _measured(plan: Plan, kind: str) -> Tracked:
    words = (kind, str(plan.scale.tracks), str(plan.scale.seconds))
    return msgspec.json.decode(output_of(module("bench.inside.tracking", *words)), type=Tracked)
