"""Adds follows to a seeded population: some figures need readers who follow many accounts, or one author whom all follow."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench import database
from bench.folders import Folder
from gazouillis.app import open_site
from gazouillis.graph.tables import follows
from gazouillis.infra import settings
from gazouillis.infra.database.transactions import insert_or_ignore
from gazouillis.seeds.crowd import FOLLOWED_EXPONENT

AT_ONCE = 50_000


def account_ids(folder: Folder) -> list[int]:
    """Of load1, load2 and so on."""
    return [row[0] for row in database.query(folder, "select id from accounts where handle like 'load%' order by id")]


def draw_follows(accounts: int, count: int, readers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """(follower, followed) by rank, from 0: `count` for each reader. Popular accounts are drawn more often, as in the seed."""
    weights = np.cumsum(np.arange(1, accounts + 1, dtype=np.float64) ** -FOLLOWED_EXPONENT)
    for reader in readers:
        random = np.random.default_rng([accounts, reader])
        drawn = np.searchsorted(weights, random.random(count * 4) * weights[-1])
        _, first = np.unique(drawn, return_index=True)
        yield from ((reader, int(one)) for one in drawn[np.sort(first)][:count] if one != reader)


def add_follows(folder: Folder, pairs: Iterable[tuple[int, int]]) -> None:
    """Pairs of ranks. Writes to the database directly, before the server starts."""
    ids = account_ids(folder)
    asyncio.run(_add(folder, [(ids[follower], ids[followed]) for follower, followed in pairs]))


async def _add(folder: Folder, pairs: list[tuple[int, int]]) -> None:
    chosen_settings, _ = settings.read({"data": Path(folder.path), "database": folder.database or None}, environment={})
    async with open_site(chosen_settings) as site:
        for first in range(0, len(pairs), AT_ONCE):
            async with site.db.write() as tx:
                rows: list[dict[str, Any]] = [
                    {"follower_id": follower, "followed_id": followed, "id": tx.new_id()}
                    for follower, followed in pairs[first : first + AT_ONCE]
                ]
                await tx.run(insert_or_ignore(follows), rows)
