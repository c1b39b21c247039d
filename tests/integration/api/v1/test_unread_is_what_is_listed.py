"""Whatever happens: as many are unread as are listed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from hypothesis import given, note
from hypothesis import strategies as st

from gazouillis.accounts.events import ProfileChanged
from gazouillis.accounts.tables import accounts
from gazouillis.infra.settings import Settings
from tests.support.clock import MovingClock
from tests.support.databases import fresh_database_url
from tests.support.people import Entity, Person
from tests.support.random_stories import stories
from tests.support.site import Town, running

NOTIFICATIONS = "/api/v1/notifications"
NAMES = ("ann", "ben", "cam")


async def unread(person: Person) -> int:
    count: int = (await person.get(f"{NOTIFICATIONS}/unread_count"))["count"]
    return count


async def test_those_of_somebody_muted_since_are_not_counted(alice: Person, bob: Person) -> None:
    await bob.follows(alice)
    assert await unread(alice) == 1

    await alice.mutes(bob)

    assert (await unread(alice), await alice.notified_of()) == (0, [])


async def test_those_of_a_mute_that_is_over_are(clock: MovingClock, alice: Person, bob: Person) -> None:
    await bob.follows(alice)
    assert await unread(alice) == 1
    await alice.mutes(bob, duration=3600)
    assert await unread(alice) == 0

    clock.advance(hours=2)

    assert await unread(alice) == 1


async def test_a_name_taken_out_is_told_no_more(alice: Person, bob: Person) -> None:
    said = await bob.posts("hello @alice", visibility="private")
    assert await unread(alice) == 1

    await bob.edits(said, "hello")

    assert (await unread(alice), await alice.notified_of()) == (0, [])


async def test_those_of_somebody_suspended_are_not_counted(town: Town, alice: Person, bob: Person) -> None:
    await bob.follows(alice)
    await bob.posts("hello @alice")
    async with town.site.db.write() as tx:
        await tx.run(sa.update(accounts).where(accounts.c.id == bob.account_id).values(suspended_at=tx.now))
        await tx.emit(ProfileChanged(bob.account_id))

    assert (await unread(alice), await alice.notified_of()) == (0, [])
    assert await alice.get("/api/v2/notifications/unread_count") == {"count": 0}


class Play:
    def __init__(self, people: list[Person]) -> None:
        self.people, self.said = people, list[Entity]()

    async def make(self, act: str, one: int, other: int, which: int) -> None:
        me, they = self.people[one], self.people[other]
        status = self.said[which % len(self.said)] if self.said else None
        visibility = ("public", "unlisted", "private", "direct")[which % 4]
        match act:
            case "posts":
                answer = await me.client.post("/api/v1/statuses", json={"status": f"hello @{they.name}", "visibility": visibility})
                self.said += [answer.json()] if answer.is_success else []
            case "notifies":
                await me.client.post(f"/api/v1/accounts/{they.id}/follow", json={"notify": True})
            case "edit" if status:
                await self._author(status).client.put(f"/api/v1/statuses/{status['id']}", json={"status": f"now @{they.name}"})
            case "delete" if status:
                await self._author(status).client.delete(f"/api/v1/statuses/{status['id']}")
            case "favourite" | "unfavourite" | "reblog" | "unreblog" if status:
                await me.client.post(f"/api/v1/statuses/{status['id']}/{act}")
            case "unfollow" | "block" | "unblock" | "mute" | "unmute":
                await me.client.post(f"/api/v1/accounts/{they.id}/{act}")
            case "mute a while":
                await me.client.post(f"/api/v1/accounts/{they.id}/mute", json={"duration": 600})

    def _author(self, status: Entity) -> Person:
        return next(one for one in self.people if one.id == status["account"]["id"])

    async def check(self) -> None:
        for one in self.people:
            listed = await one.notifications(limit=80)
            grouped = (await one.get("/api/v2/notifications", limit=80))["notification_groups"]
            assert await unread(one) == len(listed)
            assert await one.get("/api/v2/notifications/unread_count") == {"count": len(grouped)}
            assert sum(group["notifications_count"] for group in grouped) == len(listed)
            assert {group["group_key"] for group in grouped} == {told["group_key"] for told in listed}


ACTS = ["posts"] * 4 + ["notifies", "notifies", "edit", "delete", "favourite", "favourite", "unfavourite", "reblog", "unreblog"]
ACTS += ["unfollow", "block", "unblock", "mute", "unmute", "mute a while"]
STORY = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 2), st.integers(0, 2), st.integers(0, 11)), min_size=5, max_size=30)


@given(story=STORY)
@stories(25)
def test_any_story(database_kind: str, story: list[tuple[str, int, int, int]]) -> None:
    note(f"{story}")
    asyncio.run(_tell(database_kind, story))


async def _tell(kind: str, story: list[tuple[str, int, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        clock = MovingClock()
        async with fresh_database_url(kind) as url, running(Settings(data=Path(folder), database=url, rate_limits="off"), clock) as town:
            await _play(town, clock, story)


async def _play(town: Town, clock: MovingClock, story: list[tuple[str, int, int, int]]) -> None:
    play = Play([await town.person(name) for name in NAMES])
    for gesture in story:
        await play.make(*gesture)
    await play.check()
    clock.advance(hours=1)
    await play.check()
