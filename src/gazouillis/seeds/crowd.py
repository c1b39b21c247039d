"""A synthetic population generated with numpy: who follows whom, who posts, who replies, reblogs and favourites.

The same seed generates the same population. Accounts are numbered by rank: the account of rank 0 has the most followers.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

FOLLOWERS_AT_ONCE = 5_000
STATUSES_AT_ONCE = 20_000
FOLLOWED_EXPONENT = 0.8
"""The account of rank r, counted from 1, is followed with weight r ** -0.8: a heavy tail. Many follow the first, few follow most others."""
POSTING_EXPONENT = 0.45
"""The same for how often an account posts."""
SHARE_OF_REPLIES, SHARE_OF_REBLOGS, SHARE_OF_TAGGED = 0.30, 0.05, 0.20
FAVOURITES_PER_STATUS = 0.6


class Crowd(msgspec.Struct, frozen=True):
    """The size of the population."""

    accounts: int
    follows: int
    """How many accounts each follows, on average."""
    statuses: int
    seed: int = 1


class StatusBatch(msgspec.Struct, frozen=True):
    """Consecutive statuses, one array element each. Statuses are given by their index in the batch, accounts by their rank from 0.

    Replies and reblogs refer to statuses of the same batch.
    """

    first: int
    """Number of the first one among all statuses."""
    authors: Numbers
    parents: Numbers
    """Status replied to; -1: not a reply."""
    originals: Numbers
    """Status reblogged; -1: not a reblog."""
    sentences: Numbers
    """Index in `phrases.sentences()`."""
    tags: Numbers
    """Index in `phrases.TAGS`; -1: none."""
    favourites: npt.NDArray[np.int64]
    """Pairs of (status, account)."""


def follows(crowd: Crowd) -> Iterator[tuple[Numbers, Numbers]]:
    """Batches of (followers, followed), two arrays of equal length, in the order of followers; 5,000 followers in each batch."""
    random = np.random.default_rng([crowd.seed, 1])
    shares = _cumulative_shares(crowd.accounts, FOLLOWED_EXPONENT)
    for first in range(0, crowd.accounts, FOLLOWERS_AT_ONCE):
        yield _follows_of(random, shares, first, min(FOLLOWERS_AT_ONCE, crowd.accounts - first), crowd)


def statuses(crowd: Crowd, sentences: int, tags: int) -> Iterator[StatusBatch]:
    """`sentences`, `tags`: how many there are to choose from."""
    random = np.random.default_rng([crowd.seed, 2])
    author_shares, tag_shares = _cumulative_shares(crowd.accounts, POSTING_EXPONENT), _cumulative_shares(tags, 1.0)
    for first in range(0, crowd.statuses, STATUSES_AT_ONCE):
        count = min(STATUSES_AT_ONCE, crowd.statuses - first)
        authors = _sample(random, author_shares, count)
        kind = random.random(count)
        earlier = np.arange(count) - random.geometric(0.01, count)
        is_reblog = (kind < SHARE_OF_REBLOGS) & (earlier >= 0)
        targets = np.where(is_reblog[earlier], -1, earlier)
        originals = _without_repeats(np.where(is_reblog, targets, -1), authors)
        is_reply = (kind >= SHARE_OF_REBLOGS) & (kind < SHARE_OF_REBLOGS + SHARE_OF_REPLIES) & (earlier >= 0)
        yield StatusBatch(
            first=first,
            authors=authors,
            parents=np.where(is_reply, targets, -1),
            originals=originals,
            sentences=random.integers(0, sentences, count),
            tags=np.where(random.random(count) < SHARE_OF_TAGGED, _sample(random, tag_shares, count), -1),
            favourites=_favourites(random, crowd.accounts, count, originals),
        )


def _cumulative_shares(count: int, exponent: float) -> npt.NDArray[np.float64]:
    """The cumulative distribution of a power law over ranks: the last element is 1."""
    weights = np.arange(1, count + 1, dtype=np.float64) ** -exponent
    shares: npt.NDArray[np.float64] = np.cumsum(weights) / weights.sum()
    return shares


def _sample(random: np.random.Generator, shares: npt.NDArray[np.float64], count: int) -> Numbers:
    """Ranks drawn with replacement."""
    return np.minimum(np.searchsorted(shares, random.random(count)), len(shares) - 1).astype(np.int64)


def _follows_of(
    random: np.random.Generator, shares: npt.NDArray[np.float64], first: int, count: int, crowd: Crowd
) -> tuple[Numbers, Numbers]:
    """The follows of `count` accounts, a log-normal number each. More are drawn than wanted, since duplicates are dropped."""
    wanted = random.lognormal(np.log(max(crowd.follows, 1e-9)) - 0.32, 0.8, count).astype(np.int64)
    wanted = np.minimum(wanted, crowd.accounts // 2)
    draws = wanted + wanted // 2 + 2
    followers = np.repeat(np.arange(first, first + count), draws)
    followed = _sample(random, shares, len(followers))
    _, unique = np.unique(followers * crowd.accounts + followed, return_index=True)
    unique.sort()
    unique = unique[followers[unique] != followed[unique]]
    followers, followed = followers[unique], followed[unique]
    starts = np.searchsorted(followers, np.arange(first, first + count))
    is_wanted = np.arange(len(followers)) - starts[followers - first] < wanted[followers - first]
    followers, followed = followers[is_wanted], followed[is_wanted]
    order = np.lexsort((followed, followers))
    return followers[order], followed[order]


def _without_repeats(originals: Numbers, authors: Numbers) -> Numbers:
    """Drops a second reblog of the same status by the same account."""
    pairs = originals * (authors.max(initial=0) + 1) + authors
    _, first = np.unique(pairs, return_index=True)
    is_first = np.zeros(len(originals), np.bool_)
    is_first[first] = True
    return np.where(is_first & (originals >= 0), originals, -1)


def _favourites(random: np.random.Generator, accounts: int, count: int, originals: Numbers) -> npt.NDArray[np.int64]:
    pairs = int(count * FAVOURITES_PER_STATUS)
    favourited = np.minimum((count * random.random(pairs) ** 2).astype(np.int64), count - 1)
    drawn = np.stack([random.permutation(count)[favourited], random.integers(0, accounts, pairs)], axis=1)
    without_reblogs = drawn[originals[drawn[:, 0]] < 0]
    return np.unique(without_reblogs, axis=0)
