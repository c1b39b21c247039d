"""Whatever two people do to each other, in whatever order: what ties them, and what they were told of it, is as in a naive model."""

from __future__ import annotations

import asyncio
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from gazouillis.infra.settings import Settings
from tests.support.clock import MovingClock
from tests.support.databases import fresh_database_url
from tests.support.people import Person
from tests.support.random_stories import stories
from tests.support.site import Town, running

Pair = tuple[str, str]
"""Who does it, towards whom."""

USUAL = {"reblogs": True, "notify": False}


class Model:
    """What two people are to each other, kept in the simplest way. Each act says which answer it gets."""

    def __init__(self) -> None:
        self.ties: dict[Pair, tuple[str, dict[str, bool]]] = {}
        self.cached: set[tuple[Pair, str]] = set()
        self.blocks: set[Pair] = set()
        self.mutes: set[Pair] = set()
        self.locked: set[str] = set()

    def does(self, act: str, one: str, other: str) -> int:
        return getattr(self, f"_{act}")((one, other), (other, one)) or 200

    def _follow(self, there: Pair, back: Pair, **wishes: bool) -> int | None:
        if {there, back} & self.blocks:
            return 403
        kind, known = self.ties.get(there, ("", USUAL))
        if not kind or (kind == "requested" and there[1] not in self.locked):
            self._tie(there, "requested" if there[1] in self.locked else "following", known | wishes)
        else:
            self.ties[there] = (kind, known | wishes)
        return None

    def _follow_quietly(self, there: Pair, back: Pair) -> int | None:
        return self._follow(there, back, reblogs=False, notify=True)

    def _unfollow(self, there: Pair, _back: Pair) -> None:
        self._untie(there)

    def _accept(self, _there: Pair, back: Pair) -> int | None:
        if back not in self.ties:
            return 404
        if self.ties[back][0] == "requested":
            self._tie(back, "following", self.ties[back][1])
        return None

    def _reject(self, _there: Pair, back: Pair) -> int | None:
        if self.ties.get(back, ("",))[0] != "requested":
            return 404
        self._untie(back)
        return None

    def _remove(self, _there: Pair, back: Pair) -> None:
        if self.ties.get(back, ("",))[0] == "following":
            self._untie(back)

    def _block(self, there: Pair, back: Pair) -> None:
        self.blocks.add(there)
        self._untie(there)
        self._untie(back)

    def _unblock(self, there: Pair, _back: Pair) -> None:
        self.blocks.discard(there)

    def _mute(self, there: Pair, _back: Pair) -> None:
        self.mutes.add(there)

    def _unmute(self, there: Pair, _back: Pair) -> None:
        self.mutes.discard(there)

    def _lock(self, there: Pair, _back: Pair) -> None:
        self.locked.add(there[0])

    def _unlock(self, there: Pair, back: Pair) -> None:
        self.locked.discard(there[0])
        if self.ties.get(back, ("",))[0] == "requested":
            self._tie(back, "following", self.ties[back][1])

    def _tie(self, pair: Pair, kind: str, wishes: dict[str, bool]) -> None:
        self._untie(pair)
        self.ties[pair] = (kind, wishes)
        if pair[::-1] not in self.mutes:
            self.cached.add((pair, kind))

    def _untie(self, pair: Pair) -> None:
        self.ties.pop(pair, None)
        self.cached -= {(pair, "requested"), (pair, "following")}

    def relation(self, one: str, other: str) -> dict[str, bool]:
        there, back = (one, other), (other, one)
        kind, wishes = self.ties.get(there, ("", {"reblogs": False, "notify": False}))
        return {
            "following": kind == "following",
            "requested": kind == "requested",
            "showing_reblogs": wishes["reblogs"],
            "notifying": wishes["notify"],
            "followed_by": self.ties.get(back, ("",))[0] == "following",
            "requested_by": self.ties.get(back, ("",))[0] == "requested",
            "blocking": there in self.blocks,
            "blocked_by": back in self.blocks,
            "muting": there in self.mutes,
        }

    def notices(self, one: str, other: str) -> set[str]:
        kinds = {"requested": "follow_request", "following": "follow"}
        return set() if (one, other) in self.mutes else {kinds[kind] for pair, kind in self.cached if pair == (other, one)}

    def to_undo_all(self) -> list[tuple[str, str, str]]:
        undoing = [("unblock", *pair) for pair in self.blocks] + [("unmute", *pair) for pair in self.mutes]
        return [*undoing, *(("unfollow", *pair) for pair in self.ties), *(("unlock", one, one) for one in self.locked)]


