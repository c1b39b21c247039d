"""Property test: after any sequence of actions, everybody sees the statuses, lists and counts that the reference model gives.

What a status's author is told about its readers is compared with who sees it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Any

import httpx
from hypothesis import given, note
from hypothesis import strategies as st

from gazouillis.infra.basics.ids import StatusId
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.events import Reach
from gazouillis.statuses.readership import readership
from tests.support.people import Refused
from tests.support.random_stories import ActingPeople, fresh_site, stories
from tests.support.reference_model import AUDIENCES, VISIBILITIES, ModelStatus, ancestors

PEOPLE = ("ann", "ben", "cam", "dan")
EVERYBODY = ("", *PEOPLE)
MISSING_ID = "1"
PATHS_OF_A_STATUS = ("", "/context", "/history", "/favourited_by", "/reblogged_by")
PATHS_FOR_ACCOUNTS = ("/source",)


class Scenario(ActingPeople):
    async def act(self, action: str, one: int, other: int, which: int) -> None:
        await getattr(self, f"_{action}")(PEOPLE[one], PEOPLE[other], which)

    async def check(self) -> None:
        for viewer in EVERYBODY:
            for status in self.model.statuses:
                await self._check_status(viewer, status)
            for name in PEOPLE:
                await self._check_person(viewer, name)

    async def _check_status(self, viewer: str, status: ModelStatus) -> None:
        if not self.model.may_see(viewer, status):
            await self._check_not_found(viewer, status)
            return
        if viewer == status.author and not status.original:
            await self._check_readership(status)
        entity = await self._get(viewer, f"/api/v1/statuses/{status.id}")
        counted = entity["reblog"] or entity
        subject = status.original or status
        assert (counted["replies_count"], counted["reblogs_count"], counted["favourites_count"]) == (
            sum(one.parent is subject and one.is_for_everybody and one.withheld_top is not one for one in self.model.statuses),
            sum(one.original is subject and one.is_for_everybody for one in self.model.statuses),
            len(subject.favouriters),
        )
        rebloggers = {one.author for one in self.model.statuses if one.original is subject and one.is_for_everybody}
        assert await self._names(viewer, f"/api/v1/statuses/{status.id}/reblogged_by") == self._without_blocks(viewer, rebloggers)
        assert await self._names(viewer, f"/api/v1/statuses/{status.id}/favourited_by") == self._without_blocks(viewer, subject.favouriters)
        descendants = (await self._get(viewer, f"/api/v1/statuses/{status.id}/context"))["descendants"]
        assert {one["id"] for one in descendants} == {
            one.id for one in self.model.statuses if subject in ancestors(one) and self.model.may_receive(viewer, one)
        }

    async def _check_readership(self, status: ModelStatus) -> None:
        async with self.running_site.site.db.read() as reader:
            row = await statuses.by_id(reader, StatusId(int(status.id)))
            mentioned = await statuses.mentioned_in(reader, [StatusId(int(status.id))])
            assert row is not None
            told = await readership(reader, Reach(row.account_id, row.visibility, row.circle_id, tuple(mentioned.get(row.id, ()))))
        if told.is_unknown:
            assert status.circle != status.author
            return
        if status.withheld_by or status.undelivered:  # its author is not told that it did not arrive
            return
        others = {one for one in PEOPLE if one != status.author}
        seeing = {one for one in others if (await self.clients[one].get(f"/api/v1/statuses/{status.id}")).status_code == 200}
        at_home = {one for one in seeing if (one, status.author) in self.model.follows} if status.is_for_everybody else seeing
        assert told.is_for_everybody == ((await self.clients[""].get(f"/api/v1/statuses/{status.id}")).status_code == 200)
        assert told.count == len(at_home), vars(status)
        named = {one.username for one in (*told.named, *told.invited)}
        assert named <= at_home
        assert len(named) == min(len(told.named), 2) + len(told.invited)
        assert {one.username for one in told.invited} <= status.mentions

    async def _check_not_found(self, viewer: str, status: ModelStatus) -> None:
        client = self.clients[viewer]
        paths = (*PATHS_OF_A_STATUS, *(PATHS_FOR_ACCOUNTS if viewer else ()))
        for path in paths:
            hidden, missing = [await client.get(f"/api/v1/statuses/{one}{path}") for one in (status.id, MISSING_ID)]
            assert _compared(hidden) == _compared(missing), path
        assert (await client.get("/api/v1/statuses", params={"id[]": status.id})).json() == []

    async def _check_person(self, viewer: str, name: str) -> None:
        entity = await self._get(viewer, f"/api/v1/accounts/{self.people[name].id}")
        statuses = [one for one in self.model.statuses if one.author == name]
        assert entity["statuses_count"] == sum(one.is_for_everybody for one in statuses)
        is_hidden = self.model.has_block(viewer, name)
        for path, people in (
            ("followers", {one for one, other in self.model.follows if other == name}),
            ("following", {other for one, other in self.model.follows if one == name}),
        ):
            expected = Counter[str]() if is_hidden else self._without_blocks(viewer, people)
            assert await self._names(viewer, f"/api/v1/accounts/{self.people[name].id}/{path}") == expected
        listed = await self._get(viewer, f"/api/v1/accounts/{self.people[name].id}/statuses")
        follows = viewer == name or (viewer, name) in self.model.follows
        on_profile = [one for one in statuses if one.is_for_everybody or (follows and self.model.reaches(viewer, one))]
        assert {one["id"] for one in listed} == {one.id for one in on_profile if self.model.may_see(viewer, one)}
        if viewer:
            found = await self._get(viewer, f"/api/v2/search?type=statuses&q=word+from:{name}")
            assert {one["id"] for one in found["statuses"]} <= {one.id for one in statuses if self.model.may_see(viewer, one)}

    def _without_blocks(self, viewer: str, names: set[str]) -> Counter[str]:
        return Counter(one for one in names if not self.model.has_block(viewer, one))

    async def _names(self, viewer: str, path: str) -> Counter[str]:
        return Counter(one["username"] for one in await self._get(viewer, path))

    async def _get(self, viewer: str, path: str) -> Any:
        response = await self.clients[viewer].get(path, params={"limit": 40})
        assert response.is_success, (viewer, path, response.text)
        return response.json()

    async def _post(self, one: str, other: str, which: int, parent: ModelStatus | None = None) -> None:
        status = ModelStatus(one, AUDIENCES[which % 6], parent=parent.original or parent if parent else None)
        status.circle = one
        if status.parent and status.visibility == "private" and status.parent.visibility in {"mutuals", "circle"}:
            status.visibility, status.circle = status.parent.visibility, status.parent.circle
        status.mentions = {other} if which % 3 else set()
        text = f"word word{next(self._marks)} {'@' + other if status.mentions else ''}"
        reply = await self.people[one].posts(
            text,
            visibility=AUDIENCES[which % 6],
            circle_id=self.circles[one],
            **({"in_reply_to_id": status.parent.id} if status.parent else {}),
        )
        status.id = reply["id"]
        if status.parent:
            status.withheld_by, status.withheld_top = status.parent.withheld_by, status.parent.withheld_top
        if status.visibility == "direct":
            self.model.deliver(status)
        self.model.statuses.append(status)

    async def _reply(self, one: str, other: str, which: int) -> None:
        await self._post(one, other, which, self.model.recent(which))

    async def _reblog(self, one: str, _other: str, which: int) -> None:
        if original := self.model.recent(which):
            reblog = ModelStatus(one, VISIBILITIES[max(which % 3, AUDIENCES.index(original.visibility)) % 4], original.original or original)
            reblog.id = (await self.people[one].post(f"/api/v1/statuses/{original.id}/reblog", visibility=reblog.visibility))["id"]
            if reblog.id not in {known.id for known in self.model.statuses}:
                self.model.statuses.append(reblog)

    async def _unreblog(self, _one: str, _other: str, which: int) -> None:
        reblog = self.model.recent(which)
        if reblog and reblog.original:
            await self.people[reblog.author].unreblogs({"id": reblog.original.id})
            self.model.remove(reblog)

    async def _favourite(self, one: str, _other: str, which: int) -> None:
        if status := self.model.recent(which):
            await self.people[one].favourites({"id": status.id})
            (status.original or status).favouriters.add(one)

    async def _follow(self, one: str, other: str, _which: int) -> None:
        await self.people[one].follows(self.people[other])
        self.model.follows.add((one, other))


def _compared(response: httpx.Response) -> tuple[int, str, dict[str, str]]:
    """The parts of a response that must not differ between a hidden status and a missing one."""
    return (
        response.status_code,
        response.text,
        {name: value for name, value in response.headers.items() if not name.startswith("x-ratelimit")},
    )


ACTIONS = (
    ["post"] * 6
    + ["reply"] * 5
    + ["reblog"] * 5
    + ["favourite"] * 4
    + ["follow"] * 6
    + ["join"] * 3
    + ["narrow"] * 3
    + ["hide"] * 5
    + ["show"] * 2
    + ["block", "mute", "delete", "unreblog"]
)
STORIES = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 3), st.integers(0, 3), st.integers(0, 23)), min_size=10, max_size=40)


@given(story=STORIES)
@stories(few=4, many=10)
def test_lists_and_numbers_equal_the_naive_ones(database_kind: str, story: list[tuple[str, int, int, int]]) -> None:
    note(f"{story}")
    asyncio.run(_run_story(database_kind, story))


async def _run_story(kind: str, story: list[tuple[str, int, int, int]]) -> None:
    async with fresh_site(kind, homes=20) as running_site:
        scenario = Scenario(running_site, {name: await running_site.person(name) for name in PEOPLE})
        await scenario.begin()
        for action in story:
            with suppress(Refused):
                await scenario.act(*action)
        await running_site.run_until_idle()
        await scenario.check()
