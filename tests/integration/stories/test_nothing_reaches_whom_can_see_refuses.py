"""Property test: after any sequence of follows, blocks, blocked domains, mutes, limits, circles, edits and withheld replies, no word of a
status reaches somebody who may not see it by the reference model: not by a list, thread, search, notification, count, file, page or stream.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import Any

import msgspec
import sqlalchemy as sa
from hypothesis import given, note
from hypothesis import strategies as st

from gazouillis.accounts import queries as account_queries
from gazouillis.accounts.events import ProfileChanged
from gazouillis.accounts.preferences import change_preferences
from gazouillis.accounts.tables import accounts
from gazouillis.infra.pubsub.channels import PubSub
from tests.support.browser import Browser
from tests.support.media import photo
from tests.support.people import Person, Refused
from tests.support.random_stories import ActingPeople, fresh_site, stories
from tests.support.reference_model import AUDIENCES, ModelStatus
from tests.support.site import RunningSite
from tests.support.streams import Connection, asgi_scope

PEOPLE = ("ann", "ben", "cam", "dan")
REMOTE, DOMAIN = "dan", "there.test"
EVERYBODY = ("", *PEOPLE)
API = """
/api/v1/timelines/public?limit=40
/api/v1/timelines/tag/x?limit=40
/api/v2/search?q=word&type=statuses&limit=40
""".split()
API_OF_MEMBERS = """
/api/v1/timelines/home?limit=40
/api/v1/favourites?limit=40
/api/v1/bookmarks?limit=40
/api/v1/notifications?limit=40
/api/v2/notifications?limit=40
/api/v1/conversations
/api/v1/withheld_replies
/api/v2/suggestions
""".split()
API_OF_PERSON = ("/api/v1/accounts/{id}/statuses?limit=40", "/api/v1/accounts/{id}/statuses?exclude_replies=true")
API_OF_STATUS = ("", "/context", "/history")
PAGES = ("/local", "/tags/x", "/search?q=word")
PAGES_OF_MEMBERS = ("/", "/notifications", "/mentions", "/favourites", "/bookmarks", "/messages", "/settings/held-replies")
PAGES_OF_PERSON = ("/@{acct}", "/@{acct}/with_replies", "/@{acct}/media")
PAGES_OF_STATUS = ("/@{acct}/{id}", "/@{acct}/{id}/edits", "/@{acct}/{id}/favourites")
MARK = re.compile(r"\bword\d+\b")


class Scenario(ActingPeople):
    def __init__(self, running_site: RunningSite, people: dict[str, Person]) -> None:
        super().__init__(running_site, people)
        self.browsers: dict[str, Browser] = {"": Browser(running_site)}
        self.streams: list[tuple[str, Connection]] = []
        self.files: list[tuple[ModelStatus, str]] = []
        """Files of statuses, with the address that their pages show."""

    async def begin(self) -> None:
        await super().begin()
        for name in self.people:
            if name != REMOTE:
                self.browsers[name] = Browser(self.running_site)
                await self.browsers[name].was_signed_in(name)
        async with self.running_site.site.db.write() as tx:
            moved = {"domain": DOMAIN, "handle": f"{REMOTE}@{DOMAIN}"}
            await tx.run(sa.update(accounts).where(accounts.c.id == self.people[REMOTE].account_id).values(moved))
            await tx.emit(ProfileChanged(self.people[REMOTE].account_id))
        await self.running_site.run_until_idle()
        for name in EVERYBODY:
            for stream in ("public", *(("user", "direct") if name else ())):
                await self._open(name, stream)

    async def end(self) -> None:
        for _name, connection in self.streams:
            await connection.to_app.put({"type": "http.disconnect"})
        await asyncio.gather(*(connection.task for _name, connection in self.streams))

    async def act(self, action: str, one: int, other: int, which: int) -> None:
        with suppress(Refused):
            await getattr(self, f"_{action}")(PEOPLE[one], PEOPLE[other], which)
        await self._check_streams()

    async def check(self) -> None:
        for viewer in PEOPLE:  # before any page: to open the notifications reads them
            await self._check_numbers(viewer)
        for viewer in EVERYBODY:
            for client, paths in ((self.clients[viewer], self._api(viewer)), (self.browsers.get(viewer), self._pages(viewer))):
                for path in paths if client else ():
                    response = await (client.reads(path) if isinstance(client, Browser) else client.get(path))
                    assert response.status_code < 500, (viewer, path, response.text)
                    self._check_words(viewer, response.text, path)
            for status in self.model.statuses:
                await self._check_status(viewer, status)

    def _api(self, viewer: str) -> list[str]:
        of_person = [path.format(id=person.id) for path in API_OF_PERSON for person in self.people.values()]
        return [*API, *(API_OF_MEMBERS if viewer else ()), *of_person]

    def _pages(self, viewer: str) -> list[str]:
        of_person = [path.format(acct=_acct(name)) for path in PAGES_OF_PERSON for name in PEOPLE]
        return [*PAGES, *(PAGES_OF_MEMBERS if viewer else ()), *of_person]

    async def _check_status(self, viewer: str, status: ModelStatus) -> None:
        may_see = self.model.may_see(viewer, status)
        for path in API_OF_STATUS:
            response = await self.clients[viewer].get(f"/api/v1/statuses/{status.id}{path}")
            assert (response.status_code == 200) == may_see, (viewer, path, vars(status), response.text)
            self._check_words(viewer, response.text, path)
        if browser := self.browsers.get(viewer):
            for path in PAGES_OF_STATUS:
                response = await browser.reads(path.format(acct=_acct(status.author), id=status.id))
                assert may_see or response.status_code == 404, (viewer, path, vars(status))
                self._check_words(viewer, response.text, path)
            for sealed, address in self.files:
                if sealed is status:
                    is_open = status.is_for_everybody and not status.withheld_by  # for visitors, so for those who are blocked too
                    is_shown = is_open or self.model.shows_files(viewer, status)
                    assert ((await browser.client.get(address)).status_code == 200) == is_shown, (viewer, address, vars(status))

    async def _check_numbers(self, viewer: str) -> None:
        listed = (await self.clients[viewer].get("/api/v1/notifications?limit=40")).json()
        for one in listed:
            assert not self.model.has_block(viewer, one["account"]["username"]), (viewer, one)
        counted = (await self.clients[viewer].get("/api/v1/notifications/unread_count")).json()["count"]
        assert min(counted, 40) == len(listed), (viewer, counted, len(listed))

    def _check_words(self, viewer: str, text: str, where: str) -> None:
        for mark in set(MARK.findall(text)):
            status = next((one for one in self.model.statuses if one.mark == mark), None)
            assert status is not None, (viewer, where, mark, "is deleted")
            assert self.model.may_see(viewer, status), (viewer, where, vars(status))

    async def _open(self, who: str, stream: str) -> None:
        token = self.people[who].token if who else ""
        connection = Connection(self.running_site.app, asgi_scope("http", f"/api/v1/streaming/{stream}", token) | {"method": "GET"})
        await connection.to_app.put({"type": "http.request", "body": b"", "more_body": False})
        if (await connection.message())["status"] == 200:
            self.streams.append((who, connection))
            return
        await connection.to_app.put({"type": "http.disconnect"})
        await connection.task

    async def _check_streams(self) -> None:
        await self.running_site.run_until_idle()
        while self.running_site.site.the(PubSub).is_delivering:  # noqa: ASYNC110 (all of it runs on this loop)
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        for who, connection in self.streams:
            while not connection.received.empty():
                self._check_words(who, connection.received.get_nowait().get("body", b"").decode(), "a stream")

    async def _write(self, status: ModelStatus, other: str, which: int) -> None:
        status.mark, status.circle = f"word{next(self._marks)}", status.author
        status.mentions = {other} - {status.author} if which % 3 else set()
        status.has_word = which % 5 == 4
        options: dict[str, Any] = {"in_reply_to_id": status.parent.id} if status.parent else {}
        has_file = which % 8 == 5 and not status.parent
        if has_file:
            options["media_ids"] = [(await self.people[status.author].uploads(PHOTO))["id"]]
        person = self.people[status.author]
        entity = await person.posts(_text(status), visibility=status.visibility, circle_id=self.circles[status.author], **options)
        status.id = entity["id"]
        if status.parent and status.visibility == "private" and status.parent.visibility in {"mutuals", "circle"}:
            status.visibility, status.circle = status.parent.visibility, status.parent.circle
        self.model.receive_reply(status)
        if status.visibility == "direct":
            self.model.deliver(status, REMOTE)
        self.model.statuses.append(status)
        if has_file:
            address = entity["media_attachments"][0]["url"].removeprefix("http://localhost:8000").partition("?")[0]
            self.files.append((status, address))

    async def _post(self, one: str, other: str, which: int) -> None:
        await self._write(ModelStatus(one, AUDIENCES[which % 6]), other, which)

    async def _reply(self, one: str, other: str, which: int) -> None:
        if recent := self.model.recent(which):
            parent = recent.original or recent
            visibility = "direct" if parent.visibility == "direct" else AUDIENCES[which % 5 if which % 5 < 3 else 0]
            await self._write(ModelStatus(one, visibility, parent=parent), other if parent.visibility != "direct" else parent.author, which)

    async def _reblog(self, one: str, _other: str, which: int) -> None:
        if recent := self.model.recent(which):
            original = recent.original or recent
            reblog = ModelStatus(one, "private" if original.visibility == "private" else "public", original)
            reblog.visibility = max(reblog.visibility, original.visibility, key=AUDIENCES.index)
            reblog.id = (await self.people[one].reblogs({"id": original.id}))["id"]
            if reblog.id not in {known.id for known in self.model.statuses}:
                self.model.statuses.append(reblog)

    async def _favourite(self, one: str, _other: str, which: int) -> None:
        if status := self.model.recent(which):
            await self.people[one].favourites({"id": status.id})
            await self.people[one].bookmarks({"id": status.id})

    async def _edit(self, _one: str, _other: str, which: int) -> None:
        """Mostly of a reply, which gets the unwanted word or loses it."""
        replies = [one for one in self.model.statuses[-8:] if one.parent]
        status = replies[which % len(replies)] if replies else self.model.recent(which)
        if status and not status.original:
            await self.people[status.author].edits({"id": status.id}, _text(status, has_word=not status.has_word))
            self.model.edit(status, has_word=not status.has_word)

    async def _be_wary(self, one: str, _other: str, _which: int) -> None:
        if one != REMOTE:
            sent = await self.people[one].client.patch("/api/gazouillis/v1/limits", json={"unwanted_words": ["crypto"]})
            assert sent.is_success
            self.model.wary.add(one)

    async def _follow(self, one: str, other: str, _which: int) -> None:
        await self.people[one].follows(self.people[other])
        self.model.follow(one, other)

    async def _unfollow(self, one: str, other: str, _which: int) -> None:
        await self.people[one].unfollows(self.people[other])
        self.model.follows.discard((one, other))

    async def _limit(self, one: str, other: str, _which: int) -> None:
        await self.people[one].post(f"/api/v1/accounts/{self.people[other].id}/limit")
        self.model.limits.add((one, other))

    async def _be_cautious(self, one: str, _other: str, _which: int) -> None:
        async with self.running_site.site.db.write() as tx:
            user = await account_queries.user(tx, self.people[one].account_id)
            assert user
            await change_preferences(tx, user, msgspec.structs.replace(user.preferences, holds_strangers=True))
        self.model.cautious.add(one)

    async def _unblock(self, one: str, other: str, _which: int) -> None:
        await self.people[one].post(f"/api/v1/accounts/{self.people[other].id}/unblock")
        self.model.blocks.discard((one, other))

    async def _block_domain(self, one: str, _other: str, _which: int) -> None:
        if one != REMOTE:
            await self.people[one].post("/api/v1/domain_blocks", domain=DOMAIN)
            self.model.block(one, REMOTE, with_domain=True)

    async def _unblock_domain(self, one: str, _other: str, _which: int) -> None:
        await self.people[one].client.request("DELETE", "/api/v1/domain_blocks", json={"domain": DOMAIN})
        self.model.domain_blocks.discard((one, REMOTE))


def _text(status: ModelStatus, *, has_word: bool | None = None) -> str:
    named = "".join(f"@{_acct(one)} " for one in sorted(status.mentions))
    return f"word {status.mark} {named}#x{' crypto' if (status.has_word if has_word is None else has_word) else ''}"


def _acct(name: str) -> str:
    return f"{name}@{DOMAIN}" if name == REMOTE else name


PHOTO = photo(size=(40, 30))
RELATING = ["follow"] * 6 + ["join"] * 2 + ["limit", "be_cautious"] + ["be_wary"] * 3
ACTIONS = (
    ["post"] * 8
    + ["reply"] * 8
    + ["reblog"] * 3
    + ["favourite"] * 3
    + ["narrow", "show", "hide", "hide"]
    + ["edit"] * 6
    + RELATING
    + ["unfollow", "mute", "block", "block", "unblock", "block_domain", "block_domain", "unblock_domain", "delete"]
)


def _actions(names: list[str], least: int, most: int) -> st.SearchStrategy[list[tuple[str, int, int, int]]]:
    action = st.tuples(st.sampled_from(names), st.integers(0, 3), st.integers(0, 3), st.integers(0, 23))
    return st.lists(action, min_size=least, max_size=most)


STORIES = st.tuples(_actions(RELATING, 3, 8), _actions(ACTIONS, 10, 35))
Story = tuple[list[tuple[str, int, int, int]], ...]


@given(story=STORIES)
@stories(few=2, many=12)
def test_nothing_reaches_whom_can_see_refuses(database_kind: str, story: Story) -> None:
    note(f"{story}")
    asyncio.run(_run_story(database_kind, story))


async def _run_story(kind: str, story: Story) -> None:
    async with fresh_site(kind, homes=20) as running_site:
        scenario = Scenario(running_site, {name: await running_site.person(name) for name in PEOPLE})
        await scenario.begin()
        try:
            for actions in story:
                for action in actions:
                    await scenario.act(*action)
            await scenario.check()
        finally:
            await scenario.end()
