"""Syntax of 2009: what people typed before there were buttons still works."""

from __future__ import annotations

import pytest

from gazouillis.infra.basics.ids import StatusId
from gazouillis.statuses import queries
from gazouillis.statuses.models import Status
from tests.support.people import Entity, Person
from tests.support.site import RunningSite


async def stored_status(running_site: RunningSite, entity: Entity) -> Status:
    async with running_site.site.db.read() as reader:
        status = await queries.by_id(reader, StatusId(int(entity["id"])))
    assert status is not None
    return status


@pytest.mark.parametrize("typed", ["RT @alice: coffee in Budapest?", "RT @alice coffee in Budapest? yes!", "RT @alice coffee in Bud…"])
async def test_a_typed_retweet_links_to_the_status_it_repeats(running_site: RunningSite, alice: Person, bob: Person, typed: str) -> None:
    source = await alice.posts("coffee in Budapest?")
    await alice.posts("something else")

    status = await bob.posts(typed)

    async with running_site.client() as visitor:
        page = await visitor.get(f"/@bob/{status['id']}")
        source_page = await visitor.get(f"/@alice/{source['id']}")
    assert f'href="/@alice/{source["id"]}"' in page.text
    assert source_page.is_success


@pytest.mark.parametrize("typed", ["RT @alice nothing she ever said", "RT @nobody coffee in Budapest?", "I RT @alice coffee in Budapest?"])
async def test_a_typed_retweet_of_nothing_has_no_link(running_site: RunningSite, alice: Person, bob: Person, typed: str) -> None:
    await alice.posts("coffee in Budapest?")

    assert (await stored_status(running_site, await bob.posts(typed))).repeats_id is None


async def test_a_typed_retweet_does_not_reveal_a_private_status(running_site: RunningSite, alice: Person, bob: Person) -> None:
    await alice.posts("coffee in Budapest?", visibility="private")

    assert (await stored_status(running_site, await bob.posts("RT @alice coffee in Budapest?"))).repeats_id is None


@pytest.mark.parametrize("typed", ["@alice yes", "@alice: yes", "@alice >> yes", "@Alice, yes"])
async def test_a_text_that_begins_with_a_mention_is_a_reply_to_that_account(alice: Person, bob: Person, carol: Person, typed: str) -> None:
    await carol.follows(bob)

    status = await bob.posts(typed)

    assert status["in_reply_to_account_id"] == alice.id
    assert await alice.notified_of() == ["mention by bob"]
    assert await carol.home() == []
