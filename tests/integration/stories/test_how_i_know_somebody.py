"""How one knows somebody: chains of follows, through people who agreed to be shown as links, and nothing of anybody else."""

from itertools import pairwise

import pytest
import sqlalchemy as sa

from gazouillis.accounts import deletion
from gazouillis.accounts.suspend import suspend
from gazouillis.encounters.chains import find
from gazouillis.graph.tables import follows
from tests.support.query_count import recorded_queries
from tests.support.query_plans import RecordingReader, plans
from tests.support.site import account_of

LIMITS = "/api/gazouillis/v1/limits"


@pytest.fixture
async def person(running_site):
    """Registers somebody who agrees to be a link."""

    async def make(name):
        made = await running_site.person(name)
        await agrees(made)
        return made

    return make


@pytest.fixture
async def bea(person):
    return await person("bea")


@pytest.fixture
async def cleo(person):
    return await person("cleo")


async def agrees(person, *, is_willing=True):
    response = await person.client.patch(LIMITS, json={"links_others": is_willing})
    assert response.json()["links_others"] is is_willing


async def follow_in_turn(*people):
    for one, other in pairwise(people):
        await one.follows(other)


async def chains(viewer, other):
    found = await viewer.get(f"/api/gazouillis/v1/accounts/{other.id}/paths")
    assert all(one["length"] == len(one["accounts"]) - 1 for one in found)
    return [" ".join(each["acct"] for each in one["accounts"]) for one in found]


async def test_the_shortest_chain_is_told_in_the_order_of_its_follows(alice, bea, cleo, mallory):
    await follow_in_turn(alice, bea, cleo, mallory)

    assert await chains(alice, mallory) == ["alice bea cleo mallory"]
    assert await chains(mallory, alice) == []


async def test_whom_i_follow_i_know_myself(alice, bea, mallory):
    await follow_in_turn(alice, bea, mallory)
    await alice.follows(mallory)

    assert await chains(alice, mallory) == ["alice mallory"]
    assert await chains(alice, alice) == []


async def test_at_most_three_chains_are_told_those_with_the_lowest_ids(alice, mallory, person):
    people = [await person(f"friend{number}") for number in range(5)]
    await alice.follows(*reversed(people))
    for one in reversed(people):
        await one.follows(mallory)

    assert await chains(alice, mallory) == [f"alice friend{number} mallory" for number in range(3)]


async def test_ties_are_decided_person_by_person(alice, mallory, person):
    low, high, last, first = [await person(name) for name in ("low", "high", "last", "first")]
    await alice.follows(high, low)
    await low.follows(first, last)
    await high.follows(last, first)
    await first.follows(mallory)
    await last.follows(mallory)

    assert await chains(alice, mallory) == ["alice low last mallory", "alice low first mallory", "alice high last mallory"]


async def test_the_level_is_finished_before_the_shortest_is_named(alice, mallory, person):
    """The first place where both ends of the search meet need not be on the shortest chain."""
    early = [await person(f"early{number}") for number in range(3)]
    late = await person("late")
    await follow_in_turn(alice, *early, mallory)
    await follow_in_turn(alice, late, mallory)

    assert await chains(alice, mallory) == ["alice late mallory"]


async def test_six_follows_are_a_chain_and_seven_are_none(alice, mallory, person):
    people = [await person(f"step{number}") for number in range(6)]
    await follow_in_turn(alice, *people, mallory)

    assert await chains(alice, people[5]) == ["alice step0 step1 step2 step3 step4 step5"]
    assert await chains(alice, mallory) == []


async def test_nobody_is_shown_as_a_link_who_has_not_agreed(alice, bob, mallory):
    await follow_in_turn(alice, bob, mallory)

    assert await chains(alice, mallory) == []
    await agrees(bob)
    assert await chains(alice, mallory) == ["alice bob mallory"]
    await agrees(bob, is_willing=False)
    assert await chains(alice, mallory) == []


