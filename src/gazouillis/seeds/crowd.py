"""A crowd drawn by numpy: who follows whom, who speaks, who answers. The same seed draws the same crowd."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

FOLLOWERS_AT_ONCE = 5_000
STATUSES_AT_ONCE = 20_000
HEAVY_TAIL = 0.8
"""Weight of the account of rank r: r ** -0.8. The first is followed by a good part of all, most by a handful."""
TALKATIVE = 0.45
SHARE_OF_REPLIES, SHARE_OF_REBLOGS, SHARE_OF_TAGGED = 0.30, 0.05, 0.20
FAVOURITES_PER_STATUS = 0.6


class Crowd(msgspec.Struct, frozen=True):
    accounts: int
    follows: int
    """How many accounts each follows, on average."""
    statuses: int
    seed: int = 1


class Said(msgspec.Struct, frozen=True):
    """A stretch of statuses, by their place in it; accounts by their rank, from 0. Answers and reblogs stay within the stretch."""

    first: int
    authors: Numbers
    parents: Numbers
    """-1: no reply."""
    originals: Numbers
    """-1: no reblog."""
    sentences: Numbers
    tags: Numbers
    """-1: none."""
    favourites: npt.NDArray[np.int64]
    """Pairs of (status, account)."""


def follows(crowd: Crowd) -> Iterator[tuple[Numbers, Numbers]]:
    """(followers, followed), in order, followers by the ten thousand."""
    random = np.random.default_rng([crowd.seed, 1])
    ladder = _ladder(crowd.accounts, HEAVY_TAIL)
    for first in range(0, crowd.accounts, FOLLOWERS_AT_ONCE):
        yield _chosen(random, ladder, first, min(FOLLOWERS_AT_ONCE, crowd.accounts - first), crowd)


def statuses(crowd: Crowd, sentences: int, tags: int) -> Iterator[Said]:
    random = np.random.default_rng([crowd.seed, 2])
    speakers, common = _ladder(crowd.accounts, TALKATIVE), _ladder(tags, 1.0)
    for first in range(0, crowd.statuses, STATUSES_AT_ONCE):
        count = min(STATUSES_AT_ONCE, crowd.statuses - first)
        authors = _drawn(random, speakers, count)
        kind = random.random(count)
        earlier = np.arange(count) - random.geometric(0.01, count)
        is_reblog = (kind < SHARE_OF_REBLOGS) & (earlier >= 0)
        targets = np.where(is_reblog[earlier], -1, earlier)
        originals = _without_repeats(np.where(is_reblog, targets, -1), authors)
        is_reply = (kind >= SHARE_OF_REBLOGS) & (kind < SHARE_OF_REBLOGS + SHARE_OF_REPLIES) & (earlier >= 0)
        yield Said(
            first=first,
            authors=authors,
            parents=np.where(is_reply, targets, -1),
            originals=originals,
            sentences=random.integers(0, sentences, count),
            tags=np.where(random.random(count) < SHARE_OF_TAGGED, _drawn(random, common, count), -1),
            favourites=_favourites(random, crowd.accounts, count, originals),
        )


def _ladder(count: int, tail: float) -> npt.NDArray[np.float64]:
    weights = np.arange(1, count + 1, dtype=np.float64) ** -tail
    ladder: npt.NDArray[np.float64] = np.cumsum(weights) / weights.sum()
    return ladder


def _drawn(random: np.random.Generator, ladder: npt.NDArray[np.float64], count: int) -> Numbers:
    return np.minimum(np.searchsorted(ladder, random.random(count)), len(ladder) - 1).astype(np.int64)


def _chosen(random: np.random.Generator, ladder: npt.NDArray[np.float64], first: int, count: int, crowd: Crowd) -> tuple[Numbers, Numbers]:
    """Some follow few, some follow many. More are drawn than wanted, since nobody follows twice."""
    wanted = random.lognormal(np.log(max(crowd.follows, 1e-9)) - 0.32, 0.8, count).astype(np.int64)
    wanted = np.minimum(wanted, crowd.accounts // 2)
    draws = wanted + wanted // 2 + 2
    followers = np.repeat(np.arange(first, first + count), draws)
    followed = _drawn(random, ladder, len(followers))
    _, kept = np.unique(followers * crowd.accounts + followed, return_index=True)
    kept.sort()
    kept = kept[followers[kept] != followed[kept]]
    followers, followed = followers[kept], followed[kept]
    starts = np.searchsorted(followers, np.arange(first, first + count))
    is_wanted = np.arange(len(followers)) - starts[followers - first] < wanted[followers - first]
    followers, followed = followers[is_wanted], followed[is_wanted]
    order = np.lexsort((followed, followers))
    return followers[order], followed[order]


def _without_repeats(originals: Numbers, authors: Numbers) -> Numbers:
    """Nobody repeats a status twice."""
    pairs = originals * (authors.max(initial=0) + 1) + authors
    _, first = np.unique(pairs, return_index=True)
    is_first = np.zeros(len(originals), np.bool_)
    is_first[first] = True
    return np.where(is_first & (originals >= 0), originals, -1)


def _favourites(random: np.random.Generator, accounts: int, count: int, originals: Numbers) -> npt.NDArray[np.int64]:
    pairs = int(count * FAVOURITES_PER_STATUS)
    loved = np.minimum((count * random.random(pairs) ** 2).astype(np.int64), count - 1)
    drawn = np.stack([random.permutation(count)[loved], random.integers(0, accounts, pairs)], axis=1)
    drawn = drawn[originals[drawn[:, 0]] < 0]
    return np.unique(drawn, axis=0)
