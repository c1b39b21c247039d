"""Property test of home timelines and of lists: after any sequence of actions, ring buffers, database and a naive model give the same
pages.

Everybody has one list, which is exclusive in half of the stories.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, note
from hypothesis import strategies as st

from gazouillis.accounts.models import Account
from gazouillis.graph import change_circle, change_list
from gazouillis.graph import lists as queries_of_lists
from gazouillis.graph.block import block, unblock
from gazouillis.graph.change_list import Wishes
from gazouillis.graph.follow import follow, unfollow
from gazouillis.graph.lists import RepliesPolicy
from gazouillis.graph.mute import mute, unmute
from gazouillis.infra.basics.errors import Problem
from gazouillis.infra.basics.ids import AccountId, CircleId, ListId, StatusId
from gazouillis.infra.database.paging import Window
from gazouillis.statuses import queries
from gazouillis.statuses.delete import delete
from gazouillis.statuses.models import Draft, Status, Terms, Visibility
from gazouillis.statuses.narrow import narrow
from gazouillis.statuses.publish import publish
from gazouillis.statuses.reblog import reblog, unreblog
from gazouillis.statuses.withhold import hide_reply, show_reply
from gazouillis.timelines import lists as list_timelines
from gazouillis.timelines.home import Homes
from gazouillis.timelines.read import from_database
from tests.support.random_stories import fresh_site, stories
from tests.support.site import RunningSite, account_of

TERMS = Terms("http://localhost:8000", 140)
DAY = timedelta(days=1)
PEOPLE = ("ann", "ben", "cam", "dan")
EVERYTHING = Window(limit=1000)
RING = 12
"""Entries of a ring buffer: few, so that pages beyond its end are read from the database."""


class Model:
    """The naive model: a list of statuses, and the rules of the home timeline and of lists in their simplest form."""

    def __init__(self, policy: RepliesPolicy, *, is_exclusive: bool) -> None:
        self.policy, self.is_exclusive = policy, is_exclusive
        self.ann = AccountId(0)
        """Whom all posts name."""
        self.members: set[tuple[AccountId, AccountId]] = set()
        self.statuses: list[Status] = []
        self.follows: dict[tuple[AccountId, AccountId], bool] = {}
        self.hides: set[tuple[str, AccountId, AccountId]] = set()
        self.circles: set[tuple[AccountId, AccountId]] = set()

    def home(self, reader: AccountId) -> list[StatusId]:
        return self._each_once(one for one in self.statuses if self._may_enter(one, reader) and not self._is_kept_in_list(one, reader))

    def list(self, reader: AccountId) -> list[StatusId]:
        return self._each_once(one for one in self.statuses if self._may_enter_list(one, reader))

    def _each_once(self, entries: Iterable[Status]) -> list[StatusId]:
        shown: list[StatusId] = []
        last_seen: dict[StatusId, datetime] = {}
        for status in entries:
            subject = status.reblog_of_id or status.id
            if subject not in last_seen or status.created_at - last_seen[subject] >= DAY:
                shown.append(status.id)
            last_seen[subject] = status.created_at
        return shown[::-1]

    def _is_kept_in_list(self, status: Status, reader: AccountId) -> bool:
        author = status.account_id
        is_member = self.is_exclusive and author != reader and (reader, author) in self.members
        is_named = reader == status.in_reply_to_account_id or (reader == self.ann and "@ann" in status.text)
        return is_member and not is_named

    def _may_enter_list(self, status: Status, reader: AccountId) -> bool:
        if (reader, status.account_id) not in self.members or not self._is_shown(status, reader):
            return False
        addressee = status.in_reply_to_account_id
        if addressee in {None, status.account_id}:
            return True
        match self.policy:
            case RepliesPolicy.NONE:
                return False
            case RepliesPolicy.LIST:
                return addressee == reader or (reader, addressee) in self.members
            case RepliesPolicy.FOLLOWED:
                return addressee == reader or (reader, addressee) in self.follows

    def _may_enter(self, status: Status, reader: AccountId) -> bool:
        author, addressee = status.account_id, status.in_reply_to_account_id
        if author != reader and (reader, author) not in self.follows:
            return False
        if not self._is_shown(status, reader):
            return False
        if status.reblog_of_id is not None:
            return author == reader or self.follows[reader, author]
        return author == reader or addressee in {None, author, reader} or (reader, addressee) in self.follows

    def _is_shown(self, status: Status, reader: AccountId) -> bool:
        author = status.account_id
        if status.visibility is Visibility.DIRECT or self._hidden(author, reader):
            return False
        if not self._reaches(status, reader):
            return False
        if status.reblog_of_id is not None:
            original = next(one for one in self.statuses if one.id == status.reblog_of_id)
            is_withheld = original.withheld_by is not None and original.account_id != reader
            return not is_withheld and not self._hidden(original.account_id, reader)
        return True

    def _reaches(self, status: Status, reader: AccountId) -> bool:
        author = status.account_id
        if status.withheld_by is not None and author != reader:
            return False
        match status.visibility:
            case Visibility.MUTUALS:
                return author == reader or (author, reader) in self.follows
            case Visibility.CIRCLE:
                return author == reader or (author, reader) in self.circles
            case _:
                return True

    def _hidden(self, author: AccountId, reader: AccountId) -> bool:
        return bool({("mutes", reader, author), ("blocks", reader, author), ("blocks", author, reader)} & self.hides)


class Scenario:
    """Plays one story: each action is done on the server, then in the model if the server allowed it."""

    def __init__(self, running_site: RunningSite, people: list[Account], model: Model) -> None:
        self.running_site, self.people, self.model = running_site, people, model
        self.model.ann = people[0].id
        self.lists: dict[AccountId, ListId] = {}
        self.circles: dict[AccountId, CircleId] = {}

    async def begin(self) -> None:
        for one in self.people:
            async with self.running_site.site.db.write() as tx:
                self.circles[one.id] = (await change_circle.make(tx, one.id, "circle")).id
                wishes = Wishes("list", self.model.policy, self.model.is_exclusive)
                self.lists[one.id] = (await change_list.make(tx, one.id, wishes)).id

    async def act(self, action: str, one: int, other: int, which: int) -> None:
        await getattr(self, f"_{action}")(self.people[one], self.people[other], which)

    async def check(self) -> None:
        homes = self.running_site.site.the(Homes)
        for account in self.people:
            expected = self.model.home(account.id)
            async with self.running_site.site.db.read() as reader:
                assert (await from_database(reader, account.id, EVERYTHING)).items == expected
                assert await self._by_pages(lambda window, one=account.id: homes.page(reader, one, window)) == expected
                mine = await queries_of_lists.own(reader, account.id, self.lists[account.id])
                assert await self._by_pages(lambda window, one=mine: list_timelines.page(reader, one, window)) == self.model.list(
                    account.id
                )

    async def _by_pages(self, page: Callable[[Window], Awaitable[Any]]) -> list[StatusId]:
        read: list[StatusId] = []
        window = Window(limit=5)
        while items := (await page(window)).items:
            read += items
            window = Window(limit=5, max_id=items[-1])
        return read

    async def _post(self, one: Account, _other: Account, which: int) -> None:
        visibility = Visibility(which % 6)
        await self._publish(one, Draft("@ann words", visibility=visibility, circle_id=self.circles[one.id]))

    async def _narrow(self, _one: Account, _other: Account, which: int) -> None:
        status = self._pick(which)
        if status and status.reblog_of_id is None:
            author = next(person for person in self.people if person.id == status.account_id)
            async with self.running_site.site.db.write() as tx:
                narrowed = await narrow(tx, author, status.id, Visibility(1 + which % 5), self.circles[author.id])
            self.model.statuses = [narrowed if one.id == status.id else one for one in self.model.statuses]
            if narrowed.visibility > Visibility.UNLISTED and narrowed != status:
                self.model.statuses = [one for one in self.model.statuses if one.reblog_of_id != status.id]

    async def _hide(self, one: Account, _other: Account, which: int) -> None:
        if status := self._pick(which):
            async with self.running_site.site.db.write() as tx:
                await hide_reply(tx, one, status.id)
            await self._reload()

    async def _show(self, one: Account, _other: Account, which: int) -> None:
        if status := self._pick(which):
            async with self.running_site.site.db.write() as tx:
                await show_reply(tx, one, status.id)
            await self._reload()

    async def _reload(self) -> None:
        """Which statuses of a branch are withheld is not what this test is about: the model takes it from the server."""
        async with self.running_site.site.db.read() as reader:
            known = {one.id: await queries.by_id(reader, one.id) for one in self.model.statuses}
        self.model.statuses = [known[one.id] or one for one in self.model.statuses]

    async def _join(self, one: Account, other: Account, _which: int) -> None:
        async with self.running_site.site.db.write() as tx:
            await change_circle.add(tx, one.id, self.circles[one.id], [other.id])
        self.model.circles.add((one.id, other.id))

    async def _leave(self, one: Account, other: Account, _which: int) -> None:
        async with self.running_site.site.db.write() as tx:
            await change_circle.remove(tx, one.id, self.circles[one.id], [other.id])
        self.model.circles.discard((one.id, other.id))

    async def _enlist(self, one: Account, other: Account, _which: int) -> None:
        async with self.running_site.site.db.write() as tx:
            await change_list.add(tx, one.id, self.lists[one.id], [other.id])
        self.model.members.add((one.id, other.id))

    async def _unlist(self, one: Account, other: Account, _which: int) -> None:
        async with self.running_site.site.db.write() as tx:
            await change_list.remove(tx, one.id, self.lists[one.id], [other.id])
        self.model.members.discard((one.id, other.id))

    async def _reply(self, one: Account, _other: Account, which: int) -> None:
        if parent := self._pick(which):
            await self._publish(one, Draft("answer", visibility=Visibility.PUBLIC, in_reply_to_id=parent.id))

    async def _publish(self, author: Account, draft: Draft) -> None:
        async with self.running_site.site.db.write() as tx:
            status = (await publish(tx, author, draft, TERMS)).status
        self.model.statuses.append(status)

    async def _reblog(self, one: Account, _other: Account, which: int) -> None:
        if original := self._pick(which):
            async with self.running_site.site.db.write() as tx:
                made = await reblog(tx, one, original.id)
            if made.id not in {status.id for status in self.model.statuses}:
                self.model.statuses.append(made)

    async def _unreblog(self, one: Account, _other: Account, which: int) -> None:
        if original := self._pick(which):
            subject = original.reblog_of_id or original.id
            async with self.running_site.site.db.write() as tx:
                await unreblog(tx, one, subject)
            self.model.statuses = [
                status for status in self.model.statuses if (status.account_id, status.reblog_of_id) != (one.id, subject)
            ]

    async def _delete(self, _one: Account, _other: Account, which: int) -> None:
        if status := self._pick(which):
            author = next(person for person in self.people if person.id == status.account_id)
            async with self.running_site.site.db.write() as tx:
                await delete(tx, author, status.id)
            self.model.statuses = [one for one in self.model.statuses if status.id not in {one.id, one.reblog_of_id}]

    async def _follow(self, one: Account, other: Account, which: int) -> None:
        async with self.running_site.site.db.write() as tx:
            await follow(tx, one, other, shows_reblogs=bool(which % 3))
        self.model.follows[one.id, other.id] = bool(which % 3)

    async def _unfollow(self, one: Account, other: Account, _which: int) -> None:
        async with self.running_site.site.db.write() as tx:
            await unfollow(tx, one, other)
        self.model.follows.pop((one.id, other.id), None)
        self.model.members -= {(one.id, other.id)} if one.id != other.id else set()

    async def _mute(self, one: Account, other: Account, _which: int) -> None:
        async with self.running_site.site.db.write() as tx:
            await mute(tx, one, other)
        self.model.hides.add(("mutes", one.id, other.id))

    async def _unmute(self, one: Account, other: Account, _which: int) -> None:
        async with self.running_site.site.db.write() as tx:
            await unmute(tx, one, other)
        self.model.hides.discard(("mutes", one.id, other.id))

    async def _block(self, one: Account, other: Account, _which: int) -> None:
        async with self.running_site.site.db.write() as tx:
            await block(tx, one, other)
        self.model.hides.add(("blocks", one.id, other.id))
        self.model.circles -= {(one.id, other.id), (other.id, one.id)}
        self.model.members -= {(one.id, other.id), (other.id, one.id)}
        self.model.follows = {pair: shows_reblogs for pair, shows_reblogs in self.model.follows.items() if set(pair) != {one.id, other.id}}

    async def _unblock(self, one: Account, other: Account, _which: int) -> None:
        async with self.running_site.site.db.write() as tx:
            await unblock(tx, one, other)
        self.model.hides.discard(("blocks", one.id, other.id))

    async def _read(self, one: Account, _other: Account, _which: int) -> None:
        async with self.running_site.site.db.read() as reader:
            await self.running_site.site.the(Homes).page(reader, one.id, Window())

    async def _run_worker(self, _one: Account, _other: Account, _which: int) -> None:
        await self.running_site.run_until_idle()

    async def everybody_reads(self) -> None:
        """Loads all homes: from here on, the fan-out reaches their ring buffers."""
        await self.running_site.run_until_idle()
        for account in self.people:
            await self._read(account, account, 0)

    async def _wait(self, _one: Account, _other: Account, which: int) -> None:
        self.running_site.clock.advance(hours=which)

    def _pick(self, which: int) -> Status | None:
        return self.model.statuses[-1 - which % min(8, len(self.model.statuses))] if self.model.statuses else None


# The most usual actions are the most frequent.
POSTING = (
    ["post"] * 4
    + ["reblog"] * 6
    + ["reply"] * 4
    + ["run_worker"] * 2
    + ["wait", "delete", "unreblog", "narrow", "narrow", "hide", "hide", "show"]
)
RELATING = [
    "join",
    "join",
    "leave",
    "enlist",
    "enlist",
    "unlist",
    "follow",
    "follow",
    "unfollow",
    "mute",
    "unmute",
    "block",
    "unblock",
    "read",
]


def _actions(names: list[str], least: int, most: int) -> st.SearchStrategy[list[tuple[str, int, int, int]]]:
    action = st.tuples(st.sampled_from(names), st.integers(0, 3), st.integers(0, 3), st.integers(0, 30))
    return st.lists(action, min_size=least, max_size=most)


# Four parts: follows, then statuses and reblogs, then changes of relations, then statuses and reblogs again.
STORIES = st.tuples(
    _actions(["follow"] * 4 + ["join", "enlist", "enlist"], 6, 20),
    _actions(POSTING, 8, 30),
    _actions(RELATING, 0, 5),
    _actions(POSTING, 0, 15),
)
Story = tuple[list[tuple[str, int, int, int]], ...]


@given(story=STORIES, policy=st.sampled_from(RepliesPolicy), is_exclusive=st.booleans())
@stories(few=10, many=40)
def test_home_equals_the_naive_one(database_kind: str, story: Story, policy: RepliesPolicy, is_exclusive: bool) -> None:  # noqa: FBT001
    note(f"{story}")
    asyncio.run(_run_story(database_kind, story, Model(policy, is_exclusive=is_exclusive)))


async def _run_story(kind: str, story: Story, model: Model) -> None:
    async with fresh_site(kind, homes=4) as running_site:
        running_site.site.add(Homes(4, RING))
        scenario = Scenario(running_site, [await account_of(running_site.site, await running_site.person(name)) for name in PEOPLE], model)
        await scenario.begin()
        for actions in story:
            for action in actions:
                with suppress(Problem):
                    await scenario.act(*action)
            await scenario.everybody_reads()
        await scenario.check()
