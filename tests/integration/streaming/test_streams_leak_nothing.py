"""Property test: after any sequence of actions, every stream has sent exactly the events that the reference model allows."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from copy import copy
from itertools import count
from typing import Any

from hypothesis import example, given, note
from hypothesis import strategies as st

from gazouillis.accounts import apps, sign_in, tokens
from gazouillis.accounts import queries as accounts
from gazouillis.infra.pubsub.channels import PubSub
from tests.support.people import Entity, Person, Refused
from tests.support.random_stories import fresh_site, stories
from tests.support.reference_model import AUDIENCES, NARROWER, VISIBILITIES, Model, ModelStatus
from tests.support.site import RunningSite
from tests.support.streams import Connection, asgi_scope

PEOPLE = ("ann", "ben", "cam", "dan")
SHARED = ("public", "public/local", "hashtag?tag=x", "hashtag/local?tag=X")
STREAMS = ("user", "user/notification", "direct", *SHARED)
PAGES = ("/live/home", "/live/local")
TOKENS = ("read", "read:statuses", "read:notifications", "write:statuses")
HOME = {"user", "/live/home"}


class Subscription:
    """One open stream, with its subscriber and the scope of its token. `who` is empty for a visitor."""

    def __init__(self, who: str, stream: str, scope: str, connection: Connection) -> None:
        self.who, self.stream, self.scope = who, stream, scope
        self.connection = connection

    def received(self) -> Iterator[tuple[str, str]]:
        """(event, data) of all events that are not read yet."""
        while not self.connection.received.empty():
            message = self.connection.received.get_nowait()
            for found in _EVENT.finditer(message.get("body", b"").decode()):
                yield found["event"], found["data"]

    @property
    def is_open(self) -> bool:
        return not self.connection.task.done()

    def __repr__(self) -> str:
        return f"{self.who or 'a visitor'} on {self.stream} with {self.scope or 'nothing'}"


class Scenario:
    def __init__(self, running_site: RunningSite, people: dict[str, Person]) -> None:
        self.running_site, self.people, self.model = running_site, people, Model()
        self.subscriptions: list[Subscription] = []
        self.circles: dict[str, str] = {}
        self.correspondents: set[str] = set()
        """Who wrote or received a private message."""
        self.earlier: dict[str, ModelStatus] = {}
        """By id, the statuses that are being narrowed or hidden, as they were before."""
        self._marks = count()

    async def begin(self) -> None:
        for stream in SHARED:
            await self._open("", stream, "", "")
        await self._open("", "/live/local", "", "")
        for name, person in self.people.items():
            self.circles[name] = await person.has_circle()
            for scope in TOKENS:
                token = await self._token(person, scope)
                for stream in STREAMS:
                    await self._open(name, stream, scope, token)
            cookie = await self._cookie(person)
            for page in PAGES:
                await self._open(name, page, "cookie", "", cookie)
        assert {(one.stream, one.scope) for one in self.subscriptions if one.who == "ann" and not one.scope.startswith("read")} == {
            (page, "cookie") for page in PAGES
        }

    async def end(self) -> None:
        for one in self.subscriptions:
            await one.connection.to_app.put({"type": "http.disconnect"})
        await asyncio.gather(*(one.connection.task for one in self.subscriptions))

    async def act(self, action: str, one: int, other: int, which: int) -> None:
        await getattr(self, f"_{action}")(PEOPLE[one], PEOPLE[other], which)

    async def _open(self, who: str, stream: str, scope: str, token: str, cookie: str = "") -> None:
        path = stream if stream in PAGES else f"/api/v1/streaming/{stream}"
        asgi = asgi_scope("http", path, token) | {"method": "GET"}
        asgi["headers"] += [(b"cookie", f"session={cookie}".encode())] if cookie else []
        connection = Connection(self.running_site.app, asgi)
        await connection.to_app.put({"type": "http.request", "body": b"", "more_body": False})
        if (await connection.message())["status"] == 200:
            self.subscriptions.append(Subscription(who, stream, scope, connection))
            return
        await connection.to_app.put({"type": "http.disconnect"})
        await connection.task

    async def _check_events(self, act: str, subject: ModelStatus | None, *, is_public: bool) -> None:
        """Runs all reactions, then checks what every stream has sent.

        `is_public`: the public streams send this act to all who may receive it.
        """
        await self.running_site.run_until_idle()
        while self.running_site.site.the(PubSub).is_delivering:  # noqa: ASYNC110 (all of it runs on this loop)
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        for one in self.subscriptions:
            events = list(one.received())
            assert one.is_open, one
            for event, data in events:
                assert self._may_reach(one, event, data), (one, event, data)
            if is_public and subject and one.stream in {*SHARED, "/live/local"} and not (act == "status.update" and one.stream in PAGES):
                is_received = any(subject.id in data for _event, data in events)
                assert is_received == self._belongs_on(one.stream, one.who, subject), (one, act, vars(subject), events)

    def _may_reach(self, subscription: Subscription, event: str, data: str) -> bool:
        who, stream = subscription.who, subscription.stream
        if event == "notification" and stream in PAGES:
            return data.isdigit()
        if event == "messages":
            unread, conversation = data.split()
            return stream in PAGES and who in self.correspondents and unread.isdigit() and conversation.isdigit()
        if event == "notification":
            is_wanted = not self.model.hides(who, json.loads(data)["account"]["username"])
            may_read = "user" in stream and subscription.scope in {"read", "read:notifications"}
            return may_read and is_wanted and self._leaks_nothing(who, data)
        if event == "delete" and data in self.earlier:
            return not self.model.may_see(who, self._status(data)) and self._belonged_on(stream, who, self.earlier[data])
        if event == "delete" and (original := self._status(data).original) and original.id in self.earlier:
            reblog = copy(self._status(data))
            reblog.original = self.earlier[original.id]
            return self._belonged_on(stream, who, reblog)
        if event == "delete" and stream in HOME and who in self._status(data).mentions:
            return self.model.may_receive(who, self._status(data))
        if event == "conversation":
            last = json.loads(data)["last_status"]
            is_readable = last is None or self.model.may_see(who, self._status(last["id"]))
            return stream == "direct" and subscription.scope in {"read", "read:statuses"} and is_readable and self._leaks_nothing(who, data)
        if event in {"update", "status"} and self._status(data if data.isdigit() else json.loads(data)["id"]).visibility == "direct":
            return False
        if event in {"delete", "status", "edit"}:
            return self._belongs_on(stream, who, self._status(data))
        return self._belongs_on(stream, who, self._status(json.loads(data)["id"])) and self._leaks_nothing(who, data)

    def _belongs_on(self, stream: str, viewer: str, status: ModelStatus) -> bool:
        """Whether the stream sends this status to this viewer."""
        if not self.model.may_receive(viewer, status):
            return False
        if stream in HOME:
            return viewer == status.author or (viewer, status.author) in self.model.follows
        if status.withheld_by:
            return False
        return status.visibility == "public" and not status.original and (status.is_tagged or "hashtag" not in stream)

    def _belonged_on(self, stream: str, viewer: str, status: ModelStatus) -> bool:
        """The same for a deletion, which mentioned people get at home too."""
        is_mentioned = stream in HOME and viewer in status.mentions and self.model.may_receive(viewer, status)
        return is_mentioned or self._belongs_on(stream, viewer, status)

    def _leaks_nothing(self, viewer: str, data: str) -> bool:
        """Whether the data holds no text and no id of a status that the viewer may not receive."""
        contained = [one for one in self.model.statuses if (one.mark and re.search(rf"\b{one.mark}\b", data)) or f'"id":"{one.id}"' in data]
        return all(self.model.may_receive(viewer, one) for one in contained)

    def _status(self, identifier: str) -> ModelStatus:
        return next(one for one in self.model.statuses if one.id == identifier)

    async def _post(self, one: str, other: str, which: int) -> None:
        status = ModelStatus(one, AUDIENCES[which % 6])
        status.circle = one
        options = {"visibility": status.visibility, "circle_id": self.circles[one]}
        self._write(status, await self.people[one].posts(self._words(status, other, which), **options))
        await self._check_events("update", status, is_public=True)

    async def _narrow(self, _one: str, _other: str, which: int) -> None:
        status = self.model.recent(which)
        if status and not status.original and status.visibility in NARROWER:
            self.earlier = {status.id: copy(status)}
            status.visibility = sorted(NARROWER[status.visibility])[which % len(NARROWER[status.visibility])]
            status.circle = status.author
            await self.people[status.author].narrows({"id": status.id}, status.visibility, circle_id=self.circles[status.author])
            await self._check_events("narrow", None, is_public=False)
            self.earlier = {}
            if not status.is_for_everybody:
                self.model.statuses = [one for one in self.model.statuses if one.original is not status]

    async def _hide(self, one: str, other: str, which: int) -> None:
        status = self.model.recent(which)
        for viewer in (one, other):
            if status and self.model.may_hide(viewer, status):
                self.earlier = {each.id: copy(each) for each in self.model.branch(status)}
                self.model.hide(viewer, status)
                await self.people[viewer].post(f"/api/v1/statuses/{status.id}/hide_reply")
                await self._check_events("hide", None, is_public=False)
                self.earlier = {}

    async def _show(self, _one: str, _other: str, which: int) -> None:
        status = self.model.recent(which)
        if status and status.withheld_by and status.withheld_top:
            self.earlier = {each.id: copy(each) for each in self.model.branch(status.withheld_top)}
            await self.people[status.withheld_by].post(f"/api/v1/statuses/{status.id}/show_reply")
            self.model.show(status.withheld_top)
            await self._check_events("show", None, is_public=False)
            self.earlier = {}

    async def _join(self, one: str, other: str, _which: int) -> None:
        await self.people[one].post(f"/api/v1/circles/{self.circles[one]}/accounts", account_ids=[self.people[other].id])
        self.model.circles.add((one, other))
        await self._check_events("join", None, is_public=False)

    async def _leave(self, one: str, other: str, _which: int) -> None:
        form = {"account_ids": [self.people[other].id]}
        await self.people[one].client.request("DELETE", f"/api/v1/circles/{self.circles[one]}/accounts", json=form)
        self.model.circles.discard((one, other))
        await self._check_events("leave", None, is_public=False)

    async def _reply(self, one: str, other: str, which: int) -> None:
        if parent := self.model.recent(which):
            answered = parent.original or parent
            status = ModelStatus(one, VISIBILITIES[which % 4], parent=answered)
            text = self._words(status, other, which)
            form = {"status": text, "visibility": status.visibility, "in_reply_to_id": parent.id}
            response = await self.people[one].client.post("/api/v1/statuses", json=form)
            if status.visibility == "direct" and response.status_code in {422, 429}:  # a stranger who has had enough
                return
            if response.status_code == 404:
                assert not (self.model.may_see(one, parent) and self.model.may_see(one, answered))
                return
            assert response.is_success
            self._write(status, response.json())
            if status.visibility == "private" and answered.visibility in {"mutuals", "circle"}:
                status.visibility, status.circle = answered.visibility, answered.circle
            status.withheld_by, status.withheld_top = answered.withheld_by, answered.withheld_top
            await self._check_events("update", status, is_public=True)

    async def _edit(self, _one: str, other: str, which: int) -> None:
        status = self.model.recent(which)
        if status and not status.original:
            was_tagged, edited = status.is_tagged, copy(status)
            text = self._words(edited, other, which // 2)
            edited.mentions = status.mentions if status.visibility == "direct" else edited.mentions
            await self.people[status.author].edits({"id": status.id}, text)
            vars(status).update(vars(edited))
            await self._check_events("status.update", status, is_public=was_tagged == status.is_tagged)

    async def _delete(self, _one: str, _other: str, which: int) -> None:
        if status := self.model.recent(which):
            await self.people[status.author].deletes({"id": status.id})
            await self._check_events("delete", status, is_public=True)
            self.model.remove(status)

    async def _reblog(self, one: str, _other: str, which: int) -> None:
        original = self.model.recent(which)
        if original:
            reblog = ModelStatus(one, VISIBILITIES[max(which % 3, AUDIENCES.index(original.visibility)) % 4], original.original or original)
            entity = await self.people[one].post(f"/api/v1/statuses/{original.id}/reblog", visibility=reblog.visibility)
            reblog.id = entity["id"]
            if reblog.id not in {known.id for known in self.model.statuses}:
                self.model.statuses.append(reblog)
            await self._check_events("update", None, is_public=False)

    async def _unreblog(self, one: str, _other: str, which: int) -> None:
        reblog = self.model.recent(which)
        if reblog and reblog.original:
            await self.people[reblog.author].unreblogs({"id": reblog.original.id})
            await self._check_events("delete", reblog, is_public=True)
            self.model.remove(reblog)

    async def _favourite(self, one: str, _other: str, which: int) -> None:
        if status := self.model.recent(which):
            await self.people[one].favourites({"id": status.id})
            await self._check_events("favourite", None, is_public=False)

    async def _follow(self, one: str, other: str, _which: int) -> None:
        await self.people[one].follows(self.people[other])
        self.model.follows.add((one, other))
        await self._check_events("follow", None, is_public=False)

    async def _unfollow(self, one: str, other: str, _which: int) -> None:
        await self.people[one].unfollows(self.people[other])
        self.model.follows.discard((one, other))
        await self._check_events("unfollow", None, is_public=False)

    async def _mute(self, one: str, other: str, _which: int) -> None:
        await self.people[one].mutes(self.people[other])
        self.model.mutes.add((one, other))
        await self._check_events("mute", None, is_public=False)

    async def _block(self, one: str, other: str, _which: int) -> None:
        await self.people[one].blocks(self.people[other])
        self.model.block(one, other)
        await self._check_events("block", None, is_public=False)

    async def _unblock(self, one: str, other: str, _which: int) -> None:
        await self.people[one].post(f"/api/v1/accounts/{self.people[other].id}/unblock")
        self.model.blocks.discard((one, other))
        await self._check_events("unblock", None, is_public=False)

    def _words(self, status: ModelStatus, other: str, which: int) -> str:
        status.mark = f"word{next(self._marks)}"
        status.mentions = {other} if which % 3 else set()
        status.is_tagged = bool(which & 4)
        return f"{status.mark} {'@' + other if status.mentions else ''} {'#x' * status.is_tagged}"

    def _write(self, status: ModelStatus, entity: Entity) -> None:
        status.id = entity["id"]
        self.model.statuses.append(status)
        if status.visibility == "direct":
            self.correspondents |= {status.author, *status.mentions}

    async def _token(self, person: Person, scope: str) -> str:
        async with self.running_site.site.db.write() as tx:
            return (await tokens.issue(tx, await apps.command_line(tx), person.account_id, {scope})).token

    async def _cookie(self, person: Person) -> str:
        async with self.running_site.site.db.write() as tx:
            user = await accounts.user(tx, person.account_id)
            assert user
            return await sign_in.sign_in(tx, sign_in.Proof(user.account_id, user.password_hash), sign_in.Browser())


_EVENT = re.compile(r"event: (?P<event>.+)\n(?:id: .+\n)?data: (?P<data>.+)\n")

ACTIONS = [
    *(
        ["post"] * 6
        + ["narrow"] * 3
        + ["join"] * 2
        + ["leave"]
        + ["reply"] * 6
        + ["hide"] * 4
        + ["show"]
        + ["edit"] * 4
        + ["delete"] * 3
        + ["reblog"] * 4
        + ["unreblog", "favourite"]
    ),
    *(["follow"] * 4 + ["unfollow", "mute", "block", "block", "unblock"]),
]
STORIES = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 3), st.integers(0, 3), st.integers(0, 23)), min_size=10, max_size=40)


@given(story=STORIES)
@example(story=[("post", 0, 1, 3), ("reply", 1, 0, 3), ("reply", 1, 0, 7)])
@stories(few=4, many=12)
def test_no_stream_sends_what_its_subscriber_may_not_see(database_kind: str, story: list[tuple[str, int, int, int]]) -> None:
    note(f"{story}")
    asyncio.run(_run_story(database_kind, story))


async def _run_story(kind: str, story: list[tuple[str, int, int, int]]) -> None:
    async with fresh_site(kind, homes=20, streams_per_address=0) as running_site:
        scenario: Any = Scenario(running_site, {name: await running_site.person(name) for name in PEOPLE})
        await scenario.begin()
        for action in story:
            with suppress(Refused):
                await scenario.act(*action)
        await scenario.end()
