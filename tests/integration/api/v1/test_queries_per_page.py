from contextlib import asynccontextmanager

import pytest

from gazouillis.accounts.queries import ACCOUNTS, USERS
from gazouillis.accounts.tokens import BEARERS


class Counting:
    """A reader that counts what is asked of the database."""

    def __init__(self, reader, asked):
        self._reader, self._asked = reader, asked

    def __getattr__(self, name):
        if name in {"all", "one", "value", "values"}:
            self._asked.append(name)
        return getattr(self._reader, name)


@pytest.fixture
def count(town, monkeypatch):
    read = town.site.db.read

    async def count(person, path):
        asked = []

        @asynccontextmanager
        async def counting():
            async with read() as reader:
                yield Counting(reader, asked)

        await person.get(path)
        monkeypatch.setattr(town.site.db, "read", counting)
        answer = await person.client.get(f"{path}&it_is_not_kept")
        monkeypatch.undo()
        return len(asked), len(answer.json())

    return count


async def say_and_answer(town, alice, names):
    for name in names:
        one = await town.person(name)
        await alice.follows(one)
        said = await one.posts(f"hello @alice #{name}", spoiler_text="hello")
        await alice.favourites(said)
        await one.reblogs(said)


@pytest.mark.parametrize("path", ["/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/notifications", "/api/v1/favourites"])
async def test_a_page_of_twenty_costs_as_many_queries_as_a_page_of_one(town, alice, count, path):
    await say_and_answer(town, alice, ["first"])
    few, _ = await count(alice, f"{path}?limit=1")
    await say_and_answer(town, alice, [f"person_{number}" for number in range(19)])

    many, length = await count(alice, f"{path}?limit=20")

    assert length >= 20
    assert many == few
    assert many <= 3


async def test_a_post_looks_its_caller_up_once(town, alice):
    await alice.posts("warm up the caches")
    regions = {region: town.site.db.cache.region(region) for region in (BEARERS, ACCOUNTS, USERS)}
    before = {region: lru.hits + lru.misses for region, lru in regions.items()}

    await alice.posts("hello")

    looked_up = {region.name: lru.hits + lru.misses - before[region] for region, lru in regions.items()}
    assert looked_up == {"access tokens": 1, "users": 1, "accounts": 2}, "the account once for its token, once for the answer"
