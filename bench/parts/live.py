"""Part `live`: the time until the last of a thousand open streams has received a post, and the memory of an open stream."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from statistics import median

from bench import crowd, requests, servers, writing
from bench.driver import connect, connected, percentile
from bench.figures import Figure, cost_limit
from bench.parts.reads import HOME
from bench.plan import Plan
from bench.processes import Running, module
from bench.streams import Streams

USER, LOCAL = "/api/v1/streaming/user", "/api/v1/streaming/public/local"
PAUSE = 0.05
"""Seconds between two posts."""
SETTLING = 1.0


def measure(plan: Plan) -> Iterator[Figure]:
    tokens = plan.folder.tokens
    crowd.add_follows(plan.folder, ((reader, 0) for reader in range(1, len(tokens))))
    with servers.gazouillis(plan.folder) as server:
        yield _reach(plan, server, "home", f"home streams of {plan.scale.streams} readers who follow the author", USER)
        yield _reach(plan, server, "local", f"{plan.scale.streams} streams of the local timeline", LOCAL)
    with servers.gazouillis(plan.folder) as server:
        yield _weight(plan, server)


def _reach(plan: Plan, server: Running, key: str, title: str, path: str) -> Figure:
    plan.say(f"live: {title}")
    tokens = plan.folder.tokens
    opening = [requests.get(path, token) for token in islice(cycle(tokens), plan.scale.streams)]
    with Streams(server.port, opening) as streams:
        cpu = server.cpu()
        waits = _waits(server.port, streams, plan.scale.live_posts, lambda mark: writing.post(tokens[0], mark.decode()))
        cpu_ms, memory, message = (server.cpu() - cpu) / plan.scale.live_posts * 1000, server.memory(), streams.last_message
    with Running(module("bench.limits.writer")) as writer, Streams(writer.port, opening) as streams:
        before = writer.cpu()
        bare = _waits(writer.port, streams, plan.scale.live_posts, lambda mark: requests.post_bytes("/", tokens[0], message + mark))
        bare_cpu_ms = (writer.cpu() - before) / plan.scale.live_posts * 1000
    costs = {"mine": percentile(waits, 99), "limit": percentile(bare, 99), "my_cpu_ms": cpu_ms, "cpu_ms": bare_cpu_ms}
    return Figure(
        key=f"live/{key}",
        title=f"{title}, POST to last, p99 of {len(waits)}",
        value=percentile(waits, 99),
        unit="ms",
        limits=(cost_limit("bare writer of the same bytes", **costs),),
        cpu_ms=cpu_ms,
        memory=memory,
        measures={"p50_ms": median(waits), "p99_ms": percentile(waits, 99), "limit_p50_ms": median(bare)},
    )


def _waits(port: int, streams: Streams, posts: int, post: Callable[[bytes], bytes]) -> list[float]:
    """Milliseconds from the start of each POST until the last stream has it. The first one warms up and is not counted."""
    waits = []
    writer = connect(port)
    for number in range(posts + 1):
        mark = f"mark{number}x".encode()
        begun = time.perf_counter()
        writer.sendall(post(mark))
        waits.append((streams.wait_for(mark) - begun) * 1000)
        writer.recv(1 << 16)
        time.sleep(PAUSE)
    writer.close()
    return waits[1:]


def _weight(plan: Plan, server: Running) -> Figure:
    """The home timelines are loaded before, so that only the streams are measured."""
    tokens, count = plan.folder.tokens, plan.scale.most_streams
    plan.say(f"live: memory of {count:,} open streams")
    with connected(server.port) as fetch:
        for token in tokens:
            fetch(requests.get(HOME, token))
    opening = [requests.get(USER, token) for token in islice(cycle(tokens), count)]
    mine = _kilobytes(server, opening)
    with Running(module("bench.limits.writer")) as writer:
        bare = _kilobytes(writer, opening)
    return Figure(
        key="live/memory",
        title=f"memory of one of {count:,} open streams",
        value=mine,
        unit="kB",
        limits=(cost_limit("one of a bare writer", mine=mine, limit=bare),),
        memory=server.memory(),
    )


def _kilobytes(server: Running, opening: Sequence[bytes]) -> float:
    """Unique memory of the process for each stream: with them, less without them. A few streams are opened and closed first."""
    Streams(server.port, opening[: len(opening) // 20 + 1]).close()
    time.sleep(min(SETTLING, len(opening) / 1000))
    before = server.memory().uss
    with Streams(server.port, opening):
        time.sleep(min(SETTLING, len(opening) / 1000))
        return max(server.memory().uss - before, 1) / len(opening) / 1000
