"""Whatever happens, in whatever order: what a process answers from memory is what the database would have it answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from hypothesis import given, note
from hypothesis import strategies as st

from gazouillis.infra.settings import Settings
from gazouillis.timelines.home import Homes
from tests.support.clock import MovingClock
from tests.support.databases import fresh_database_url
from tests.support.people import Person
from tests.support.random_stories import stories
from tests.support.site import Town, running

PEOPLE = ("ann", "ben", "cam")
LISTS = ("timelines/home", "timelines/public", "timelines/tag/budapest", "notifications", "favourites", "bookmarks", "preferences")
VISIBILITIES = ("public", "public", "unlisted", "private", "direct")

Gesture = tuple[str, int, int, int]


class Play:
    """One story, told through the API."""

    def __init__(self, town: Town, people: list[Person]) -> None:
        self.town, self.people = town, people
        self.said: list[str] = []

    async def make(self, gesture: str, one: int, other: int, which: int) -> None:
        person, target = self.people[one], self.people[other].id
        status = self.said[-1 - which % min(6, len(self.said))] if self.said else "1"
        match gesture:
            case "post":
                await self._say(person, f"hello @{self.people[other].name} #Budapest", visibility=VISIBILITIES[which % 5])
            case "burst":
                words = ["hello #Budapest", f"hello @{self.people[other].name}", "again"]
                await asyncio.gather(self._follow(person, target), *(self._say(person, one, visibility="public") for one in words))
            case "reply":
                await self._say(person, "answer", in_reply_to_id=status, visibility="public")
            case "edit":
                await person.client.put(f"/api/v1/statuses/{status}", json={"status": f"mended {which} #Budapest"})
            case "delete":
                await person.client.delete(f"/api/v1/statuses/{status}")
            case "reblog":
                await self._keep(await person.client.post(f"/api/v1/statuses/{status}/reblog"))
            case "mute":
                await person.client.post(f"/api/v1/accounts/{target}/mute", json={"duration": which * 60, "notifications": bool(which % 2)})
            case "profile":
                await person.client.patch("/api/v1/accounts/update_credentials", json={"display_name": f"{person.name} {which}"})
            case "wait":
                self.town.clock.advance(minutes=which)
            case "favourite" | "unfavourite" | "bookmark" | "unbookmark" | "unreblog":
                await person.client.post(f"/api/v1/statuses/{status}/{gesture}")
            case _:
                await person.client.post(f"/api/v1/accounts/{target}/{gesture}")

    async def check(self, reader: int) -> None:
        person = self.people[reader % len(self.people)]
        visitor = self.town.client()
        for path in self._paths():
            await self._compare(person.client, path)
            await self._compare(visitor, path)

    async def _compare(self, client: httpx.AsyncClient, path: str) -> None:
        cached = await client.get(path)
        kept = await client.get(path) if self.town.site.db.dialect == "sqlite" else cached
        cache, self.town.site.db.cache = self.town.site.db.cache, None
        try:
            asked = await client.get(path)
        finally:
            self.town.site.db.cache = cache
        assert _told(cached) == _told(kept) == _told(asked), path

    def _paths(self) -> list[str]:
        about = [f"/api/v1/accounts/{one.id}{rest}" for one in self.people for rest in ("", "/statuses")]
        said = [f"/api/v1/statuses/{one}{rest}" for one in self.said[-3:] for rest in ("", "/context", "/favourited_by")]
        return [*(f"/api/v1/{path}" for path in LISTS), *about, *said]

    async def _say(self, person: Person, text: str, **options: str) -> None:
        await self._keep(await person.client.post("/api/v1/statuses", json={"status": text, **options}))

    async def _follow(self, person: Person, target: str) -> None:
        await person.client.post(f"/api/v1/accounts/{target}/follow")

    async def _keep(self, answer: httpx.Response) -> None:
        if answer.status_code == 200:
            self.said.append(answer.json()["id"])


def _told(answer: httpx.Response) -> tuple[int, bytes, Mapping[str, Any]]:
    return answer.status_code, answer.content, {"link": answer.headers.get("link")}


WORDS = (
    ["post"] * 3
    + ["burst"]
    + ["reply", "reblog", "favourite", "bookmark"] * 2
    + ["unfavourite", "unbookmark", "unreblog", "edit", "delete"]
)
WISHES = ["follow", "follow", "unfollow", "mute", "unmute", "block", "unblock", "profile", "wait"]
GESTURES = st.tuples(st.sampled_from(WORDS + WISHES), st.integers(0, 2), st.integers(0, 2), st.integers(0, 9))


@given(story=st.lists(GESTURES, min_size=6, max_size=20))
@stories(12)
def test_an_answer_from_memory_equals_one_from_the_database(database_kind: str, story: list[Gesture]) -> None:
    note(f"{story}")
    asyncio.run(_play(database_kind, story))


async def _play(kind: str, story: list[Gesture]) -> None:
    with TemporaryDirectory() as folder:
        async with fresh_database_url(kind) as url:
            chosen = Settings(data=Path(folder), database=url, homes=20, rate_limits="off")
            async with running(chosen, MovingClock()) as town:
                town.site.add(Homes(20))
                play = Play(town, [await town.person(name) for name in PEOPLE])
                for gesture in [("post", 0, 1, 0), ("follow", 1, 0, 0), *story]:
                    await play.make(*gesture)
                    if gesture[3] % 3 == 0:
                        await town.settle()
                    await play.check(gesture[2])
