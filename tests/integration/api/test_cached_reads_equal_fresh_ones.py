"""Property test: after any sequence of actions, a response from the caches equals one made without them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
from hypothesis import given, note
from hypothesis import strategies as st

from gazouillis.timelines.home import Homes
from tests.support.people import Person
from tests.support.random_stories import fresh_site, stories
from tests.support.site import RunningSite
from tests.support.stays import LYON

PEOPLE = ("ann", "ben", "cam")
LISTS = ("timelines/home", "timelines/public", "timelines/tag/budapest", "notifications", "favourites", "bookmarks", "preferences")
VISIBILITIES = ("public", "public", "unlisted", "private", "direct")

Action = tuple[str, int, int, int]


class Scenario:
    """Plays one story through the API."""

    def __init__(self, running_site: RunningSite, people: list[Person]) -> None:
        self.running_site, self.people = running_site, people
        self.status_ids: list[str] = []

    async def act(self, action: str, one: int, other: int, which: int) -> None:
        person, target = self.people[one], self.people[other].id
        status = self.status_ids[-1 - which % min(6, len(self.status_ids))] if self.status_ids else "1"
        match action:
            case "post":
                await self._post(person, f"hello @{self.people[other].name} #Budapest", visibility=VISIBILITIES[which % 5])
            case "ask":
                poll = {"options": ["pho", "goulash"], "hide_totals": bool(which % 2), "expires_in": 300}
                await self._post(person, "où ?", visibility=VISIBILITIES[which % 5], poll=poll)
            case "ask again":
                poll = {"options": ["pho", f"goulash {which}"], "expires_in": 600}
                await person.client.put(f"/api/v1/statuses/{status}", json={"poll": poll})
            case "filter":
                ends = {"expires_in": which * 60} if which % 3 else {}
                words = [{"keyword": ("budapest", "answer")[which % 2]}]
                form = {"title": "f", "context": ["home"], "filter_action": "hide", "keywords_attributes": words, **ends}
                await person.client.post("/api/v2/filters", json=form)
            case "unfilter":
                for mine in (await person.get("/api/v2/filters"))[-1:]:
                    await person.client.delete(f"/api/v2/filters/{mine['id']}")
            case "vote":
                await person.client.post(f"/api/v1/polls/{status}/votes", json={"choices": [which % 2]})
            case "burst":
                words = ["hello #Budapest", f"hello @{self.people[other].name}", "again"]
                await asyncio.gather(self._follow(person, target), *(self._post(person, one, visibility="public") for one in words))
            case "reply":
                await self._post(person, "answer", in_reply_to_id=status, visibility="public")
            case "edit":
                await person.client.put(f"/api/v1/statuses/{status}", json={"status": f"mended {which} #Budapest"})
            case "delete":
                await person.client.delete(f"/api/v1/statuses/{status}")
            case "reblog":
                await self._record(await person.client.post(f"/api/v1/statuses/{status}/reblog"))
            case "mute":
                await person.client.post(f"/api/v1/accounts/{target}/mute", json={"duration": which * 60, "notifications": bool(which % 2)})
            case "profile":
                await person.client.patch("/api/v1/accounts/update_credentials", json={"display_name": f"{person.name} {which}"})
            case "wait":
                self.running_site.clock.advance(minutes=which)
            case "pin" | "unpin" | "favourite" | "unfavourite" | "bookmark" | "unbookmark" | "unreblog":
                await person.client.post(f"/api/v1/statuses/{status}/{action}")
            case _:
                await person.client.post(f"/api/v1/accounts/{target}/{action}")

    async def check(self, reader: int) -> None:
        person = self.people[reader % len(self.people)]
        visitor = self.running_site.client()
        for path in self._paths():
            await self._compare(person.client, path)
            await self._compare(visitor, path)

    async def _compare(self, client: httpx.AsyncClient, path: str) -> None:
        cached = await client.get(path)
        repeated = await client.get(path) if self.running_site.site.db.dialect == "sqlite" else cached
        cache, self.running_site.site.db.cache = self.running_site.site.db.cache, None
        try:
            fresh = await client.get(path)
        finally:
            self.running_site.site.db.cache = cache
        assert _compared(cached) == _compared(repeated) == _compared(fresh), path

    def _paths(self) -> list[str]:
        accounts = [f"/api/v1/accounts/{one.id}{rest}" for one in self.people for rest in ("", "/statuses", "/statuses?pinned=true")]
        statuses = [f"/api/v1/statuses/{one}{rest}" for one in self.status_ids[-3:] for rest in ("", "/context", "/favourited_by")]
        statuses += [f"/api/v1/polls/{one}" for one in self.status_ids[-3:]]
        return [*(f"/api/v1/{path}" for path in LISTS), f"/api/gazouillis/v1/places/{LYON}/statuses", *accounts, *statuses]

    async def _post(self, person: Person, text: str, **options: Any) -> None:
        place = {"place_id": LYON} if len(self.status_ids) % 2 else {}
        await self._record(await person.client.post("/api/v1/statuses", json={"status": text, **place, **options}))

    async def _follow(self, person: Person, target: str) -> None:
        await person.client.post(f"/api/v1/accounts/{target}/follow")

    async def _record(self, response: httpx.Response) -> None:
        if response.status_code == 200:
            self.status_ids.append(response.json()["id"])


def _compared(response: httpx.Response) -> tuple[int, bytes, Mapping[str, Any]]:
    return response.status_code, response.content, {"link": response.headers.get("link")}


STATUS_ACTIONS = (
    ["post"] * 3
    + ["burst"]
    + ["reply", "reblog", "favourite", "bookmark", "ask", "vote"] * 2
    + ["unfavourite", "unbookmark", "unreblog", "edit", "delete", "ask again", "pin", "pin", "unpin"]
)
ACCOUNT_ACTIONS = ["filter", "filter", "unfilter", "follow", "follow", "unfollow", "mute", "unmute", "block", "unblock", "profile", "wait"]
ACTIONS = st.tuples(st.sampled_from(STATUS_ACTIONS + ACCOUNT_ACTIONS), st.integers(0, 2), st.integers(0, 2), st.integers(0, 9))


@given(story=st.lists(ACTIONS, min_size=6, max_size=20))
@stories(few=5, many=12)
def test_cached_reads_equal_fresh_ones(database_kind: str, story: list[Action]) -> None:
    note(f"{story}")
    asyncio.run(_run_story(database_kind, story))


async def _run_story(kind: str, story: list[Action]) -> None:
    async with fresh_site(kind, homes=20) as running_site:
        running_site.site.add(Homes(20))
        scenario = Scenario(running_site, [await running_site.person(name) for name in PEOPLE])
        for action in [("post", 0, 1, 0), ("follow", 1, 0, 0), *story]:
            await scenario.act(*action)
            if action[3] % 3 == 0:
                await running_site.run_until_idle()
            await scenario.check(action[2])