ACTS = ("follow", "follow_quietly", "unfollow", "accept", "reject", "remove", "block", "unblock", "mute", "unmute", "lock", "unlock")
NAMES = ("ann", "ben")
PAIRS = (NAMES, NAMES[::-1])
GESTURES = tuple((act, *pair) for act in ACTS for pair in PAIRS)


class Play:
    def __init__(self, town: Town, people: dict[str, Person]) -> None:
        self.town, self.people, self.model = town, people, Model()

    async def make(self, act: str, one: str, other: str) -> None:
        answer = await self._ask(act, self.people[one], self.people[other])
        assert answer.status_code == self.model.does(act, one, other), (act, one, answer.text)

    async def _ask(self, act: str, me: Person, other: Person) -> Any:
        match act:
            case "follow" | "follow_quietly":
                wishes = {"reblogs": False, "notify": True} if act == "follow_quietly" else {}
                return await me.client.post(f"/api/v1/accounts/{other.id}/follow", json=wishes)
            case "accept" | "reject":
                return await me.client.post(f"/api/v1/follow_requests/{other.id}/{'authorize' if act == 'accept' else act}")
            case "lock" | "unlock":
                answer = await me.client.patch("/api/v1/accounts/update_credentials", json={"locked": act == "lock"})
                await self.town.settle()
                return answer
            case "mute" | "unmute":
                await self.town.settle()  # a notification asks whether its receiver mutes the sender when it is made, not when the act was
                return await me.client.post(f"/api/v1/accounts/{other.id}/{act}")
            case "remove":
                return await me.client.post(f"/api/v1/accounts/{other.id}/remove_from_followers")
            case _:
                return await me.client.post(f"/api/v1/accounts/{other.id}/{act}")

    async def check(self) -> None:
        await self.town.settle()
        for one, other in PAIRS:
            me, they = self.people[one].client, self.people[other].id
            (seen,) = (await me.get(f"/api/v1/accounts/relationships?id={they}")).json()
            told = (await me.get("/api/v1/notifications")).json()
            waiting = (await me.get("/api/v1/follow_requests")).json()
            expected = self.model.relation(one, other)
            assert {name: seen[name] for name in expected} == expected
            assert {notice["type"] for notice in told} == self.model.notices(one, other)
            assert [asking["username"] for asking in waiting] == [other] * expected["requested_by"]
            followers = (await me.get(f"/api/v1/accounts/{self.people[one].id}")).json()["followers_count"]
            assert followers == expected["followed_by"]

    async def start_again(self) -> None:
        for gesture in self.model.to_undo_all():
            await self.make(*gesture)
        await self.town.settle()


async def _played(town: Town) -> Play:
    return Play(town, {name: await town.person(name) for name in NAMES})


@pytest.mark.parametrize("before", GESTURES, ids=lambda one: f"{one[1]}_{one[0]}")
async def test_any_act_after_any_other(town: Town, before: tuple[str, str, str]) -> None:
    play = await _played(town)
    for first, then in product([(), ("lock", "ben", "ben")], GESTURES):
        for gesture in (first, before, then):
            if gesture:
                await play.make(*gesture)
        await play.check()
        await play.start_again()


@given(story=st.lists(st.sampled_from(GESTURES), min_size=5, max_size=40), pauses=st.integers(1, 5))
@stories(25)
def test_any_story_of_two(database_kind: str, story: list[tuple[str, str, str]], pauses: int) -> None:
    note(f"{story}")
    asyncio.run(_tell(database_kind, story, pauses))


async def _tell(kind: str, story: list[tuple[str, str, str]], pauses: int) -> None:
    """`pauses`: how many acts come before the worker looks."""
    with TemporaryDirectory() as folder:
        async with (
            fresh_database_url(kind) as url,
            running(Settings(data=Path(folder), database=url, rate_limits="off"), MovingClock()) as town,
        ):
            play = await _played(town)
            for number, gesture in enumerate(story):
                await play.make(*gesture)
                if number % pauses == 0:
                    await town.settle()
            await play.check()
