"""The arguments of a part of the benchmark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec

from bench.figures import Figure
from bench.folders import Folder

Say = Callable[[str], None]


class Scale(msgspec.Struct, frozen=True):
    """How much of everything is measured. The toy values only show that a part works; their figures mean nothing."""

    seconds: float = 1.0
    """Length of each measurement, which is repeated `rounds` times, in turn with its limits."""
    rounds: int = 3
    connections: int = 16
    uncached: int = 2500
    """URLs of the same page: more than the response cache holds."""
    cold_readers: int = 250
    cold_follows: int = 500
    warm_up: float = 3.0
    """Seconds for a server that has just started to warm up."""
    streams: int = 1000
    most_streams: int = 5000
    live_posts: int = 40
    starts: int = 5
    idle_seconds: float = 10.0
    fanouts: tuple[int, ...] = (400, 10_000, 100_000, 1_000_000)
    least_homes: int = 100_000
    """Home timelines in memory, even when a post reaches fewer."""
    crowd: int = 1_000_000
    """Followers of one author whose home timelines are in memory."""
    tracks: int = 1_000_000
    """Standing searches in the memory of the worker."""
    paths: int = 300
    """Pairs of people, of whom one asks how they know the other."""
    photo: tuple[int, int] = (4000, 3000)
    """Width and height of the photos that are uploaded."""


TOY = Scale(
    seconds=0.03,
    rounds=1,
    connections=4,
    uncached=20,
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
    tracks=2000,
    paths=20,
    photo=(400, 300),
)


class Plan(msgspec.Struct, frozen=True):
    folder: Folder
    scale: Scale
    say: Say
    """Shows the progress, in a few words."""
    lend: Callable[[Folder], AbstractContextManager[Folder]]
    """Gives a folder to work in: a copy of a seeded one, or itself."""
    seeded_in: Path
    """The parent of the seeded folders."""
    sizes: tuple[tuple[int, int], ...]
    """(accounts, statuses), for the part that compares them."""

    def within(self, folder: Folder) -> Plan:
        return msgspec.structs.replace(self, folder=folder)


Part = Callable[[Plan], Iterator[Figure]]
