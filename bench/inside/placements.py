"""Measures fan-out in memory: `homes` places statuses in home timelines; `scatter`, its limit, writes as many numbers with bare numpy."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from itertools import count, cycle

import msgspec
import numpy as np
import numpy.typing as npt

from gazouillis.infra.basics.ids import AccountId, StatusId
from gazouillis.statuses.events import StatusPublished
from gazouillis.statuses.models import Visibility
from gazouillis.timelines.home import SIZE, Homes

FIRST_AUTHOR = 10_000_000
MOST_AUTHORS = 64
LEAST_POSTS = 5

Numbers = npt.NDArray[np.int64]


class Placed(msgspec.Struct, frozen=True):
    posts: int
    cpu: float


def main(kind: str, followers: int, readers: int, seconds: float) -> Placed:
    """Each author has other followers among the readers, so that memory is accessed at random, as in a real server."""
    random = np.random.default_rng(followers)
    authors = max(1, min(MOST_AUTHORS, readers // followers))
    groups = [np.sort(random.permutation(readers)[:followers]) for _ in range(authors)]
    return _timed(_homes(groups, readers) if kind == "homes" else _scatter(groups, readers), seconds)


def _homes(groups: list[Numbers], readers: int) -> Callable[[int], None]:
    homes = Homes(readers)
    followed: list[list[AccountId]] = [[] for _ in range(readers)]
    for author, group in enumerate(groups, FIRST_AUTHOR):
        for reader in group.tolist():
            followed[reader].append(AccountId(author))
    for reader in range(readers):
        homes.rings.follows.add(homes.rings.allocate(AccountId(reader + 1)), followed[reader])
    authors = cycle(range(FIRST_AUTHOR, FIRST_AUTHOR + len(groups)))

    def place(number: int) -> None:
        homes.place(StatusPublished(StatusId(number), AccountId(next(authors)), Visibility.PUBLIC, None), streaming=())

    return place


def _scatter(groups: list[Numbers], readers: int) -> Callable[[int], None]:
    rows, heads, turn = np.zeros((readers, SIZE), np.int64), np.zeros(readers, np.int64), cycle(groups)
    rows[:] = 0

    def place(number: int) -> None:
        slots = next(turn)
        at = heads[slots]
        rows[slots, at % SIZE] = number
        heads[slots] = at + 1

    return place


def _timed(place: Callable[[int], None], seconds: float) -> Placed:
    numbers = count(1)
    for _ in range(LEAST_POSTS):
        place(next(numbers))
    posts, begun = 0, time.process_time()
    while posts < LEAST_POSTS or time.process_time() - begun < seconds:
        place(next(numbers))
        posts += 1
    return Placed(posts, time.process_time() - begun)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))))
