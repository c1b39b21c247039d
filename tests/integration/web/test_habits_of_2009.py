"""What people typed before there were buttons still means what it meant."""

from __future__ import annotations

import pytest

from gazouillis.infra.basics.ids import StatusId
from gazouillis.statuses import queries
from gazouillis.statuses.models import Status
from tests.support.people import Entity, Person
from tests.support.site import Town


async def kept(town: Town, said: Entity) -> Status:
    async with town.site.db.read() as reader:
        status = await queries.by_id(reader, StatusId(int(said["id"])))
    assert status is not None
    return status


@pytest.mark.parametrize("typed", ["RT @alice: coffee in Budapest?", "RT @alice coffee in Budapest? yes!", "RT @alice coffee in Bud…"])
async def test_a_typed_retweet_links_to_the_status_it_repeats(town: Town, alice: Person, bob: Person, typed: str) -> None:
    source = await alice.posts("coffee in Budapest?")
    await alice.posts("something else")

    said = await bob.posts(typed)

    async with town.client() as visitor:
        page = await visitor.get(f"/@bob/{said['id']}")
        there = await visitor.get(f"/@alice/{source['id']}")
    assert f'href="/@alice/{source["id"]}"' in page.text
    assert there.is_success


@pytest.mark.parametrize("typed", ["RT @alice nothing she ever said", "RT @nobody coffee in Budapest?", "I RT @alice coffee in Budapest?"])
async def test_a_typed_retweet_of_nothing_has_no_link(town: Town, alice: Person, bob: Person, typed: str) -> None:
    await alice.posts("coffee in Budapest?")

    assert (await kept(town, await bob.posts(typed))).repeats_id is None


async def test_a_typed_retweet_does_not_reveal_a_private_status(town: Town, alice: Person, bob: Person) -> None:
    await alice.posts("coffee in Budapest?", visibility="private")

    assert (await kept(town, await bob.posts("RT @alice coffee in Budapest?"))).repeats_id is None


@pytest.mark.parametrize("typed", ["@alice yes", "@alice: yes", "@alice >> yes", "@Alice, yes"])
async def test_a_text_that_begins_with_a_mention_is_a_reply_to_that_account(alice: Person, bob: Person, carol: Person, typed: str) -> None:
    await carol.follows(bob)

    said = await bob.posts(typed)

    assert said["in_reply_to_account_id"] == alice.id
    assert await alice.notified_of() == ["mention by bob"]
    assert await carol.home() == []
