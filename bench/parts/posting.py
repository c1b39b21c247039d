"""Part `posting`: sixteen writers post as fast as they get responses, compared with writing the same rows straight to the database."""

from __future__ import annotations

import time
from collections.abc import Iterator

import msgspec

from bench import database, measuring, servers, writing
from bench.driver import WrongAnswer, drive
from bench.figures import Figure, Limit, Memory
from bench.limits.rows import Written
from bench.measuring import Sample
from bench.plan import Plan
from bench.processes import Running, module, output_of

WRITERS = 16
SAMPLES = 64
"""How many posts the limit takes its rows from."""
TIMEOUT = 60.0
"""Seconds."""
SERVED = {
    "bare": ("bare ASGI, the same rows",),
    "needed": ("bare ASGI, the same rows, with what no post can do without", "--needed"),
    "litestar": ("the same by a route of Litestar's", "--needed", "--litestar"),
}
"""The smallest servers that write the same rows: title and flags."""


class _Writers:
    """A client in which each connection has a token of its own. It keeps the acknowledged ids and the length of a response."""

    def __init__(self, tokens: list[str]) -> None:
        self.acknowledged: list[int] = []
        self.size = 0
        self._tokens = tokens

    def next_request(self, connection: int) -> bytes:
        return writing.post(self._tokens[connection % len(self._tokens)])

    def check_response(self, connection: int, body: memoryview) -> None:
        self.acknowledged.append(writing.posted_id(body))
        self.size = len(body)


def measure(plan: Plan) -> Iterator[Figure]:
    mine: list[Sample] = []
    served: dict[str, list[Sample]] = {key: [] for key in SERVED}
    raw: list[Written] = []
    writers = _Writers(plan.folder.tokens)
    memory = Memory(0, 0)
    for number in range(plan.scale.rounds):
        plan.say(f"posting: {WRITERS} writers, {number + 1} of {plan.scale.rounds}")
        with servers.gazouillis(plan.folder) as server:
            drive(server.port, writers, seconds=min(0.3, plan.scale.seconds), connections=WRITERS)
            time.sleep(plan.scale.warm_up)
            _wait_for_worker(plan)
            mine.append(_round(plan, server, writers))
            memory = server.memory()
        plan.say(f"posting: raw commits, {number + 1} of {plan.scale.rounds}")
        raw.append(_raw(plan, writers.acknowledged[-SAMPLES:]))
        if not plan.folder.database:
            for key, (title, *flags) in SERVED.items():
                plan.say(f"posting: {title}, {number + 1} of {plan.scale.rounds}")
                served[key].append(_served(plan, writers, *flags))
    if lost := database.missing(plan.folder, writers.acknowledged):
        raise WrongAnswer(f"{lost} of {len(writers.acknowledged)} acknowledged posts are not in the database")
    yield from _figures(measuring.middle(mine), raw, served, memory)


def _round(plan: Plan, server: Running, writers: _Writers) -> Sample:
    """Ends when the worker has written notifications and search words too, which are also among the rows of the limit."""
    cpu, begun = server.cpu(), time.perf_counter()
    load = drive(server.port, writers, seconds=plan.scale.seconds, connections=WRITERS)
    _wait_for_worker(plan)
    seconds = time.perf_counter() - begun
    cpu_ms = (server.cpu() - cpu) / load.count * 1000
    return Sample(load.count / seconds, cpu_ms, load.percentile(50), load.percentile(99))


def _wait_for_worker(plan: Plan) -> None:
    give_up = time.monotonic() + TIMEOUT
    while behind := database.events_behind(plan.folder):
        if time.monotonic() > give_up:
            raise WrongAnswer(f"the worker is {behind} events behind")
        time.sleep(0.01)


def _raw(plan: Plan, status_ids: list[int]) -> Written:
    """Runs the limit in a process of its own, on the same database, while the server is down."""
    kind = "postgres" if plan.folder.database else "sqlite"
    command = module(f"bench.limits.commits_{kind}", plan.folder.location, str(plan.scale.seconds), *map(str, status_ids))
    return msgspec.json.decode(output_of(command), type=Written)


def _served(plan: Plan, writers: _Writers, *flags: str) -> Sample:
    """Runs the smallest server that can answer over HTTP, while the real one is down."""
    ids = map(str, writers.acknowledged[-SAMPLES:])
    with Running(module("bench.limits.commits_served", plan.folder.location, *flags, str(writers.size), *ids)) as served:
        client = _Writers(plan.folder.tokens)
        drive(served.port, client, seconds=min(0.3, plan.scale.seconds), connections=WRITERS)
        return measuring.measure(served, client, msgspec.structs.replace(plan.scale, connections=WRITERS))


def _figures(mine: Sample, raw: list[Written], served: dict[str, list[Sample]], memory: Memory) -> Iterator[Figure]:
    commits = measuring.middle([Sample(one.posts / one.seconds, one.cpu / one.posts * 1000, 0, 0) for one in raw])
    limits = {"raw commits of the same rows": commits}
    for key, (title, *_flags) in SERVED.items():
        if served[key]:
            middle = measuring.middle(served[key])
            yield _figure(f"posting/{key}", title, middle, measuring.limits(middle, limits))
            limits[title] = middle
    title = f"{WRITERS} writers, durable, with all consequences"
    yield _figure("posting/durable", title, mine, measuring.limits(mine, limits), memory)


def _figure(key: str, title: str, sample: Sample, limits: tuple[Limit, ...], memory: Memory | None = None) -> Figure:
    return Figure(
        key=key,
        title=title,
        value=sample.rate,
        unit="/s",
        limits=limits,
        cpu_ms=sample.cpu_ms,
        memory=memory,
        measures={"p50_ms": sample.p50_ms, "p99_ms": sample.p99_ms},
    )
