"""Part `fanout`: how fast a post reaches the home timelines of its author's followers, in memory alone and in a server under reads."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from itertools import cycle
from statistics import median

import msgspec
import psutil

from bench import crowd, requests, writing
from bench.driver import WrongAnswer, connected, drive, percentile
from bench.figures import Figure, cost_limit, rate_limit
from bench.inside.placements import Placed
from bench.parts.reads import HOME
from bench.plan import Plan
from bench.processes import Running, module, output_of

BYTES_OF_HOME = 8_000
QUICKLY_FILLED = 100_000
"""Home timelines. Larger memories take longer to fill than the measurement lasts: they are measured once."""
READERS = 9
CONNECTIONS = 4
POSTS = 10
TIMEOUT = 60.0
"""Seconds."""


def measure(plan: Plan) -> Iterator[Figure]:
    for followers in plan.scale.fanouts:
        readers = max(followers, plan.scale.least_homes)
        if _fits(plan, readers):
            yield _in_memory(plan, followers, readers)
    if _fits(plan, plan.scale.crowd):
        yield from _served(plan)


def _fits(plan: Plan, readers: int) -> bool:
    fits = bool(psutil.virtual_memory().available > readers * BYTES_OF_HOME)
    if not fits:
        plan.say(f"fanout: left out, {readers:,} homes do not fit in memory")
    return fits


def _in_memory(plan: Plan, followers: int, readers: int) -> Figure:
    """Home timelines and their limit run in turn, each in a process of its own."""
    rounds = plan.scale.rounds if readers <= QUICKLY_FILLED else 1
    mine: list[float] = []
    bare: list[float] = []
    for number in range(rounds):
        plan.say(f"fanout: {followers:,} followers, {number + 1} of {rounds}")
        mine.append(_rate(plan, "homes", followers, readers))
        bare.append(_rate(plan, "scatter", followers, readers))
    return Figure(
        key=f"fanout/{followers}",
        title=f"placements by CPU second, {followers:,} active followers of {readers:,} homes in memory (no server: its code, called)",
        value=median(mine) / 1e6,
        unit="million/s",
        limits=(rate_limit("bare numpy scatter", mine=median(mine) / 1e6, limit=median(bare) / 1e6),),
        cpu_ms=followers / median(mine) * 1000,
        measures={"placements_per_s": median(mine)},
    )


def _rate(plan: Plan, kind: str, followers: int, readers: int) -> float:
    words = (kind, str(followers), str(readers), str(plan.scale.seconds))
    placed = msgspec.json.decode(output_of(module("bench.inside.placements", *words)), type=Placed)
    return placed.posts * followers / placed.cpu


class _Watchers:
    """A client that reads the home timelines of some real followers in turn, and notes when all of them contain the last post."""

    def __init__(self, tokens: list[str]) -> None:
        self._requests = [requests.get(HOME, token) for token in tokens]
        self._turn = cycle(range(len(tokens)))
        self._pending: dict[int, tuple[int, float, bool]] = {}
        self._mark = b""
        self._missing: set[int] = set()
        self.is_placed = threading.Event()
        self.is_placed.set()
        self.waits_ms: list[float] = []
        """Of reads while a post was being placed."""
        self.waits_alone_ms: list[float] = []

    def clear(self) -> None:
        """Drops the measurements of the warm-up."""
        self.waits_ms.clear()
        self.waits_alone_ms.clear()

    def expect(self, mark: bytes) -> None:
        self._mark, self._missing = mark, set(range(len(self._requests)))
        self.is_placed.clear()

    def next_request(self, connection: int) -> bytes:
        number = next(self._turn)
        self._pending[connection] = number, time.perf_counter(), self.is_placed.is_set()
        return self._requests[number]

    def check_response(self, connection: int, body: memoryview) -> None:
        number, sent_at, was_placed = self._pending[connection]
        waits = self.waits_alone_ms if was_placed and self.is_placed.is_set() else self.waits_ms
        waits.append((time.perf_counter() - sent_at) * 1000)
        if self._mark and self._mark in bytes(body):
            self._missing.discard(number)
            if not self._missing:
                self.is_placed.set()


def _served(plan: Plan) -> Iterator[Figure]:
    count = plan.scale.crowd
    watchers = _Watchers(plan.folder.tokens[1 : READERS + 1])
    crowd.add_follows(plan.folder, ((reader, 0) for reader in range(1, READERS + 1)))
    author, *readers = crowd.account_ids(plan.folder)[: READERS + 1]
    plan.say(f"fanout: filling a server with {count:,} homes")
    command = module("bench.inside.crowded", "--crowd", str(count), "--author", str(author), *map(str, readers))
    with Running(command, plan.folder.environment) as server:
        plan.say(f"fanout: posts to {count:,} active followers")
        placed, memory = _placed(server, watchers, plan.folder.tokens[0]), server.memory()
    bare = count / _rate(plan, "scatter", count, count) * 1000
    yield Figure(
        key="fanout/served",
        title=f"a post to {count:,} active followers, from POST until the last of {READERS} shows it, median of {len(placed)}",
        value=median(placed),
        unit="ms",
        limits=(cost_limit("bare numpy scatter", mine=median(placed), limit=bare),),
        memory=memory,
        measures={"p50_ms": median(placed), "p99_ms": percentile(placed, 99)},
    )
    yield _reads_meanwhile(watchers)


def _reads_meanwhile(watchers: _Watchers) -> Figure:
    meanwhile, alone = percentile(watchers.waits_ms, 99), percentile(watchers.waits_alone_ms, 99)
    return Figure(
        key="fanout/reads",
        title=f"homes read while such a post is placed, p99 of {len(watchers.waits_ms)}",
        value=meanwhile,
        unit="ms",
        limits=(cost_limit("between posts", mine=meanwhile, limit=alone),),
        measures={"p50_ms": median(watchers.waits_ms), "p99_ms": meanwhile},
    )


def _placed(server: Running, watchers: _Watchers, token: str) -> list[float]:
    """Milliseconds until each post was placed, while the homes are read. The first one warms up and is not counted."""
    waits: list[float] = []
    fault: list[Exception] = []

    def write() -> None:
        try:
            with connected(server.port) as fetch:
                for number in range(POSTS + 1):
                    mark = f"mark{number}x"
                    watchers.expect(mark.encode())
                    begun = time.perf_counter()
                    fetch(writing.post(token, mark))
                    if not watchers.is_placed.wait(TIMEOUT):
                        raise WrongAnswer("a post was not placed")
                    waits.append((time.perf_counter() - begun) * 1000)
                    if number == 0:
                        watchers.clear()
                    time.sleep(0.1)
        except Exception as raised:
            fault.append(raised)

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive():
        drive(server.port, watchers, seconds=0.2, connections=CONNECTIONS)
    if fault:
        raise fault[0]
    return waits[1:]
