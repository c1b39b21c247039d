"""What a part is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec

from bench.figures import Figure
from bench.folders import Folder

Say = Callable[[str], None]


class Scale(msgspec.Struct, frozen=True):
    """How much of everything that does not depend on the crowd; toy values prove that a part works, and measure nothing."""

    seconds: float = 1.0
    """Of each measurement; it is repeated `rounds` times, in turn with its limits."""
    rounds: int = 3
    connections: int = 16
    unkept: int = 2500
    """Addresses of the same page: more than the server keeps answers."""
    cold_readers: int = 250
    cold_follows: int = 500
    warm_up: float = 3.0
    """Seconds in which a server that has just started loads what its first readers need."""
    streams: int = 1000
    most_streams: int = 5000
    live_posts: int = 40
    starts: int = 5
    idle_seconds: float = 10.0
    fanouts: tuple[int, ...] = (400, 10_000, 100_000, 1_000_000)
    least_homes: int = 100_000
    """So many are in memory when fewer are reached."""
    crowd: int = 1_000_000
    """Readers whose homes are in memory when an account that all of them follow posts."""


TOY = Scale(
    seconds=0.03,
    rounds=1,
    connections=4,
    unkept=20,
    cold_readers=5,
    cold_follows=30,
    warm_up=0.0,
    streams=20,
    most_streams=30,
    live_posts=3,
    starts=1,
    idle_seconds=0.1,
    fanouts=(400, 10_000),
    least_homes=0,
    crowd=500,
)


class Plan(msgspec.Struct, frozen=True):
    folder: Folder
    scale: Scale
    say: Say
    """Progress, in a few words."""
    lend: Callable[[Folder], AbstractContextManager[Folder]]
    """A folder to work in, from one that was seeded."""
    kept_in: Path
    """Where those are."""
    sizes: tuple[tuple[int, int], ...]
    """(accounts, statuses), for the part that compares them."""

    def within(self, folder: Folder) -> Plan:
        return msgspec.structs.replace(self, folder=folder)


Part = Callable[[Plan], Iterator[Figure]]
