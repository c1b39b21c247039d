"""Pinned statuses: what can be pinned, in which order they are listed, who sees them, and when a pin ends."""

import asyncio

import pytest

from gazouillis.accounts import queries as accounts
from gazouillis.infra.database.paging import Window
from gazouillis.statuses import queries as statuses
from gazouillis.statuses.erase import erase
from tests.support.query_count import recorded_queries
from tests.support.query_plans import plans

STATUSES = "/api/v1/statuses"


async def pins(person, status):
    return await person.post(f"{STATUSES}/{status['id']}/pin")


async def unpins(person, status):
    return await person.post(f"{STATUSES}/{status['id']}/unpin")


async def pinned(person, other, **choice):
    return await person.profile(other, pinned=True, **choice)


async def refusal(person, status, language="en"):
    response = await person.client.post(f"{STATUSES}/{status['id']}/pin", headers={"Accept-Language": language})
    return response.status_code, response.json().get("error", "")


async def test_the_newest_pin_is_listed_first_and_only_its_author_is_told(alice, bob):
    first, second, third = [await alice.posts(text) for text in ("un", "deux", "trois")]

    assert first["pinned"] is False
    assert (await pins(alice, third))["pinned"] is True
    await pins(alice, first)

    assert await pinned(bob, alice) == await pinned(alice, alice) == ["un", "trois"]
    assert await bob.profile(alice) == ["trois", "deux", "un"]
    assert [one["pinned"] for one in await alice.get(f"/api/v1/accounts/{alice.id}/statuses")] == [True, False, True]
    assert "pinned" not in await bob.get(f"{STATUSES}/{first['id']}")
    assert (await unpins(alice, third))["pinned"] is False
    assert (await alice.get(f"{STATUSES}/{third['id']}"))["pinned"] is False
    assert await pinned(bob, alice) == ["un"]
    assert second["pinned"] is False


async def test_pinning_and_unpinning_twice_is_harmless(alice, bob):
    first, second = await alice.posts("un"), await alice.posts("deux")
    for one in (first, second, first):
        assert (await pins(alice, one))["pinned"] is True

    assert await pinned(bob, alice) == ["deux", "un"], "the second time does not move it"
    for _time in range(2):
        assert (await unpins(alice, first))["pinned"] is False
    assert await pinned(bob, alice) == ["deux"]
    assert (await bob.client.post(f"{STATUSES}/{second['id']}/unpin")).status_code == 200
    assert await pinned(bob, alice) == ["deux"], "nobody unpins for others"


async def test_five_are_pinned_at_most_even_at_once(alice):
    posted = [await alice.posts(f"le {number}") for number in range(7)]

    answers = await asyncio.gather(*(alice.client.post(f"{STATUSES}/{one['id']}/pin") for one in posted))

    assert sorted(one.status_code for one in answers) == [200] * 5 + [422] * 2
    assert len(await pinned(alice, alice)) == 5
    left = posted[[one.status_code for one in answers].index(422)]
    assert await refusal(alice, left) == (422, "One pins at most 5 posts: unpin another one first")
    assert (await refusal(alice, left, "fr"))[1].startswith("On épingle au plus 5 gazouillis")
    await alice.deletes(posted[[one.status_code for one in answers].index(200)])
    await pins(alice, left)
    assert (await alice.get("/api/v2/instance"))["configuration"]["accounts"]["max_pinned_statuses"] == 5


async def test_only_what_one_has_written_oneself_and_not_privately_is_pinned(alice, bob, running_site):
    other, private = await bob.posts("à bob"), await alice.posts("entre nous @bob", visibility="direct")
    reblog, hidden = await alice.reblogs(other), await bob.posts("pour les miens", visibility="private")

    assert await refusal(alice, other) == (422, "One pins one's own posts only")
    assert await refusal(alice, reblog, "fr") == (422, "Un retweet ne peut pas être épinglé")
    assert await refusal(alice, private) == (422, "A private message cannot be pinned")
    assert (await refusal(alice, hidden))[0] == (await refusal(alice, {"id": "12"}))[0] == (await refusal(alice, {"id": "x"}))[0] == 404
    assert (await alice.client.post(f"{STATUSES}/{hidden['id']}/unpin")).status_code == 404
    assert (await running_site.client().post(f"{STATUSES}/{other['id']}/pin")).status_code == 401
    assert await pinned(alice, alice) == await pinned(bob, bob) == []


