"""How fast a post reaches the homes of those who follow its author: in memory alone, and in a server that is read meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from itertools import cycle
from statistics import median

import msgspec
import psutil

from bench import crowd, requests, writing
from bench.driver import WrongAnswer, conversation, drive, percentile
from bench.figures import Figure, cost_limit, rate_limit
from bench.inside.placements import Placed
from bench.parts.reads import HOME
from bench.plan import Plan
from bench.processes import Running, answered, module

BYTES_OF_HOME = 8_000
FILLED_SOON = 100_000
"""Homes."""
READERS = 9
CONNECTIONS = 4
POSTS = 10
PATIENCE = 60.0


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
    """Each in a process of its own, in turn. Filling a large memory takes longer than what is measured there: once is enough."""
    rounds = plan.scale.rounds if readers <= FILLED_SOON else 1
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
    placed = msgspec.json.decode(answered(module("bench.inside.placements", *words)), type=Placed)
    return placed.posts * followers / placed.cpu


class _Watchers:
    """Read the homes of some real followers in turn, and note when each has shown what was just posted."""

    def __init__(self, tokens: list[str]) -> None:
        self._asked = [requests.get(HOME, token) for token in tokens]
        self._turn = cycle(range(len(tokens)))
        self._under_way: dict[int, tuple[int, float, bool]] = {}
        self._mark = b""
        self._missing: set[int] = set()
        self.is_placed = threading.Event()
        self.is_placed.set()
        self.waits_ms: list[float] = []
        """While a post was on its way."""
        self.waits_alone_ms: list[float] = []

    def invalidate(self) -> None:
        """What warmed up the server."""
        self.waits_ms.clear()
        self.waits_alone_ms.clear()

    def expect(self, mark: bytes) -> None:
        self._mark, self._missing = mark, set(range(len(self._asked)))
        self.is_placed.clear()

    def ask(self, connection: int) -> bytes:
        number = next(self._turn)
        self._under_way[connection] = number, time.perf_counter(), self.is_placed.is_set()
        return self._asked[number]

    def hear(self, connection: int, body: memoryview) -> None:
        number, asked_at, was_placed = self._under_way[connection]
        waits = self.waits_alone_ms if was_placed and self.is_placed.is_set() else self.waits_ms
        waits.append((time.perf_counter() - asked_at) * 1000)
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
    """In milliseconds; posts while the homes are read, until all were sent. The first warms up."""
    waits: list[float] = []
    fault: list[Exception] = []

    def write() -> None:
        try:
            with conversation(server.port) as ask:
                for number in range(POSTS + 1):
                    mark = f"mark{number}x"
                    watchers.expect(mark.encode())
                    begun = time.perf_counter()
                    ask(writing.post(token, mark))
                    if not watchers.is_placed.wait(PATIENCE):
                        raise WrongAnswer("a post was not placed")
                    waits.append((time.perf_counter() - begun) * 1000)
                    if number == 0:
                        watchers.invalidate()
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
