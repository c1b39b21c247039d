"""Relations of two accounts after any sequence of follows, requests, blocks and mutes, compared with a naive model.

Their notifications, follow requests and follower counts are compared too.
"""

from __future__ import annotations

import asyncio
from itertools import product
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from tests.support.people import Person
from tests.support.random_stories import fresh_site, stories
from tests.support.site import RunningSite

Pair = tuple[str, str]
"""Who acts, and towards whom."""

DEFAULT_OPTIONS = {"reblogs": True, "notify": False}


class Model:
    """The relations of two accounts, in the simplest data structures. Each act returns the HTTP status that the server must answer."""

    def __init__(self) -> None:
        self.edges: dict[Pair, tuple[str, dict[str, bool]]] = {}
        self.notified: set[tuple[Pair, str]] = set()
        self.blocks: set[Pair] = set()
        self.mutes: set[Pair] = set()
        self.locked: set[str] = set()

    def does(self, act: str, one: str, other: str) -> int:
        return getattr(self, f"_{act}")((one, other), (other, one)) or 200

    def _follow(self, pair: Pair, reverse: Pair, **options: bool) -> int | None:
        if {pair, reverse} & self.blocks:
            return 403
        kind, known = self.edges.get(pair, ("", DEFAULT_OPTIONS))
        if not kind or (kind == "requested" and pair[1] not in self.locked):
            self._connect(pair, "requested" if pair[1] in self.locked else "following", known | options)
        else:
            self.edges[pair] = (kind, known | options)
        return None

    def _follow_quietly(self, pair: Pair, reverse: Pair) -> int | None:
        return self._follow(pair, reverse, reblogs=False, notify=True)

    def _unfollow(self, pair: Pair, _reverse: Pair) -> None:
        self._disconnect(pair)

    def _accept(self, _pair: Pair, reverse: Pair) -> int | None:
        if reverse not in self.edges:
            return 404
        if self.edges[reverse][0] == "requested":
            self._connect(reverse, "following", self.edges[reverse][1])
        return None

    def _reject(self, _pair: Pair, reverse: Pair) -> int | None:
        if self.edges.get(reverse, ("",))[0] != "requested":
            return 404
        self._disconnect(reverse)
        return None

    def _remove(self, _pair: Pair, reverse: Pair) -> None:
        if self.edges.get(reverse, ("",))[0] == "following":
            self._disconnect(reverse)

    def _block(self, pair: Pair, reverse: Pair) -> None:
        self.blocks.add(pair)
        self._disconnect(pair)
        self._disconnect(reverse)

    def _unblock(self, pair: Pair, _reverse: Pair) -> None:
        self.blocks.discard(pair)

    def _mute(self, pair: Pair, _reverse: Pair) -> None:
        self.mutes.add(pair)

    def _unmute(self, pair: Pair, _reverse: Pair) -> None:
        self.mutes.discard(pair)

    def _lock(self, pair: Pair, _reverse: Pair) -> None:
        self.locked.add(pair[0])

    def _unlock(self, pair: Pair, reverse: Pair) -> None:
        self.locked.discard(pair[0])
        if self.edges.get(reverse, ("",))[0] == "requested":
            self._connect(reverse, "following", self.edges[reverse][1])

    def _connect(self, pair: Pair, kind: str, options: dict[str, bool]) -> None:
        self._disconnect(pair)
        self.edges[pair] = (kind, options)
        if pair[::-1] not in self.mutes:
            self.notified.add((pair, kind))

    def _disconnect(self, pair: Pair) -> None:
        self.edges.pop(pair, None)
        self.notified -= {(pair, "requested"), (pair, "following")}

    def relation(self, one: str, other: str) -> dict[str, bool]:
        pair, reverse = (one, other), (other, one)
        kind, options = self.edges.get(pair, ("", {"reblogs": False, "notify": False}))
        return {
            "following": kind == "following",
            "requested": kind == "requested",
            "showing_reblogs": options["reblogs"],
            "notifying": options["notify"],
            "followed_by": self.edges.get(reverse, ("",))[0] == "following",
            "requested_by": self.edges.get(reverse, ("",))[0] == "requested",
            "blocking": pair in self.blocks,
            "blocked_by": reverse in self.blocks,
            "muting": pair in self.mutes,
        }

    def notifications(self, one: str, other: str) -> set[str]:
        kinds = {"requested": "follow_request", "following": "follow"}
        return set() if (one, other) in self.mutes else {kinds[kind] for pair, kind in self.notified if pair == (other, one)}

    def acts_to_undo_all(self) -> list[tuple[str, str, str]]:
        undoing = [("unblock", *pair) for pair in self.blocks] + [("unmute", *pair) for pair in self.mutes]
        return [*undoing, *(("unfollow", *pair) for pair in self.edges), *(("unlock", one, one) for one in self.locked)]


