"""The count of unread notifications equals the length of the list, after any sequence of actions."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa
from hypothesis import given, note
from hypothesis import strategies as st

from gazouillis.accounts.events import ProfileChanged
from gazouillis.accounts.tables import accounts
from tests.support.clock import MovingClock
from tests.support.people import Entity, Person
from tests.support.random_stories import fresh_site, stories
from tests.support.site import RunningSite

NOTIFICATIONS = "/api/v1/notifications"
NAMES = ("ann", "ben", "cam")


async def unread(person: Person) -> int:
    count: int = (await person.get(f"{NOTIFICATIONS}/unread_count"))["count"]
    return count


async def test_notifications_of_an_account_muted_since_are_not_counted(alice: Person, bob: Person) -> None:
    await bob.follows(alice)
    assert await unread(alice) == 1

    await alice.mutes(bob)

    assert (await unread(alice), await alice.notified_of()) == (0, [])


async def test_notifications_are_counted_again_after_a_mute_ends(clock: MovingClock, alice: Person, bob: Person) -> None:
    await bob.follows(alice)
    assert await unread(alice) == 1
    await alice.mutes(bob, duration=3600)
    assert await unread(alice) == 0

    clock.advance(hours=2)

    assert await unread(alice) == 1


async def test_a_mention_removed_by_an_edit_is_no_longer_notified(alice: Person, bob: Person) -> None:
    status = await bob.posts("hello @alice", visibility="private")
    assert await unread(alice) == 1

    await bob.edits(status, "hello")

    assert (await unread(alice), await alice.notified_of()) == (0, [])


async def test_notifications_of_a_suspended_account_are_not_counted(running_site: RunningSite, alice: Person, bob: Person) -> None:
    await bob.follows(alice)
    await bob.posts("hello @alice")
    async with running_site.site.db.write() as tx:
        await tx.run(sa.update(accounts).where(accounts.c.id == bob.account_id).values(suspended_at=tx.now))
        await tx.emit(ProfileChanged(bob.account_id))

    assert (await unread(alice), await alice.notified_of()) == (0, [])
    assert await alice.get("/api/v2/notifications/unread_count") == {"count": 0}


async def test_kinds_that_no_app_lists_are_not_counted(alice: Person, bob: Person) -> None:
    """A request to publish words of a conversation is a kind of our own: apps get it when they name it."""
    await alice.follows(bob)
    await bob.follows(alice)
    message = await bob.posts("@alice a secret", visibility="direct")
    [conversation] = await alice.get("/api/v1/conversations")
    await alice.post(f"/api/v1/conversations/{conversation['id']}/extracts", message_ids=[message["id"]])
    named = {"types[]": ["extract_request"]}

    assert [one["type"] for one in await bob.notifications()] == ["follow"]
    assert (await unread(bob), await bob.get("/api/v2/notifications/unread_count")) == (1, {"count": 1})
    assert [one["type"] for one in await bob.notifications(**named)] == ["extract_request"]
    assert await bob.get(f"{NOTIFICATIONS}/unread_count", **named) == {"count": 1}


async def test_a_count_of_some_kinds_or_of_one_sender_is_what_is_listed_of_them(alice: Person, bob: Person, carol: Person) -> None:
    await bob.follows(alice)
    await bob.posts("hello @alice")
    await carol.posts("hello @alice")

    for chosen in ({"types[]": "mention"}, {"exclude_types[]": "mention"}, {"account_id": bob.id}, {"types[]": "no such kind"}):
        assert await alice.get(f"{NOTIFICATIONS}/unread_count", **chosen) == {"count": len(await alice.notifications(**chosen))}


class Scenario:
    def __init__(self, people: list[Person]) -> None:
        self.people, self.statuses = people, list[Entity]()

    async def act(self, action: str, one: int, other: int, which: int) -> None:
        me, they = self.people[one], self.people[other]
        status = self.statuses[which % len(self.statuses)] if self.statuses else None
        visibility = ("public", "unlisted", "private", "direct")[which % 4]
        match action:
            case "post":
                response = await me.client.post("/api/v1/statuses", json={"status": f"hello @{they.name}", "visibility": visibility})
                self.statuses += [response.json()] if response.is_success else []
            case "follow":
                await me.client.post(f"/api/v1/accounts/{they.id}/follow", json={"notify": True})
            case "edit" if status:
                await self._author(status).client.put(f"/api/v1/statuses/{status['id']}", json={"status": f"now @{they.name}"})
            case "delete" if status:
                await self._author(status).client.delete(f"/api/v1/statuses/{status['id']}")
            case "favourite" | "unfavourite" | "reblog" | "unreblog" if status:
                await me.client.post(f"/api/v1/statuses/{status['id']}/{action}")
            case "unfollow" | "block" | "unblock" | "mute" | "unmute":
                await me.client.post(f"/api/v1/accounts/{they.id}/{action}")
            case "mute with end":
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
            assert {group["group_key"] for group in grouped} == {one["group_key"] for one in listed}


ACTIONS = ["post"] * 4 + ["follow", "follow", "edit", "delete", "favourite", "favourite", "unfavourite", "reblog", "unreblog"]
ACTIONS += ["unfollow", "block", "unblock", "mute", "unmute", "mute with end"]
STORY = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 2), st.integers(0, 2), st.integers(0, 11)), min_size=5, max_size=30)


@given(story=STORY)
@stories(few=6, many=15)
def test_any_story_leaves_as_many_unread_as_listed(database_kind: str, story: list[tuple[str, int, int, int]]) -> None:
    note(f"{story}")
    asyncio.run(_run_story(database_kind, story))


async def _run_story(kind: str, story: list[tuple[str, int, int, int]]) -> None:
    async with fresh_site(kind) as running_site:
        scenario = Scenario([await running_site.person(name) for name in NAMES])
        for action in story:
            await scenario.act(*action)
        await scenario.check()
        running_site.clock.advance(hours=1)
        await scenario.check()
