"""Part `start`: the time from the command to the first response, and the memory of an idle server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from statistics import median

import msgspec

from bench import requests, servers
from bench.driver import connected
from bench.figures import Figure, Memory, cost_limit
from bench.plan import Plan
from bench.processes import Running
from bench.servers import Constant

PATH = "/api/v1/instance"
RETRY_INTERVAL = 0.002

Start = Callable[[int], Running]


class Started(msgspec.Struct, frozen=True):
    ms: float
    cpu_ms: float


def measure(plan: Plan) -> Iterator[Figure]:
    mine: list[Started] = []
    bare: list[Started] = []
    with servers.starting_constant(Constant(PATH, b"{}", "application/json")) as start_constant:
        start = partial(servers.gazouillis, plan.folder)
        for number in range(plan.scale.starts):
            plan.say(f"start: {number + 1} of {plan.scale.starts}")
            mine.append(_started(start))
            bare.append(_started(start_constant))
        plan.say(f"start: {plan.scale.idle_seconds:.0f} seconds of silence")
        idle, least = _idle(plan, start), _idle(plan, start_constant)
    yield _first_answer(mine, bare)
    yield Figure(
        key="start/memory",
        title=f"resident memory after {plan.scale.idle_seconds:.0f} s of silence",
        value=idle.rss / 1e6,
        unit="MB",
        limits=(cost_limit("the stack with a constant", mine=idle.rss / 1e6, limit=least.rss / 1e6),),
        memory=idle,
    )


def _first_answer(mine: list[Started], bare: list[Started]) -> Figure:
    ms, cpu_ms = median(one.ms for one in mine), median(one.cpu_ms for one in mine)
    bare_ms, bare_cpu_ms = median(one.ms for one in bare), median(one.cpu_ms for one in bare)
    return Figure(
        key="start/first_answer",
        title=f"from the command to the first answer, median of {len(mine)}",
        value=ms,
        unit="ms",
        limits=(cost_limit("the stack with a constant", mine=ms, limit=bare_ms, my_cpu_ms=cpu_ms, cpu_ms=bare_cpu_ms),),
        cpu_ms=cpu_ms,
        measures={"best_ms": min(one.ms for one in mine), "worst_ms": max(one.ms for one in mine)},
    )


def _started(start: Start) -> Started:
    begun = time.perf_counter()
    with _answering(start) as running:
        return Started((time.perf_counter() - begun) * 1000, running.cpu() * 1000)


def _idle(plan: Plan, start: Start) -> Memory:
    with _answering(start) as running:
        time.sleep(plan.scale.idle_seconds)
        return running.memory()


def _answering(start: Start) -> Running:
    """Repeats the request until it is answered: the server accepts connections before it can answer."""
    running = start(servers.free_port())
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        with suppress(OSError), connected(running.port) as fetch:
            fetch(requests.get(PATH))
            return running
        time.sleep(RETRY_INTERVAL)
    running.stop()
    raise TimeoutError("the server did not answer")
