"""What is said of a place: pages with cursors, the index that serves them, and random stories compared with a naive reading."""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

import httpx
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from gazouillis.accounts.suspend import suspend
from gazouillis.infra.database.paging import Window
from gazouillis.places import gazetteer, said
from gazouillis.places.models import Kind
from tests.support.people import Person
from tests.support.query_count import recorded_queries
from tests.support.query_plans import plans
from tests.support.random_stories import fresh_site, stories
from tests.support.stays import AUVERGNE_RHONE_ALPES, BUDAPEST, FRANCE, LYON, NANTES, PLACES

NAMES = ("ada", "ben", "cleo")
CARRIED = (None, LYON, NANTES, BUDAPEST, AUVERGNE_RHONE_ALPES, FRANCE)
WITHIN = {
    LYON: {LYON},
    NANTES: {NANTES},
    BUDAPEST: {BUDAPEST},
    AUVERGNE_RHONE_ALPES: {AUVERGNE_RHONE_ALPES, LYON},
    FRANCE: {FRANCE, AUVERGNE_RHONE_ALPES, LYON, NANTES},
}


class Act(NamedTuple):
    who: str
    does: str
    where: str | None
    which: int


ACTS = st.builds(
    Act,
    st.sampled_from(NAMES),
    st.sampled_from(["public"] * 5 + ["unlisted", "private", "mutuals", "move", "move", "delete", "narrow", "reblog", "block", "mute"]),
    st.sampled_from(CARRIED),
    st.integers(0, 9),
)


class Said:
    """Plays a story, and knows in the simplest words what everybody should find."""

    def __init__(self, people: dict[str, Person]) -> None:
        self.people, self.gone = people, ""
        self.posts: list[dict[str, Any]] = []
        self.apart: set[tuple[str, str]] = set()
        self.muted: set[tuple[str, str]] = set()

    async def act(self, one: Act) -> None:
        person, other = self.people[one.who], NAMES[(NAMES.index(one.who) + 1 + one.which % 2) % 3]
        own = [post for post in self.posts if post["who"] == one.who]
        match one.does:
            case "block":
                await person.blocks(self.people[other])
                self.apart |= {(one.who, other), (other, one.who)}
            case "mute":
                await person.mutes(self.people[other])
                self.muted.add((one.who, other))
            case "move" | "delete" | "narrow" | "reblog":
                if own:
                    await self._change(person, own[one.which % len(own)], one)
            case visibility:
                status = await person.posts(f"number {len(self.posts)}", place_id=one.where, visibility=visibility)
                self.posts.append({"id": status["id"], "who": one.who, "where": one.where, "visibility": visibility})

    async def _change(self, person: Person, post: dict[str, Any], one: Act) -> None:
        if one.does == "move":
            await person.edits(post, f"moved {len(self.posts)} {one.which}", place_id=one.where)
            post["where"] = one.where
        elif one.does == "delete":
            await person.deletes(post)
            self.posts.remove(post)
        elif one.does == "narrow" and post["visibility"] in {"public", "unlisted"}:
            await person.narrows(post, "private")
            post["visibility"] = "private"
        elif one.does == "reblog" and post["visibility"] == "public":
            await person.reblogs(post)

    def found(self, viewer: str, place_id: str) -> list[str]:
        return [
            one["id"]
            for one in reversed(self.posts)
            if one["visibility"] == "public"
            and one["where"] in WITHIN[place_id]
            and one["who"] != self.gone
            and (viewer, one["who"]) not in self.apart | self.muted
        ]


@stories(few=3, many=30)
@given(story=st.lists(ACTS, min_size=8, max_size=24), leaves=st.sampled_from(["", "ada"]))
async def test_each_viewer_finds_in_each_place_what_a_naive_reading_finds(database_kind, story, leaves):
    note(story)
    async with fresh_site(database_kind) as running_site:
        model = Said({name: await running_site.person(name) for name in NAMES})
        for one in story:
            await model.act(one)
        if leaves:
            async with running_site.site.db.write() as tx:
                await suspend(tx, model.people[leaves].account_id)
            model.gone = leaves
        clients = {"": running_site.client(), **{name: model.people[name].client for name in NAMES if name != leaves}}
        for (viewer, client), place_id in product(clients.items(), WITHIN):
            assert await _all_pages(client, place_id) == model.found(viewer, place_id), (viewer, place_id)


async def _all_pages(client: httpx.AsyncClient, place_id: str) -> list[str]:
    """Read two at a time, by the `Link` header."""
    found: list[str] = []
    address: str | None = f"{PLACES}/{place_id}/statuses?limit=2"
    while address:
        page = await client.get(address)
        assert page.status_code == 200, page.text
        found += [one["id"] for one in page.json()]
        address = page.links.get("next", {}).get("url")
    return found


async def test_pages_go_both_ways_and_what_cannot_be_is_refused(running_site, alice):
    posted = [(await alice.posts(f"number {number}", place_id=LYON))["id"] for number in range(5)]
    client, path = running_site.client(), f"{PLACES}/{LYON}/statuses"

    first = await client.get(path, params={"limit": 2})
    second = await client.get(first.links["next"]["url"])
    back = await client.get(second.links["prev"]["url"])

    assert [[one["id"] for one in page.json()] for page in (first, second, back)] == [posted[:2:-1], posted[2:0:-1], posted[:2:-1]]
    assert first.json()[0]["place"]["id"] == LYON
    refused = [await client.get(f"{PLACES}/{rest}") for rest in ("1/statuses", "lyon/statuses", f"{LYON}/statuses?limit=-1")]
    refused += [await client.get(path, params={"max_id": "soon"})]
    assert [one.status_code for one in refused] == [404, 404, 422, 422]
    assert (await client.get(f"{PLACES}/{NANTES}/statuses")).json() == []


@pytest.mark.parametrize("place_id", [LYON, AUVERGNE_RHONE_ALPES, FRANCE])
async def test_more_posts_take_no_query_more_and_an_index_serves_them(running_site, alice, monkeypatch, place_id):
    counts = []
    for _round in range(2):
        for number in range(5):
            await alice.posts(f"post {number}", place_id=LYON)
        await running_site.run_until_idle()
        running_site.site.db.cache.clear()
        with recorded_queries(running_site.site, monkeypatch) as queries:
            await alice.client.get(f"{PLACES}/{place_id}/statuses")
        counts.append(len(queries))
    assert counts[0] == counts[1]

    place = gazetteer.by_id(int(place_id))
    async with running_site.site.db.read() as reader:
        steps = await plans(reader, lambda reader: said.said(reader, place, Window())) if reader.dialect == "sqlite" else []
    index = {Kind.TOWN: "place", Kind.REGION: "region", Kind.COUNTRY: "country"}[place.kind]
    assert all(f"INDEX statuses_said_in_{index}" in one and "TEMP B-TREE" not in one for one in steps), steps
