"""Property test: whom the author of a thread can thank equals a naive version, after any answers, private reblogs, blocks and mutes;
and who is then thanked is notified unless they mute the author.
"""

from __future__ import annotations

import asyncio

from hypothesis import example, given, note
from hypothesis import strategies as st

from tests.support.people import Entity, Person
from tests.support.random_stories import fresh_site, stories

AUTHOR = "ann"
NAMES = (AUTHOR, "ben", "cam", "dan")
VISIBILITIES = ("public", "unlisted", "private", "public")
PUBLIC = {"public", "unlisted"}

Story = list[tuple[str, int, int, int]]


class Naive:
    """Facts, as they happened: nothing is derived before it is asked."""

    def __init__(self, people: dict[str, Person]) -> None:
        self.people = people
        self.statuses: list[Entity] = []
        self.gone: set[str] = set()
        self.acts: set[tuple[str, str, str]] = set()
        """(favourite or reblog, person, id of the status)"""
        self.edges: set[tuple[str, str, str]] = set()
        """(block or mute, who, whom)"""

    async def act(self, action: str, one: int, other: int, which: int) -> None:
        me, they = self.people[NAMES[one]], self.people[NAMES[other]]
        status = self.statuses[which % len(self.statuses)] if self.statuses else None
        visibility = VISIBILITIES[which % 4]
        match action:
            case "post":
                await self._write(me, "hello", "public", None)
            case "reply" if status:
                await self._write(me, "@ann hello", visibility, status["id"])
            case "favourite" | "reblog" if status:
                answer = await me.client.post(f"/api/v1/statuses/{status['id']}/{action}", json={"visibility": visibility})
                if answer.is_success and (action == "favourite" or await self._is_public_reblog(me, status)):
                    self.acts.add((action, me.name, status["id"]))
            case "unfavourite" | "unreblog" if status:
                await me.client.post(f"/api/v1/statuses/{status['id']}/{action}")
                self.acts.discard((action.removeprefix("un"), me.name, status["id"]))
            case "delete" if status:
                await self._author(status).client.delete(f"/api/v1/statuses/{status['id']}")
                self.gone.add(status["id"])
            case "block" | "mute" if me is not they:
                await me.client.post(f"/api/v1/accounts/{they.id}/{action}")
                self.edges.add((action, me.name, they.name))
            case "unblock" | "unmute":
                await me.client.post(f"/api/v1/accounts/{they.id}/{action}")
                self.edges.discard((action.removeprefix("un"), me.name, they.name))

    async def _write(self, author: Person, text: str, visibility: str, parent: str | None) -> None:
        fields = {"status": text, "visibility": visibility, "in_reply_to_id": parent}
        answer = await author.client.post("/api/v1/statuses", json=fields)
        self.statuses += [answer.json()] if answer.is_success else []

    async def _is_public_reblog(self, me: Person, status: Entity) -> bool:
        """A reblog that exists keeps its visibility, whatever a second one asks for."""
        visitor = me.running_site.client()
        listed = await visitor.get(f"/api/v1/statuses/{status['id']}/reblogged_by")
        return listed.is_success and me.id in [one["id"] for one in listed.json()]

    def _author(self, status: Entity) -> Person:
        return next(one for one in self.people.values() if one.id == status["account"]["id"])

    def threads(self) -> dict[str, list[Entity]]:
        """The author's own living statuses, by the status that began their thread."""
        found: dict[str, list[Entity]] = {}
        for one in self.statuses:
            if self._author(one).name == AUTHOR and one["id"] not in self.gone and one["visibility"] in PUBLIC:
                found.setdefault(self._root(one), []).append(one)
        return found

    def _root(self, status: Entity) -> str:
        parent = self._by_id(status["in_reply_to_id"])
        return self._root(parent) if parent else status["id"]

    def _by_id(self, status_id: str | None) -> Entity | None:
        return next((one for one in self.statuses if one["id"] == status_id), None)

    def _is_below_author(self, status: Entity) -> bool:
        parent = self._by_id(status["in_reply_to_id"])
        return parent is not None and (self._author(parent).name == AUTHOR or self._is_below_author(parent))

    def can_be_thanked(self, name: str, thread: str) -> bool:
        if name == AUTHOR or {("block", name, AUTHOR), ("block", AUTHOR, name)} & self.edges:
            return False
        own = {one["id"] for one in self.threads()[thread]}
        replied = any(
            self._author(one).name == name
            and one["id"] not in self.gone
            and one["visibility"] in PUBLIC
            and self._root(one) == thread
            and self._is_below_author(one)
            for one in self.statuses
        )
        return replied or any(who == name and status in own for _act, who, status in self.acts)

    async def check(self) -> None:
        author = self.people[AUTHOR]
        for thread, own in self.threads().items():
            expected = {name for name in NAMES if self.can_be_thanked(name, thread)}
            for one in own:
                shown = await author.get(f"/api/gazouillis/v1/statuses/{one['id']}/thanks")
                assert {each["account"]["username"] for each in shown["participants"]} == expected, (thread, one)
            for name in set(NAMES) - expected:
                answer = await self._thank(own[0], name)
                assert answer.status_code == 422, (name, answer.text)
            if expected:
                answer = await self._thank(own[0], *expected)
                assert answer.json()["status"]["thanked_count"] == len(expected), answer.text
                await self._check_notified(answer.json()["status"]["id"], expected)

    async def _thank(self, status: Entity, *names: str):
        ids = [self.people[one].id for one in names]
        path = f"/api/gazouillis/v1/statuses/{status['id']}/thanks"
        return await self.people[AUTHOR].client.post(path, json={"status": "merci", "account_ids": ids})

    async def _check_notified(self, status_id: str, thanked: set[str]) -> None:
        for name, person in self.people.items():
            told = [one for one in await person.notifications(types=["thanks"]) if one["status"]["id"] == status_id]
            assert len(told) == (name in thanked and ("mute", name, AUTHOR) not in self.edges), name


ACTIONS = [*["post"] * 2, *["reply"] * 4, *["favourite", "reblog"] * 3, "unfavourite", "unreblog", "delete"]
ACTIONS += ["block", "block", "unblock", "mute", "unmute"]
STORY = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 3), st.integers(0, 3), st.integers(0, 11)), min_size=8, max_size=35)


@given(story=STORY)
@example([("post", 0, 0, 0), ("reply", 1, 0, 0), ("reblog", 2, 0, 2), ("favourite", 3, 0, 0), ("block", 3, 0, 0), ("mute", 1, 0, 0)])
@stories(few=6, many=30)
def test_whom_one_can_thank_equals_a_naive_version(database_kind: str, story: Story) -> None:
    note(f"{story}")
    asyncio.run(_run_story(database_kind, story))


async def _run_story(kind: str, story: Story) -> None:
    async with fresh_site(kind) as running_site:
        naive = Naive({name: await running_site.person(name) for name in NAMES})
        await naive.act("post", 0, 0, 0)
        for action in story:
            await naive.act(*action)
        await naive.check()