async def test_a_longer_chain_is_told_when_the_shorter_one_is_not_to_be_shown(alice, bob, mallory, bea, cleo):
    await follow_in_turn(alice, bob, mallory)
    await follow_in_turn(alice, bea, cleo, mallory)

    assert await chains(alice, mallory) == ["alice bea cleo mallory"]


@pytest.mark.parametrize("blocker", ["bea", "alice"])
async def test_whoever_blocks_me_or_whom_i_block_is_no_link(alice, mallory, bea, cleo, blocker):
    """Alice and Bea do not follow each other any more, but Bea is further on the way."""
    await follow_in_turn(alice, cleo, bea, mallory)

    if blocker == "bea":
        await bea.blocks(alice)
    else:
        await alice.blocks(bea)

    assert await chains(alice, mallory) == []
    assert await chains(alice, bea) == []


async def test_whom_i_mute_is_no_link_and_being_muted_leaves_no_sign(alice, mallory, bea):
    await follow_in_turn(alice, bea, mallory)

    await bea.mutes(alice)
    assert await chains(alice, mallory) == ["alice bea mallory"]
    await alice.mutes(bea, duration=3600)
    assert await chains(alice, mallory) == []
    assert await chains(alice, bea) == ["alice bea"]


async def test_a_mute_that_ended_hides_no_chain(running_site, clock, alice, mallory, bea):
    await follow_in_turn(alice, bea, mallory)
    await alice.mutes(bea, duration=3600)

    clock.advance(hours=2)

    assert await chains(alice, mallory) == ["alice bea mallory"]


@pytest.mark.parametrize("closed", [{"locked": True}, {"hide_collections": True}])
async def test_a_hidden_network_serves_no_neighbours(alice, bob, mallory, bea, closed):
    """Neither as a link nor at the end of a chain, except for a follow of one's own."""
    await follow_in_turn(alice, bea, mallory)

    await bea.client.patch("/api/v1/accounts/update_credentials", json=closed)
    assert await chains(alice, mallory) == []
    await bea.client.patch("/api/v1/accounts/update_credentials", json=dict.fromkeys(closed, False))
    await mallory.client.patch("/api/v1/accounts/update_credentials", json=closed)
    assert await chains(alice, mallory) == []
    assert await chains(bea, mallory) == ["bea mallory"]


async def test_my_own_hidden_network_is_no_secret_to_me(alice, mallory, bea):
    await follow_in_turn(alice, bea, mallory)
    await alice.client.patch("/api/v1/accounts/update_credentials", json={"hide_collections": True, "locked": True})

    assert await chains(alice, mallory) == ["alice bea mallory"]


async def test_a_request_to_follow_is_no_follow(alice, mallory, bea):
    await mallory.locks()
    await follow_in_turn(alice, bea, mallory)
    await mallory.client.patch("/api/v1/accounts/update_credentials", json={"hide_collections": False})

    assert await chains(alice, mallory) == []


@pytest.mark.parametrize("leaves", [suspend, lambda tx, account_id: deletion.request(tx, account_id, proof=None)])
async def test_who_is_suspended_or_deleted_is_in_no_chain(running_site, alice, mallory, bea, leaves):
    await follow_in_turn(alice, bea, mallory)

    async with running_site.site.db.write() as tx:
        await leaves(tx, bea.account_id)

    assert await chains(alice, mallory) == []
    assert await chains(alice, bea) == []


async def test_one_must_be_signed_in_and_ask_for_somebody_who_is_here(running_site, alice):
    path = "/api/gazouillis/v1/accounts/{}/paths"

    assert (await running_site.client().get(path.format(alice.id))).status_code == 401
    for nobody in ("1", "-1", "x", str(2**63), "9" * 30, "%00"):
        assert (await alice.client.get(path.format(nobody))).status_code == 404
    narrow = await running_site.person("narrow", scopes="read:statuses")
    assert (await narrow.client.get(path.format(alice.id))).status_code == 403


