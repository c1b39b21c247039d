"""The limit of `paths`: the same levels of a search from both ends, read by plain SELECTs of `follows`, with no condition and no server."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from collections.abc import Callable, Collection, Sequence

import asyncpg
import msgspec

from bench.limits.lookups import Waits

MOST_LEVELS = 6
Read = Callable[[str, str, Collection[int]], Collection[int]]


def main(where: str, ids: Sequence[int]) -> Waits:
    """`ids`: of the viewer and of the account of each search in turn."""
    if not where.startswith("postgres"):
        connection = sqlite3.connect(where)

        def read(wanted: str, given: str, level: Collection[int]) -> Collection[int]:
            marks = ", ".join("?" * len(level))
            return [row[0] for row in connection.execute(f"select {wanted} from follows where {given} in ({marks})", [*level])]

        return _timed(read, ids)
    with asyncio.Runner() as runner:
        remote = runner.run(asyncpg.connect(where))

        def fetch(wanted: str, given: str, level: Collection[int]) -> Collection[int]:
            return [row[0] for row in runner.run(remote.fetch(f"select {wanted} from follows where {given} = any($1::bigint[])", [*level]))]

        return _timed(fetch, ids)


def _timed(read: Read, ids: Sequence[int]) -> Waits:
    waits = []
    for viewer, account in zip(ids[::2], ids[1::2], strict=True):
        begun = time.perf_counter()
        _search(read, viewer, account)
        waits.append((time.perf_counter() - begun) * 1000)
    return Waits(waits)


def _search(read: Read, viewer: int, account: int) -> None:
    forward, backward = {viewer}, {account}
    seen_forward, seen_backward = {viewer}, {account}
    for _ in range(MOST_LEVELS):
        if len(forward) <= len(backward):
            forward = set(read("followed_id", "follower_id", forward)) - seen_forward
            seen_forward |= forward
        else:
            backward = set(read("follower_id", "followed_id", backward)) - seen_backward
            seen_backward |= backward
        if not forward or not backward or forward & backward:
            return


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(main(sys.argv[1], [int(one) for one in sys.argv[2:]])))
