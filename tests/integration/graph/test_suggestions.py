"""The side column: whom one might follow and why, who was active, and what is talked about."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from gazouillis.accounts.models import Role
from gazouillis.graph.suggestions import MOST, suggestions
from tests.support.browser import Browser, text
from tests.support.query_plans import RecordingReader, plans
from tests.support.site import account_of

SUGGESTED = re.compile(r'<ul class="suggestions">(.*?)</ul>', re.S)
REASON = re.compile(r'href="/@(\w+)" tabindex.*?<small>(.*?)</small>', re.S)
FACES = re.compile(r'<ul class="active-faces">(.*?)</ul>', re.S)
TRENDS = re.compile(r'<ul class="trends">(.*?)</ul>', re.S)


class Column:
    """The side column of somebody, or of a visitor, beside the local timeline: an empty home page has the suggestions in its middle."""

    def __init__(self, running_site, browser):
        self.running_site, self.browser = running_site, browser

    async def suggested(self):
        """The reason by handle."""
        found = SUGGESTED.search(await self._html())
        return {handle: reason.strip() for handle, reason in REASON.findall(found[1])} if found else {}

    async def active(self):
        found = FACES.search(await self._html())
        return re.findall(r'href="/@(\w+)"', found[1]) if found else []

    async def trends(self):
        found = TRENDS.search(await self._html())
        return re.findall(r"<bdi>#(\w+)</bdi></a> <small>(\d+)", found[1]) if found else []

    async def _html(self):
        await self.running_site.run_until_idle()
        return text(await self.browser.reads("/local"))


@pytest.fixture
async def column(running_site, alice):
    browser = Browser(running_site)
    await browser.was_signed_in("alice")
    return Column(running_site, browser)


async def test_somebody_followed_by_those_one_follows_is_suggested_with_their_names(column, running_site, alice, bob, carol):
    dora = await running_site.person("dora")
    await alice.follows(bob, carol)
    await bob.follows(dora)
    await carol.follows(dora)

    assert await column.suggested() == {"dora": "followed by bob and carol"}


async def test_a_reason_names_nobody_whom_the_viewer_may_not_find(column, running_site, alice, bob, carol):
    dora, emma = await running_site.person("dora"), await running_site.person("emma")
    await alice.follows(bob, carol)
    await bob.follows(dora, emma)
    await carol.follows(dora)

    await bob.client.patch("/api/gazouillis/v1/limits", json={"who_may_find": "nobody"})

    assert await column.suggested() == {"dora": "followed by carol"}
    assert '"acct":"bob"' not in (await alice.client.get("/api/v2/suggestions")).text


async def test_further_followers_are_counted(column, running_site, alice, bob, carol):
    dora, emma = await running_site.person("dora"), await running_site.person("emma")
    await alice.follows(bob, carol, emma)
    for one in (bob, carol, emma):
        await one.follows(dora)

    assert (await column.suggested())["dora"] == "followed by bob, emma and 1 other"


async def test_a_follower_is_suggested(column, alice, bob):
    await bob.follows(alice)

    assert await column.suggested() == {"bob": "follows you"}


async def test_whom_those_who_run_the_place_trust_is_suggested_to_a_newcomer_with_their_names(column, running_site, bob, carol):
    olive = await running_site.person("olive", role=Role.OWNER)
    await carol.posts("hello")
    await olive.follows(bob)
    await bob.follows(carol)

    assert await column.suggested() == {"carol": "followed by bob"}


@pytest.mark.parametrize("act", ["blocks", "mutes"])
async def test_no_reason_names_somebody_in_a_block_with_the_viewer_or_muted(column, running_site, alice, bob, carol, act):
    olive = await running_site.person("olive", role=Role.OWNER)
    await carol.posts("hello")
    await olive.follows(bob, carol)
    await bob.follows(carol)
    assert set((await column.suggested()).values()) >= {"followed by bob and olive"}

    await (bob.blocks(alice) if act == "blocks" else alice.mutes(bob))

    assert (await column.suggested())["carol"] == "followed by olive"


async def test_somebody_followed_by_one_trusted_person_comes_before_who_follows_one(column, running_site, alice, bob, carol):
    """To follow somebody costs nothing."""
    await alice.follows(bob)
    await bob.follows(carol)
    for number in range(3):
        await (await running_site.person(f"stranger{number}")).follows(alice)

    assert next(iter(await column.suggested())) == "carol"


async def test_a_muted_contact_is_no_reason(column, alice, bob, carol):
    await alice.follows(bob)
    await bob.follows(carol)
    assert await column.suggested() == {"carol": "followed by bob"}

    await alice.mutes(bob)
    assert await column.suggested() == {}


async def test_apps_get_the_names_too(running_site, alice, bob, carol):
    await alice.follows(bob)
    await bob.follows(carol)

    suggested = await alice.get("/api/v2/suggestions")
    assert [(one["account"]["acct"], [each["acct"] for each in one["through"]]) for one in suggested] == [("carol", ["bob"])]


@pytest.mark.parametrize("act", ["follows", "blocks", "mutes"])
async def test_whoever_is_followed_blocked_or_muted_is_suggested_no_more(column, alice, bob, act):
    await bob.follows(alice)
    assert "bob" in await column.suggested()

    await getattr(alice, act)(bob)

    assert await column.suggested() == {}


async def test_whoever_blocks_the_viewer_is_suggested_no_more(column, running_site, alice, bob, carol):
    await alice.follows(bob)
    await bob.follows(carol)
    assert "carol" in await column.suggested()

    await carol.blocks(alice)

    assert await column.suggested() == {}


async def test_whoever_was_asked_is_suggested_no_more(column, alice, bob):
    await bob.locks()
    await bob.follows(alice)
    assert "bob" in await column.suggested()

    await alice.follows(bob)

    assert await column.suggested() == {}


async def test_whoever_does_not_want_to_be_found_is_suggested_no_more(column, alice, bob):
    await bob.follows(alice)
    assert "bob" in await column.suggested()

    await bob.client.patch("/api/v1/accounts/update_credentials", json={"discoverable": False})

    assert await column.suggested() == {}


async def test_a_hidden_list_of_followed_people_gives_no_reason(column, alice, bob, carol):
    await alice.follows(bob)
    await bob.follows(carol)
    assert await column.suggested() == {"carol": "followed by bob"}

    await bob.client.patch("/api/v1/accounts/update_credentials", json={"hide_collections": True})

    assert await column.suggested() == {}


async def test_new_follows_of_others_are_suggested_after_some_minutes(column, running_site, alice, bob, carol):
    await alice.follows(bob)
    assert await column.suggested() == {}
    await bob.follows(carol)

    running_site.clock.advance(minutes=11)

    assert await column.suggested() == {"carol": "followed by bob"}


async def test_suggestions_take_a_fixed_number_of_queries_by_index(running_site, alice, bob):
    people = [await running_site.person(f"person{number}") for number in range(6)]
    await alice.follows(bob, *people[:3])
    for one in (bob, *people[:3]):
        await one.follows(*people[3:])
    await running_site.run_until_idle()
    viewer = (await account_of(running_site.site, alice)).id
    cache, running_site.site.db.cache = running_site.site.db.cache, None
    try:
        async with running_site.site.db.read() as reader:
            recorder = RecordingReader(reader)
            found = await suggestions(recorder, viewer, MOST)
            steps = await plans(reader, lambda reader: suggestions(reader, viewer, MOST)) if reader.dialect == "sqlite" else []
    finally:
        running_site.site.db.cache = cache

    assert {one.account.username for one in found} >= {"person3", "person4", "person5"}
    assert len(recorder.queries) == 7
    assert [step for step in steps if re.match(r"SCAN (follows|accounts)\b(?!.* USING)", step)] == []


async def test_those_one_follows_are_shown_by_their_last_post(column, running_site, clock, alice, bob, carol):
    await alice.follows(bob, carol, await running_site.person("silent"))
    await bob.posts("first")
    clock.advance(seconds=60)
    await carol.posts("second")

    assert await column.active() == ["carol", "bob"]

    await alice.mutes(carol)
    assert await column.active() == ["bob"]


async def test_what_several_people_tag_in_public_is_talked_about(column, running_site, alice, bob, carol):
    visitor = Column(running_site, Browser(running_site))
    for one in (alice, bob):
        await one.posts("a #Feast and a #secret", visibility="public")
    await carol.posts("the #feast #alone")
    await carol.posts("#secret", visibility="private")

    assert await column.trends() == await visitor.trends() == [("feast", "3"), ("secret", "2")]


async def test_tags_of_people_who_do_not_want_to_be_found_or_of_last_month_are_not(column, running_site, alice, bob):
    for one in (alice, bob):
        await one.posts("#feast")
    await bob.client.patch("/api/v1/accounts/update_credentials", json={"discoverable": False})
    assert await column.trends() == []

    await bob.client.patch("/api/v1/accounts/update_credentials", json={"discoverable": True})
    running_site.clock.advance(minutes=11)
    assert await column.trends() == [("feast", "2")]

    running_site.clock.advance(**{"days": timedelta(days=8).days})
    assert await column.trends() == []