async def test_follows_of_people_who_are_not_shown_are_never_read(running_site, alice, bob, mallory, bea):
    """Bob did not agree: the same is read, and as much, whether he follows anybody or not."""
    hidden = [await running_site.person(f"hidden{number}") for number in range(4)]
    await alice.follows(bea, bob)
    for one in (bea, *hidden):
        await one.follows(mallory)

    async def what_is_read():
        async with running_site.site.db.long_read() as reader:
            recorder = _ReadRows(reader)
            viewer, other = [await account_of(running_site.site, one) for one in (alice, mallory)]
            await find.chains(recorder, viewer, other)
        return recorder.read

    before = await what_is_read()
    await bob.follows(mallory, bea)
    for one in hidden:
        await one.follows(bob, bea)

    assert before == await what_is_read()
    assert str(bob.account_id) not in str(before)


class _ReadRows:
    """A reader that records the parameters and the rows of its queries."""

    def __init__(self, reader):
        self._reader, self.read = reader, []

    def __getattr__(self, name):
        return getattr(self._reader, name)

    async def all(self, statement, parameters=None):
        rows = await self._reader.all(statement, parameters)
        if "level" in (parameters or {}):
            self.read.append((sorted(parameters["level"]), parameters["end"], sorted(map(tuple, rows))))
        return rows


async def test_the_number_of_queries_does_not_grow_with_the_number_of_people(running_site, monkeypatch, alice, mallory, person):
    path = f"/api/gazouillis/v1/accounts/{mallory.id}/paths"
    counts = []
    for group in range(2):
        people = [await person(f"friend{group}_{number}") for number in range(1 + 6 * group)]
        await alice.follows(*people)
        for one in people:
            await one.follows(mallory)
        await running_site.run_until_idle()
        with recorded_queries(running_site.site, monkeypatch) as queries:
            assert (await alice.client.get(path)).status_code == 200
        counts.append(len(queries))

    assert counts[0] >= counts[1] > 0


async def test_a_chain_is_searched_by_at_most_six_queries_each_by_an_index(running_site, alice, mallory, person):
    people = [await person(f"step{number}") for number in range(6)]
    await follow_in_turn(alice, *people, mallory)
    viewer, other = [await account_of(running_site.site, one) for one in (alice, mallory)]

    async with running_site.site.db.long_read() as reader:
        recorder = RecordingReader(reader)
        assert await find.chains(recorder, viewer, other) == []
        levels = [one for one in recorder.queries if "UNION ALL" in one.statement and "LIMIT" in one.statement]
        steps = await plans(reader, lambda reader: find.chains(reader, viewer, other)) if reader.dialect == "sqlite" else []

    assert len(levels) == find.MOST_FOLLOWS
    assert [one for one in steps if one.startswith("SCAN") and ("follows" in one or "accounts" in one)] == []
    assert sum("accounts_linking" in one for one in steps) == (len(levels) if steps else 0)


async def test_a_level_with_too_many_people_is_left_to_the_other_side_or_ends_the_search(running_site, alice, mallory, person, monkeypatch):
    """Never is a longer chain told because a shorter one was not looked for."""
    monkeypatch.setattr(find, "MOST_READ", 4)
    people = [await person(f"friend{number}") for number in range(5)]
    await alice.follows(*people)
    await people[4].follows(mallory)

    assert await chains(alice, mallory) == ["alice friend4 mallory"]
    for one in people[:4]:
        await one.follows(mallory)
    assert await chains(alice, mallory) == []


async def test_a_follow_that_ends_ends_the_chain_at_the_next_read(running_site, alice, mallory, bea):
    await follow_in_turn(alice, bea, mallory)
    assert await chains(alice, mallory) == ["alice bea mallory"]

    await bea.unfollows(mallory)

    assert await chains(alice, mallory) == []
    async with running_site.site.db.read() as reader:
        assert await reader.value(sa.select(sa.func.count()).select_from(follows)) == 1
