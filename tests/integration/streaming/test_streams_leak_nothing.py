"""Everybody listens to everything while things happen, and hears only what a model that a child could check lets them hear."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, note
from hypothesis import strategies as st

from gazouillis.accounts import apps, sign_in, tokens
from gazouillis.accounts import queries as accounts
from gazouillis.infra.pubsub.channels import PubSub
from gazouillis.infra.settings import Settings
from tests.integration.streaming.listening import Connection, scope_of
from tests.support.clock import MovingClock
from tests.support.databases import fresh_database_url
from tests.support.people import Entity, Person, Refused
from tests.support.random_stories import stories
from tests.support.reference_model import VISIBILITIES, Model, ModelStatus
from tests.support.site import Town, running

PEOPLE = ("ann", "ben", "cam", "dan")
SHARED = ("public", "public/local", "hashtag?tag=x", "hashtag/local?tag=X")
STREAMS = ("user", "user/notification", *SHARED)
PAGES = ("/live/home", "/live/local")
TOKENS = ("read", "read:statuses", "read:notifications", "write:statuses")
HOME = {"user", "/live/home"}


class Ear:
    """One open connection: who listens, to what, with which token."""

    def __init__(self, who: str, stream: str, scope: str, connection: Connection) -> None:
        self.who, self.stream, self.scope = who, stream, scope
        self.connection = connection

    def received(self) -> Iterator[tuple[str, str]]:
        """(event, data) of all that waits."""
        while not self.connection.received.empty():
            message = self.connection.received.get_nowait()
            for found in _EVENT.finditer(message.get("body", b"").decode()):
                yield found["event"], found["data"]

    @property
    def is_open(self) -> bool:
        return not self.connection.task.done()

    def __repr__(self) -> str:
        return f"{self.who or 'a visitor'} on {self.stream} with {self.scope or 'nothing'}"


class Play:
    def __init__(self, town: Town, people: dict[str, Person]) -> None:
        self.town, self.people, self.model = town, people, Model()
        self.ears: list[Ear] = []
        self._marks = count()

    async def begin(self) -> None:
        for stream in SHARED:
            await self._listen("", stream, "", "")
        await self._listen("", "/live/local", "", "")
        for name, person in self.people.items():
            for scope in TOKENS:
                shown = await self._token(person, scope)
                for stream in STREAMS:
                    await self._listen(name, stream, scope, shown)
            cookie = await self._cookie(person)
            for page in PAGES:
                await self._listen(name, page, "cookie", "", cookie)
        assert {(one.stream, one.scope) for one in self.ears if one.who == "ann" and not one.scope.startswith("read")} == {
            (page, "cookie") for page in PAGES
        }

    async def end(self) -> None:
        for one in self.ears:
            await one.connection.said.put({"type": "http.disconnect"})
        await asyncio.gather(*(one.connection.task for one in self.ears))

    async def make(self, gesture: str, one: int, other: int, which: int) -> None:
        await getattr(self, f"_{gesture}")(PEOPLE[one], PEOPLE[other], which)

    async def _listen(self, who: str, stream: str, scope: str, token: str, cookie: str = "") -> None:
        path = stream if stream in PAGES else f"/api/v1/streaming/{stream}"
        asked = scope_of("http", path, token) | {"method": "GET"}
        asked["headers"] += [(b"cookie", f"session={cookie}".encode())] if cookie else []
        connection = Connection(self.town.app, asked)
        await connection.said.put({"type": "http.request", "body": b"", "more_body": False})
        if (await connection.message())["status"] == 200:
            self.ears.append(Ear(who, stream, scope, connection))
            return
        await connection.said.put({"type": "http.disconnect"})
        await connection.task

    async def _told(self, act: str, about: ModelStatus | None, *, is_sure: bool) -> None:
        """All that follows is done; then every ear is emptied. `is_sure`: the public streams carry this act to all who may hear it."""
        await self.town.settle()
        while self.town.site.the(PubSub).is_delivering:  # noqa: ASYNC110 (all of it runs on this loop)
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        for ear in self.ears:
            events = list(ear.received())
            assert ear.is_open, ear
            for event, data in events:
                assert self._may_reach(ear, event, data), (ear, event, data)
            if is_sure and about and ear.stream in {*SHARED, "/live/local"} and not (act == "status.update" and ear.stream in PAGES):
                heard = [data for _event, data in events if about.id in data]
                assert bool(heard) == self._stands_on(ear.stream, ear.who, about), (ear, act, vars(about), events)

    def _may_reach(self, ear: Ear, event: str, data: str) -> bool:
        if event == "notification" and ear.stream in PAGES:
            return data.isdigit()
        if event == "notification":
            told = json.loads(data)
            is_wanted = not self.model.hides(ear.who, told["account"]["username"])
            return "user" in ear.stream and ear.scope in {"read", "read:notifications"} and is_wanted and self._shows_only(ear, data)
        if event == "delete" and ear.stream in HOME and ear.who in self._called(data).mentions:
            return self.model.may_receive(ear.who, self._called(data))
        if event in {"delete", "status"}:
            return self._stands_on(ear.stream, ear.who, self._called(data))
        return self._stands_on(ear.stream, ear.who, self._called(json.loads(data)["id"])) and self._shows_only(ear, data)

    def _stands_on(self, stream: str, viewer: str, said: ModelStatus) -> bool:
        """Whether it is told there to this viewer at all. `viewer` is empty for a visitor."""
        if not self.model.may_receive(viewer, said):
            return False
        if stream in HOME:
            return viewer == said.author or (viewer, said.author) in self.model.follows
        return said.visibility == "public" and not said.original and (said.is_tagged or "hashtag" not in stream)

    def _shows_only(self, ear: Ear, data: str) -> bool:
        """Neither the words nor the id of anything else."""
        named = [one for one in self.model.statuses if (one.mark and re.search(rf"\b{one.mark}\b", data)) or f'"id":"{one.id}"' in data]
        return all(self.model.may_receive(ear.who, one) for one in named)

    def _called(self, identifier: str) -> ModelStatus:
        return next(one for one in self.model.statuses if one.id == identifier)

    async def _post(self, one: str, other: str, which: int) -> None:
        said = ModelStatus(one, VISIBILITIES[which % 4])
        self._write(said, await self.people[one].posts(self._words(said, other, which), visibility=said.visibility), "update")
        await self._told("update", said, is_sure=True)

    async def _reply(self, one: str, other: str, which: int) -> None:
        if parent := self.model.recent(which):
            said = ModelStatus(one, VISIBILITIES[which % 4])
            text = self._words(said, other, which)
            self._write(said, await self.people[one].posts(text, visibility=said.visibility, in_reply_to_id=parent.id), "update")
            await self._told("update", said, is_sure=True)

    async def _edit(self, _one: str, other: str, which: int) -> None:
        said = self.model.recent(which)
        if said and not said.original:
            was_tagged = said.is_tagged
            text = self._words(said, other, which // 2)
            self._write(said, await self.people[said.author].edits({"id": said.id}, text), "status.update")
            await self._told("status.update", said, is_sure=was_tagged == said.is_tagged)

    async def _delete(self, _one: str, _other: str, which: int) -> None:
        if said := self.model.recent(which):
            await self.people[said.author].deletes({"id": said.id})
            await self._told("delete", said, is_sure=True)
            self.model.remove(said)

    async def _reblog(self, one: str, _other: str, which: int) -> None:
        original = self.model.recent(which)
        if original:
            made = ModelStatus(one, VISIBILITIES[max(which % 3, VISIBILITIES.index(original.visibility))], original.original or original)
            answer = await self.people[one].post(f"/api/v1/statuses/{original.id}/reblog", visibility=made.visibility)
            made.id = answer["id"]
            if made.id not in {known.id for known in self.model.statuses}:
                self.model.statuses.append(made)
            await self._told("update", None, is_sure=False)

    async def _unreblog(self, one: str, _other: str, which: int) -> None:
        made = self.model.recent(which)
        if made and made.original:
            await self.people[made.author].unreblogs({"id": made.original.id})
            await self._told("delete", made, is_sure=True)
            self.model.remove(made)

    async def _favourite(self, one: str, _other: str, which: int) -> None:
        if said := self.model.recent(which):
            await self.people[one].favourites({"id": said.id})
            await self._told("favourite", None, is_sure=False)

    async def _follow(self, one: str, other: str, _which: int) -> None:
        await self.people[one].follows(self.people[other])
        self.model.follows.add((one, other))
        await self._told("follow", None, is_sure=False)

    async def _unfollow(self, one: str, other: str, _which: int) -> None:
        await self.people[one].unfollows(self.people[other])
        self.model.follows.discard((one, other))
        await self._told("unfollow", None, is_sure=False)

    async def _mute(self, one: str, other: str, _which: int) -> None:
        await self.people[one].mutes(self.people[other])
        self.model.mutes.add((one, other))
        await self._told("mute", None, is_sure=False)

    async def _block(self, one: str, other: str, _which: int) -> None:
        await self.people[one].blocks(self.people[other])
        self.model.block(one, other)
        await self._told("block", None, is_sure=False)

    async def _unblock(self, one: str, other: str, _which: int) -> None:
        await self.people[one].post(f"/api/v1/accounts/{self.people[other].id}/unblock")
        self.model.blocks.discard((one, other))
        await self._told("unblock", None, is_sure=False)

    def _words(self, said: ModelStatus, other: str, which: int) -> str:
        said.mark = f"word{next(self._marks)}"
        said.mentions = {other} if which % 3 else set()
        said.is_tagged = bool(which & 4)
        return f"{said.mark} {'@' + other if said.mentions else ''} {'#x' * said.is_tagged}"

    def _write(self, said: ModelStatus, answer: Entity, act: str) -> None:
        said.id = answer["id"]
        if act == "update":
            self.model.statuses.append(said)

    async def _token(self, person: Person, scope: str) -> str:
        async with self.town.site.db.write() as tx:
            return (await tokens.issue(tx, await apps.command_line(tx), person.account_id, {scope})).token

    async def _cookie(self, person: Person) -> str:
        async with self.town.site.db.write() as tx:
            user = await accounts.user(tx, person.account_id)
            assert user
            return await sign_in.sign_in(tx, sign_in.Proof(user.account_id, user.password_hash), sign_in.Browser())


_EVENT = re.compile(r"event: (?P<event>.+)\n(?:id: .+\n)?data: (?P<data>.+)\n")

GESTURES = [
    *(["post"] * 6 + ["reply"] * 3 + ["edit"] * 4 + ["delete"] * 3 + ["reblog"] * 4 + ["unreblog", "favourite"]),
    *(["follow"] * 4 + ["unfollow", "mute", "block", "block", "unblock"]),
]
STORIES = st.lists(st.tuples(st.sampled_from(GESTURES), st.integers(0, 3), st.integers(0, 3), st.integers(0, 23)), min_size=10, max_size=40)


@given(story=STORIES)
@stories(12)
def test_nobody_hears_what_they_may_not_see(database_kind: str, story: list[tuple[str, int, int, int]]) -> None:
    note(f"{story}")
    asyncio.run(_play(database_kind, story))


async def _play(kind: str, story: list[tuple[str, int, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        async with fresh_database_url(kind) as url:
            chosen = Settings(data=Path(folder), database=url, homes=20, rate_limits="off", streams_per_address=0)
            async with running(chosen, MovingClock()) as town:
                play: Any = Play(town, {name: await town.person(name) for name in PEOPLE})
                await play.begin()
                for gesture in story:
                    with suppress(Refused):
                        await play.make(*gesture)
                await play.end()
