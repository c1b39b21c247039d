"""Measures rates, latencies and the CPU of a server, and compares them with those of its limits.

Server and limits are measured in turn, so that changes in the load of a shared machine affect both.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

import msgspec

from bench.driver import Client, drive
from bench.figures import Limit, rate_limit
from bench.plan import Scale
from bench.processes import Running


class Sample(msgspec.Struct, frozen=True):
    rate: float
    cpu_ms: float
    p50_ms: float
    p99_ms: float


def measure(server: Running, client: Client, scale: Scale) -> Sample:
    before = server.cpu()
    load = drive(server.port, client, seconds=scale.seconds, connections=scale.connections)
    return Sample(load.rate, (server.cpu() - before) / load.count * 1000, load.percentile(50), load.percentile(99))


def middle(samples: list[Sample]) -> Sample:
    """The median of each column."""
    rows = [msgspec.structs.astuple(one) for one in samples]
    return Sample(*(median(column) for column in zip(*rows, strict=True)))


def limits(mine: Sample, theirs: Mapping[str, Sample]) -> tuple[Limit, ...]:
    return tuple(rate_limit(name, mine=mine.rate, limit=one.rate, my_cpu_ms=mine.cpu_ms, cpu_ms=one.cpu_ms) for name, one in theirs.items())