async def test_a_reblog_of_ones_own_pinned_status_is_not_pinned(alice, bob):
    status = await alice.posts("pour les miens", visibility="private")
    await pins(alice, status)

    await alice.reblogs(status)

    assert await pinned(alice, alice) == ["pour les miens"]


async def test_who_may_not_see_a_pinned_status_does_not_see_it_there(alice, bob, carol, mallory, running_site):
    await bob.follows(alice)
    await alice.follows(bob)
    await carol.follows(alice)
    for visibility in ("public", "private", "mutuals"):
        await pins(alice, await alice.posts(visibility, visibility=visibility))

    assert await pinned(alice, alice) == await pinned(bob, alice) == ["mutuals", "private", "public"]
    assert await pinned(carol, alice) == ["private", "public"]
    assert await pinned(mallory, alice) == ["public"]
    visitor = await running_site.client().get(f"/api/v1/accounts/{alice.id}/statuses?pinned=true")
    assert [one["content"] for one in visitor.json()] == ["<p>public</p>"]
    assert "pinned" not in visitor.json()[0]
    await alice.blocks(mallory)
    assert await pinned(mallory, alice) == []


async def test_the_list_has_pages_and_takes_the_other_choices(alice, bob):
    posted = [await alice.posts(text) for text in ("un #Lyon", "deux", "trois")]
    await pins(alice, await alice.replies(await bob.posts("allô ?"), "@bob oui"))
    for one in posted:
        await pins(alice, one)

    first = await bob.client.get(f"/api/v1/accounts/{alice.id}/statuses?pinned=true&limit=3")
    second = await bob.client.get(first.links["next"]["url"])

    assert [len(first.json()), len(second.json())] == [3, 1]
    assert await pinned(bob, alice, exclude_replies=True) == ["trois", "deux", "un #Lyon"]
    assert await pinned(bob, alice, tagged="lyon") == ["un #Lyon"]


async def test_an_edit_keeps_the_pin_and_a_deletion_ends_it(alice, bob):
    kept, deleted = await alice.posts("un"), await alice.posts("deux")
    for one in (kept, deleted):
        await pins(alice, one)

    assert (await alice.edits(kept, "un peu"))["pinned"] is True
    await alice.narrows(kept, "private")
    await alice.deletes(deleted)

    assert await pinned(alice, alice) == ["un peu"]
    assert await pinned(bob, alice) == []


async def test_an_account_that_is_erased_has_no_pins(alice, running_site):
    await pins(alice, await alice.posts("un"))
    async with running_site.site.db.write() as tx:
        found = await accounts.by_id(tx, alice.account_id)
        while await erase(tx, found):
            pass
    async with running_site.site.db.read() as reader:
        assert (await accounts.by_id(reader, alice.account_id)).pinned_count == 0


@pytest.mark.parametrize(("path", "of_pins"), [("/api/v1/accounts/{}/statuses?pinned=true", 2), ("/@alice", 1)])
async def test_five_pins_cost_as_many_queries_as_one_and_none_costs_nothing(alice, running_site, monkeypatch, path, of_pins):
    """Those that are pinned are on the page already, so the profile takes one query more, for their ids."""
    posted, counts, visitor = [await alice.posts("ici") for _number in range(5)], [], running_site.client()
    for pinned_now in (posted[:0], posted[:1], posted[1:]):
        for one in pinned_now:
            await pins(alice, one)
        await visitor.get(f"/api/v1/statuses/{posted[0]['id']}")
        with recorded_queries(running_site.site, monkeypatch) as queries:
            running_site.site.db.cache.clear()
            await visitor.get(path.format(alice.id))
        counts.append(len(queries))

    assert counts[1] == counts[2]
    assert counts[1] - counts[0] >= of_pins


@pytest.mark.parametrize("is_follower", [False, True])
async def test_the_list_is_read_from_its_index_in_its_order(alice, running_site, is_follower):
    if running_site.site.db.dialect != "sqlite":
        pytest.skip("its plans are of SQLite")
    follower_id = alice.account_id if is_follower else None
    async with running_site.site.db.read() as reader:
        read = lambda each: statuses.of_account(each, alice.account_id, Window(), follower_id=follower_id, only_pinned=True)  # noqa: E731
        steps = await plans(reader, read)

    assert any("statuses_pinned" in one for one in steps)
    assert not any("TEMP B-TREE" in one for one in steps)