ACTS = ("follow", "follow_quietly", "unfollow", "accept", "reject", "remove", "block", "unblock", "mute", "unmute", "lock", "unlock")
NAMES = ("ann", "ben")
PAIRS = (NAMES, NAMES[::-1])
ALL_ACTS = tuple((act, *pair) for act in ACTS for pair in PAIRS)
CORE = {"follow", "block", "lock"}
BEFORE = [
    pytest.param((act, *pair), id=f"{pair[0]}_{act}", marks=[] if act in CORE and pair == PAIRS[0] else pytest.mark.thorough)
    for act, *pair in ALL_ACTS
]


class Scenario:
    def __init__(self, running_site: RunningSite, people: dict[str, Person]) -> None:
        self.running_site, self.people, self.model = running_site, people, Model()

    async def perform(self, act: str, one: str, other: str) -> None:
        response = await self._send(act, self.people[one], self.people[other])
        assert response.status_code == self.model.does(act, one, other), (act, one, response.text)

    async def _send(self, act: str, me: Person, other: Person) -> Any:
        match act:
            case "follow" | "follow_quietly":
                options = {"reblogs": False, "notify": True} if act == "follow_quietly" else {}
                return await me.client.post(f"/api/v1/accounts/{other.id}/follow", json=options)
            case "accept" | "reject":
                return await me.client.post(f"/api/v1/follow_requests/{other.id}/{'authorize' if act == 'accept' else act}")
            case "lock" | "unlock":
                response = await me.client.patch("/api/v1/accounts/update_credentials", json={"locked": act == "lock"})
                await self.running_site.run_until_idle()
                return response
            case "mute" | "unmute":
                await (
                    self.running_site.run_until_idle()
                )  # a notification asks whether its receiver mutes the sender when it is made, not when the act was
                return await me.client.post(f"/api/v1/accounts/{other.id}/{act}")
            case "remove":
                return await me.client.post(f"/api/v1/accounts/{other.id}/remove_from_followers")
            case _:
                return await me.client.post(f"/api/v1/accounts/{other.id}/{act}")

    async def check(self) -> None:
        await self.running_site.run_until_idle()
        for one, other in PAIRS:
            me, they = self.people[one].client, self.people[other].id
            (relation,) = (await me.get(f"/api/v1/accounts/relationships?id={they}")).json()
            notifications = (await me.get("/api/v1/notifications")).json()
            requests = (await me.get("/api/v1/follow_requests")).json()
            expected = self.model.relation(one, other)
            assert {name: relation[name] for name in expected} == expected
            assert {notification["type"] for notification in notifications} == self.model.notifications(one, other)
            assert [request["username"] for request in requests] == [other] * expected["requested_by"]
            followers = (await me.get(f"/api/v1/accounts/{self.people[one].id}")).json()["followers_count"]
            assert followers == expected["followed_by"]

    async def reset(self) -> None:
        for act in self.model.acts_to_undo_all():
            await self.perform(*act)
        await self.running_site.run_until_idle()


async def _scenario(running_site: RunningSite) -> Scenario:
    return Scenario(running_site, {name: await running_site.person(name) for name in NAMES})


@pytest.mark.parametrize("before", BEFORE)
async def test_any_act_after_any_other_act_gives_the_relations_of_the_model(
    running_site: RunningSite, before: tuple[str, str, str]
) -> None:
    scenario = await _scenario(running_site)
    for first, then in product([(), ("lock", "ben", "ben")], ALL_ACTS):
        for act in (first, before, then):
            if act:
                await scenario.perform(*act)
        await scenario.check()
        await scenario.reset()


@given(story=st.lists(st.sampled_from(ALL_ACTS), min_size=5, max_size=40), pauses=st.integers(1, 5))
@stories(few=8, many=25)
def test_any_sequence_of_acts_gives_the_relations_of_the_model(database_kind: str, story: list[tuple[str, str, str]], pauses: int) -> None:
    note(f"{story}")
    asyncio.run(_run(database_kind, story, pauses))


async def _run(kind: str, story: list[tuple[str, str, str]], pauses: int) -> None:
    """`pauses`: after how many acts the worker runs."""
    async with fresh_site(kind) as running_site:
        scenario = await _scenario(running_site)
        for number, act in enumerate(story):
            await scenario.perform(*act)
            if number % pauses == 0:
                await running_site.run_until_idle()
        await scenario.check()
