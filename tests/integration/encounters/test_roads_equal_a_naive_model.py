"""What an author is told of roads, after random follows, reblogs, answers, favourites, blocks and undoing, compared with a plain model."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import msgspec
from hypothesis import given, note
from hypothesis import strategies as st

from tests.support.people import Person
from tests.support.random_stories import fresh_site, stories

NAMES = ("author", "ana", "bea", "cyd", "dan")
OTHERS = NAMES[1:]
ACTS = ("reblog", "reblog privately", "unreblog", "favourite", "unfavourite", "reply", "reply privately", "delete", "come and follow")
EDGES = ("follow", "unfollow", "block")

STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(ACTS), st.sampled_from(OTHERS), st.sampled_from(("", *NAMES))),
        st.tuples(st.sampled_from(EDGES), st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda one: one[1] != one[2]),
    ),
    min_size=10,
    max_size=30,
)


class Taken(msgspec.Struct):
    actor: str
    act: str
    road: str
    by: str = ""
    is_private: bool = False


class NaiveRoads:
    """All in lists and sets; the reblogs in their order, each with whether it is private."""

    def __init__(self) -> None:
        self.follows: set[tuple[str, str]] = set()
        self.apart: set[frozenset[str]] = set()
        self.reblogs: dict[str, bool] = {}
        self.acts: list[Taken] = []

    def may_act(self, actor: str) -> bool:
        return frozenset((actor, "author")) not in self.apart

    def add(self, actor: str, act: str, via: str, *, is_private: bool = False) -> None:
        self.acts.append(Taken(actor, act, *self._road(actor, act, via), is_private))

    def drop(self, actor: str, act: str) -> None:
        self.acts = [one for one in self.acts if (one.actor, one.act) != (actor, act)]

    def has(self, actor: str, act: str) -> bool:
        return any((one.actor, one.act) == (actor, act) for one in self.acts)

    def unfollow(self, one: str, other: str) -> None:
        self.follows.discard((one, other))
        if other == "author":
            self.drop(one, "follow")

    def shown(self) -> dict[str, int]:
        """By road, how many, as the author is told."""
        found: Counter[str] = Counter()
        for one in self.acts:
            if self.may_act(one.actor) and not (one.is_private and ("author", one.actor) not in self.follows):
                found[f"reblog:{one.by}" if one.by and self._is_named(one.by) else one.road] += 1
        return {road: -(-number // 3) * 3 if road == "unknown" else number for road, number in found.items()}

    def _road(self, actor: str, act: str, via: str) -> tuple[str, str]:
        if via in self.reblogs and not self.reblogs[via] and via != actor and frozenset((actor, via)) not in self.apart:
            return "reblog", via
        if act != "follow" and (actor, "author") in self.follows:
            return "follow", ""
        followed = [one for one, is_private in self.reblogs.items() if not is_private and (actor, one) in self.follows and one != actor]
        return ("reblog", followed[0]) if followed else ("unknown", "")

    def _is_named(self, by: str) -> bool:
        return self.reblogs.get(by) is False and self.may_act(by)


class Story:
    def __init__(self, people: dict[str, Person], status: dict[str, Any]) -> None:
        self.people, self.status, self.model = people, status, NaiveRoads()
        self.replies: dict[str, list[str]] = {name: [] for name in OTHERS}

    async def step(self, act: str, one: str, other: str) -> None:
        if act in EDGES:
            await self._edge(act, one, other)
        elif act == "delete" and self.replies[one]:
            await self.people[one].deletes({"id": self.replies[one].pop()})
            last = [each for each in self.model.acts if (each.actor, each.act) == (one, "reply")][-1]
            self.model.acts = [each for each in self.model.acts if each is not last]
        elif act in {"unreblog", "unfavourite"}:
            if self.model.has(one, act[2:]) or (act == "unreblog" and one in self.model.reblogs):
                await self._does(one, act)
            self.model.drop(one, act[2:])
            if act == "unreblog":
                self.model.reblogs.pop(one, None)
        elif act != "delete" and self.model.may_act(one):
            await self._act(act, one, other)

    async def _act(self, act: str, one: str, via: str) -> None:
        model, named = self.model, f"reblog:{self.people[via].id}" if via else ""
        match act:
            case "reblog" | "reblog privately" if one not in model.reblogs:
                is_private = act != "reblog"
                await self._does(one, "reblog", visibility="private" if is_private else "public", via=named)
                if not is_private:
                    model.add(one, "reblog", via)
                model.reblogs[one] = is_private
            case "favourite" if not model.has(one, "favourite"):
                await self._does(one, "favourite", via=named)
                model.add(one, "favourite", via)
            case "reply" | "reply privately":
                is_private = act != "reply"
                sent = {"visibility": "private" if is_private else "public", "via": named}
                self.replies[one].append((await self.people[one].replies(self.status, "oui", **sent))["id"])
                model.add(one, "reply", via, is_private=is_private)
            case "come and follow" if (one, "author") not in model.follows:
                road = f"status:{self.status['id']},{named}" if named else f"status:{self.status['id']}"
                await self.people[one].follows(self.people["author"], via=road)
                model.follows.add((one, "author"))
                model.add(one, "follow", via)

    async def _edge(self, act: str, one: str, other: str) -> None:
        model, person, target = self.model, self.people[one], self.people[other]
        if act == "follow" and frozenset((one, other)) not in model.apart:
            await person.follows(target)
            model.follows.add((one, other))
        elif act == "unfollow":
            await person.unfollows(target)
            model.unfollow(one, other)
        elif act == "block":
            await person.blocks(target)
            model.apart.add(frozenset((one, other)))
            model.unfollow(one, other)
            model.unfollow(other, one)

    async def _does(self, one: str, verb: str, **fields: str) -> None:
        await self.people[one].post(f"/api/v1/statuses/{self.status['id']}/{verb}", **fields)


@given(steps=STEPS)
@stories(few=2, many=60)
def test_roads_equal_a_naive_model(database_kind: str, steps: list[tuple[str, str, str]]) -> None:
    async def play() -> None:
        async with fresh_site(database_kind) as site:
            people = {name: await site.person(name) for name in NAMES}
            status = await people["author"].posts("Qui connaît Budapest ?")
            story = Story(people, status)
            for one in steps:
                note(str(one))
                await story.step(*one)
            told = await people["author"].get(f"/api/gazouillis/v1/statuses/{status['id']}/reach")
            assert {
                f"reblog:{one['account']['username']}" if one["account"] else one["road"]: one["count"] for one in told["roads"]
            } == story.model.shown()

    asyncio.run(play())
