"""Whoever looks, at whatever: what is shown, listed and counted is what a model that a child could check shows, lists and counts."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from hypothesis import given, note
from hypothesis import strategies as st

from gazouillis.infra.settings import Settings
from tests.support.clock import MovingClock
from tests.support.databases import fresh_database_url
from tests.support.people import Person, Refused
from tests.support.random_stories import stories
from tests.support.reference_model import VISIBILITIES, Model, ModelStatus
from tests.support.site import Town, running

PEOPLE = ("ann", "ben", "cam", "dan")
EVERYBODY = ("", *PEOPLE)
NOBODYS_ID = "1"
OF_A_STATUS = ("", "/context", "/history", "/favourited_by", "/reblogged_by")
OF_SOMEBODY = ("/source",)


class Play:
    def __init__(self, town: Town, people: dict[str, Person]) -> None:
        self.people, self.model = people, Model()
        self.clients = {"": town.client(), **{name: person.client for name, person in people.items()}}
        self._marks = count()

    async def make(self, gesture: str, one: int, other: int, which: int) -> None:
        await getattr(self, f"_{gesture}")(PEOPLE[one], PEOPLE[other], which)

    async def check(self) -> None:
        for viewer in EVERYBODY:
            for said in self.model.statuses:
                await self._check_status(viewer, said)
            for name in PEOPLE:
                await self._check_person(viewer, name)

    async def _check_status(self, viewer: str, said: ModelStatus) -> None:
        if not self.model.may_see(viewer, said):
            await self._check_absent(viewer, said)
            return
        shown = await self._get(viewer, f"/api/v1/statuses/{said.id}")
        words = shown["reblog"] or shown
        subject = said.original or said
        assert (words["replies_count"], words["reblogs_count"], words["favourites_count"]) == (
            sum(one.parent is subject and one.is_for_everybody for one in self.model.statuses),
            sum(one.original is subject and one.is_for_everybody for one in self.model.statuses),
            len(subject.favouriters),
        )
        repeated_by = {one.author for one in self.model.statuses if one.original is subject and one.is_for_everybody}
        assert await self._names(viewer, f"/api/v1/statuses/{said.id}/reblogged_by") == self._met(viewer, repeated_by)
        assert await self._names(viewer, f"/api/v1/statuses/{said.id}/favourited_by") == self._met(viewer, subject.favouriters)
        below = (await self._get(viewer, f"/api/v1/statuses/{said.id}/context"))["descendants"]
        assert {one["id"] for one in below} == {
            one.id for one in self.model.statuses if subject in _above(one) and self.model.may_receive(viewer, one)
        }

    async def _check_absent(self, viewer: str, said: ModelStatus) -> None:
        client = self.clients[viewer]
        paths = (*OF_A_STATUS, *(OF_SOMEBODY if viewer else ()))
        for path in paths:
            hidden, missing = [await client.get(f"/api/v1/statuses/{one}{path}") for one in (said.id, NOBODYS_ID)]
            assert _looks(hidden) == _looks(missing), path
        assert (await client.get("/api/v1/statuses", params={"id[]": said.id})).json() == []

    async def _check_person(self, viewer: str, name: str) -> None:
        shown = await self._get(viewer, f"/api/v1/accounts/{self.people[name].id}")
        mine = [one for one in self.model.statuses if one.author == name]
        assert shown["statuses_count"] == sum(one.is_for_everybody for one in mine)
        is_hidden = self.model.has_block(viewer, name)
        for path, people in (
            ("followers", {one for one, other in self.model.follows if other == name}),
            ("following", {other for one, other in self.model.follows if one == name}),
        ):
            expected = Counter[str]() if is_hidden else self._met(viewer, people)
            assert await self._names(viewer, f"/api/v1/accounts/{self.people[name].id}/{path}") == expected
        listed = await self._get(viewer, f"/api/v1/accounts/{self.people[name].id}/statuses")
        follows = viewer == name or (viewer, name) in self.model.follows
        on_profile = [one for one in mine if one.is_for_everybody or (follows and one.visibility == "private")]
        assert {one["id"] for one in listed} == {one.id for one in on_profile if self.model.may_see(viewer, one)}

    def _met(self, viewer: str, names: set[str]) -> Counter[str]:
        return Counter(one for one in names if not self.model.has_block(viewer, one))

    async def _names(self, viewer: str, path: str) -> Counter[str]:
        return Counter(one["username"] for one in await self._get(viewer, path))

    async def _get(self, viewer: str, path: str) -> Any:
        answer = await self.clients[viewer].get(path, params={"limit": 40})
        assert answer.is_success, (viewer, path, answer.text)
        return answer.json()

    async def _post(self, one: str, other: str, which: int, parent: ModelStatus | None = None) -> None:
        said = ModelStatus(one, VISIBILITIES[which % 4], parent=parent.original or parent if parent else None)
        said.mentions = {other} if which % 3 else set()
        text = f"word{next(self._marks)} {'@' + other if said.mentions else ''}"
        answer = await self.people[one].posts(
            text, visibility=said.visibility, **({"in_reply_to_id": said.parent.id} if said.parent else {})
        )
        said.id = answer["id"]
        self.model.statuses.append(said)

    async def _reply(self, one: str, other: str, which: int) -> None:
        await self._post(one, other, which, self.model.recent(which))

    async def _reblog(self, one: str, _other: str, which: int) -> None:
        if original := self.model.recent(which):
            made = ModelStatus(one, VISIBILITIES[max(which % 3, VISIBILITIES.index(original.visibility))], original.original or original)
            made.id = (await self.people[one].post(f"/api/v1/statuses/{original.id}/reblog", visibility=made.visibility))["id"]
            if made.id not in {known.id for known in self.model.statuses}:
                self.model.statuses.append(made)

    async def _unreblog(self, _one: str, _other: str, which: int) -> None:
        made = self.model.recent(which)
        if made and made.original:
            await self.people[made.author].unreblogs({"id": made.original.id})
            self.model.remove(made)

    async def _delete(self, _one: str, _other: str, which: int) -> None:
        if said := self.model.recent(which):
            await self.people[said.author].deletes({"id": said.id})
            self.model.remove(said)

    async def _favourite(self, one: str, _other: str, which: int) -> None:
        if said := self.model.recent(which):
            await self.people[one].favourites({"id": said.id})
            (said.original or said).favouriters.add(one)

    async def _follow(self, one: str, other: str, _which: int) -> None:
        await self.people[one].follows(self.people[other])
        self.model.follows.add((one, other))

    async def _block(self, one: str, other: str, _which: int) -> None:
        await self.people[one].blocks(self.people[other])
        self.model.block(one, other)

    async def _mute(self, one: str, other: str, _which: int) -> None:
        await self.people[one].mutes(self.people[other])
        self.model.mutes.add((one, other))


def _above(said: ModelStatus) -> set[ModelStatus]:
    return {said.parent} | _above(said.parent) if said.parent else set()


def _looks(answer: httpx.Response) -> tuple[int, str, dict[str, str]]:
    """All that a stranger can compare."""
    return answer.status_code, answer.text, {name: value for name, value in answer.headers.items() if not name.startswith("x-ratelimit")}


GESTURES = ["post"] * 6 + ["reply"] * 5 + ["reblog"] * 5 + ["favourite"] * 4 + ["follow"] * 5 + ["block", "mute", "delete", "unreblog"]
STORIES = st.lists(st.tuples(st.sampled_from(GESTURES), st.integers(0, 3), st.integers(0, 3), st.integers(0, 23)), min_size=10, max_size=40)


@given(story=STORIES)
@stories(10)
def test_lists_and_numbers_equal_the_naive_ones(database_kind: str, story: list[tuple[str, int, int, int]]) -> None:
    note(f"{story}")
    asyncio.run(_play(database_kind, story))


async def _play(kind: str, story: list[tuple[str, int, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        async with fresh_database_url(kind) as url:
            chosen = Settings(data=Path(folder), database=url, homes=20, rate_limits="off")
            async with running(chosen, MovingClock()) as town:
                play = Play(town, {name: await town.person(name) for name in PEOPLE})
                for gesture in story:
                    with suppress(Refused):
                        await play.make(*gesture)
                await town.settle()
                await play.check()
