"""The chains between any two people, after random follows, blocks, mutes and choices, compared with a plain breadth-first search."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from hypothesis import given, note
from hypothesis import strategies as st

from gazouillis.accounts import deletion
from gazouillis.accounts import queries as accounts
from gazouillis.accounts.suspend import suspend
from gazouillis.encounters.chains.find import chains
from gazouillis.infra.basics.ids import AccountId
from tests.support.people import Person
from tests.support.random_stories import fresh_site, stories
from tests.support.site import RunningSite

NAMES = tuple("abcdefghij")
Pair = tuple[str, str]


class Graph(NamedTuple):
    """What happens, in this order. Whoever is closed accepts each new follower (`locked`) or hides their lists, from then on."""

    follows: list[Pair]
    willing: set[str]
    closed: Mapping[str, str]
    blocks: set[Pair]
    mutes: set[Pair]
    gone: Mapping[str, str]


PAIRS = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] != pair[1])
SOME = st.sampled_from(NAMES)
GRAPHS = st.builds(
    Graph,
    follows=st.lists(PAIRS, min_size=8, max_size=26, unique=True),
    willing=st.sets(SOME, min_size=5),
    closed=st.dictionaries(SOME, st.sampled_from(["locked", "hide_collections"]), max_size=2),
    blocks=st.sets(PAIRS, max_size=2),
    mutes=st.sets(PAIRS, max_size=2),
    gone=st.dictionaries(SOME, st.sampled_from(["suspended", "deleted"]), max_size=1),
)


def naive_chains(graph: Graph, viewer: str, other: str) -> list[str]:
    """Every chain of one follow, then of two, and so on, until some lead there."""
    apart = {*graph.blocks, *((two, one) for one, two in graph.blocks)}
    follows = {pair for pair in graph.follows if pair not in apart}

    def may_link(person: str) -> bool:
        is_open = person in graph.willing and person not in graph.closed and person not in graph.gone
        return is_open and (viewer, person) not in apart and (viewer, person) not in graph.mutes and person not in {viewer, other}

    if viewer == other or other in graph.gone or (viewer, other) in apart:
        return []
    if other in graph.closed:
        return [viewer + other] if (viewer, other) in follows else []
    begun = [viewer]
    for _ in range(6):
        begun = [chain + person for chain in begun for person in NAMES if (chain[-1], person) in follows]
        if found := [chain for chain in begun if chain[-1] == other]:
            return sorted(found)[:3]
        begun = [chain for chain in begun if may_link(chain[-1]) and len(set(chain)) == len(chain)]
    return []


@given(graph=GRAPHS)
@stories(few=8, many=24)
def test_chains_are_those_of_a_plain_search(database_kind: str, graph: Graph) -> None:
    note(f"{graph}")
    asyncio.run(_compare(database_kind, graph))


async def _compare(kind: str, graph: Graph) -> None:
    async with fresh_site(kind) as running_site:
        people = {name: await running_site.person(name) for name in NAMES}
        await _happens(running_site, people, graph)
        found = {(one, other): await _chains(running_site, people, one, other) for one in NAMES for other in NAMES if one not in graph.gone}
    assert found == {pair: naive_chains(graph, *pair) for pair in found}


async def _happens(running_site: RunningSite, people: dict[str, Person], graph: Graph) -> None:
    for one, other in graph.follows:
        await people[one].follows(people[other])
    for name in graph.willing:
        await _patch(people[name], "/api/gazouillis/v1/limits", links_others=True)
    for one, other in sorted(graph.blocks):
        await people[one].blocks(people[other])
    for one, other in sorted(graph.mutes - {pair for pair in graph.mutes if pair in graph.blocks or pair[::-1] in graph.blocks}):
        await people[one].mutes(people[other])
    for name, how in graph.closed.items():
        await _patch(people[name], "/api/v1/accounts/update_credentials", **{how: True})
    for name, how in graph.gone.items():
        async with running_site.site.db.write() as tx:
            if how == "suspended":
                await suspend(tx, people[name].account_id)
            else:
                await deletion.request(tx, people[name].account_id, proof=None)
    await running_site.run_until_idle()


async def _chains(running_site: RunningSite, people: dict[str, Person], one: str, other: str) -> list[str]:
    """By the search itself: over HTTP, all pairs would take minutes."""
    async with running_site.site.db.long_read() as reader:
        known = await accounts.by_ids(reader, [AccountId(int(people[name].id)) for name in (one, other)])
        found = await chains(reader, known[people[one].account_id], known[people[other].account_id])
    return ["".join(each.username for each in chain) for chain in found]


async def _patch(person: Person, path: str, **fields: Any) -> None:
    assert (await person.client.patch(path, json=fields)).status_code == 200
