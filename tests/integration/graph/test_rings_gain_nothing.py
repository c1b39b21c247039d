"""Accounts that follow and recommend each other gain nothing outside their ring: what others are suggested is the same without it."""

from __future__ import annotations

import random

import pytest

from gazouillis.accounts.models import Role
from gazouillis.accounts.options import SiteOptions
from gazouillis.accounts.register import Registration, register
from gazouillis.graph.follow import follow
from gazouillis.graph.suggestions import MOST, suggestions
from gazouillis.statuses.models import Draft, Terms
from gazouillis.statuses.publish import publish

RING, OTHERS = 30, 12


class Town:
    def __init__(self, running_site, seed):
        self.running_site, self.random, self.people, self.ring = running_site, random.Random(seed), [], []

    async def settle(self):
        """People who follow some of each other, all of whom post; those of the ring too, who follow some of the others."""
        async with self.running_site.site.db.write() as tx:
            for number in range(OTHERS + RING):
                role = Role.OWNER if number == 0 else Role.MEMBER
                registration = Registration(f"person{number}", f"p{number}@example.org", "", "en", "")
                one = await register(tx, registration, options=SiteOptions(), role=role, is_by_operator=True)
                (self.people if number < OTHERS else self.ring).append(one)
                await publish(tx, one, Draft("hello"), Terms("http://localhost:8000", 140))
            for one in (*self.people, *self.ring):
                for other in self.random.sample(self.people, 3):
                    if one.id != other.id:
                        await follow(tx, one, other)
        await self.running_site.run_until_idle()

    async def praise(self):
        async with self.running_site.site.db.write() as tx:
            for one in self.ring:
                for other in self.ring:
                    if one.id != other.id:
                        await follow(tx, one, other)
                await publish(
                    tx, one, Draft(f"#FF {' '.join(f'@{other.username}' for other in self.ring[:8])}"), Terms("http://localhost:8000", 140)
                )
        await self.running_site.run_until_idle()

    async def suggested(self):
        """By person outside of the ring, whom they are suggested and why. Who is active is sorted by the last post, which is not praise."""
        self.running_site.site.db.cache.clear()
        async with self.running_site.site.db.read() as reader:
            found = {one.username: await suggestions(reader, one.id, MOST) for one in self.people}
        return {
            name: [
                (each.account.username, [one.username for one in each.through], each.others)
                for each in all_of_them
                if each.reason != "active"
            ]
            for name, all_of_them in found.items()
        }


@pytest.mark.parametrize("seed", range(2))
async def test_thirty_accounts_praising_each_other_gain_nothing_outside_their_ring(running_site, seed):
    town = Town(running_site, seed)
    await town.settle()
    before = await town.suggested()
    assert any(before.values())

    await town.praise()

    assert await town.suggested() == before
