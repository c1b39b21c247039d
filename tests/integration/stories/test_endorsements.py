"""People whom others recommend on their profiles: who can be, who sees it, and what ends it."""

from tests.support.query_count import recorded_queries

ACCOUNTS, ENDORSEMENTS = "/api/v1/accounts", "/api/v1/endorsements"


async def endorses(person, *others):
    for other in others:
        await person.post(f"{ACCOUNTS}/{other.id}/endorse")


async def endorsed(person, whose=None, **window):
    """Handles, as this person reads them."""
    return [one["acct"] for one in await person.get(f"{ACCOUNTS}/{whose.id}/endorsements" if whose else ENDORSEMENTS, **window)]


async def is_endorsed(person, other):
    (relation,) = await person.get(f"{ACCOUNTS}/relationships", **{"id[]": other.id})
    return relation["endorsed"]


async def test_the_newest_is_first_and_everybody_may_read_it(alice, bob, carol, mallory, running_site):
    await alice.follows(bob, carol)

    await endorses(alice, bob, carol, bob)

    assert await endorsed(alice) == await endorsed(alice, alice) == await endorsed(mallory, alice) == ["carol", "bob"]
    visitor = await running_site.client().get(f"{ACCOUNTS}/{alice.id}/endorsements")
    assert [one["acct"] for one in visitor.json()] == ["carol", "bob"]
    assert (await is_endorsed(alice, bob), await is_endorsed(bob, alice), await is_endorsed(mallory, bob)) == (True, False, False)
    assert await endorsed(bob) == await endorsed(alice, bob) == []
    assert (await running_site.client().get(ENDORSEMENTS)).status_code == 401


async def test_the_words_of_older_apps_do_the_same(alice, bob):
    await alice.follows(bob)

    assert (await alice.post(f"{ACCOUNTS}/{bob.id}/pin"))["endorsed"] is True
    assert await endorsed(alice) == ["bob"]
    for verb in ("unpin", "unendorse"):
        assert (await alice.post(f"{ACCOUNTS}/{bob.id}/{verb}"))["endorsed"] is False
    assert await endorsed(alice) == []


async def test_one_recommends_only_whom_one_follows(alice, bob, carol):
    await carol.locks()
    await alice.follows(carol)

    for other in (alice.id, bob.id, carol.id):
        response = await alice.client.post(f"{ACCOUNTS}/{other}/endorse", headers={"Accept-Language": "fr"})
        assert (response.status_code, response.json()["error"]) == (422, "On ne recommande que des personnes que l’on suit")
    assert (await alice.client.post(f"{ACCOUNTS}/12/endorse")).status_code == 404
    assert await endorsed(alice) == []


async def test_it_ends_with_the_follow_and_does_not_come_back_with_it(alice, bob, carol, mallory):
    await alice.follows(bob, carol, mallory)
    await endorses(alice, bob, carol, mallory)

    await alice.unfollows(bob)
    await carol.blocks(alice)
    await mallory.post(f"{ACCOUNTS}/{alice.id}/remove_from_followers")

    assert await endorsed(alice) == []
    await alice.follows(bob, mallory)
    assert (await endorsed(alice), await is_endorsed(alice, bob)) == ([], False)


async def test_following_again_with_other_options_keeps_it(alice, bob):
    await alice.follows(bob)
    await endorses(alice, bob)

    await alice.follows(bob, reblogs=False)

    assert await is_endorsed(alice, bob)


async def test_a_block_hides_the_list_or_whom_it_names(alice, bob, carol, mallory):
    await alice.follows(bob, carol)
    await endorses(alice, bob, carol)
    await bob.blocks(mallory)

    assert await endorsed(mallory, alice) == ["carol"]
    await alice.blocks(mallory)
    assert await endorsed(mallory, alice) == []


async def test_the_list_has_pages_and_costs_as_many_queries_for_many(alice, running_site, monkeypatch):
    people = [await running_site.person(f"person{number}") for number in range(5)]
    await alice.follows(*people)
    counts = []
    for some in (people[:1], people[1:]):
        await endorses(alice, *some)
        await alice.get(f"{ACCOUNTS}/verify_credentials")
        running_site.site.db.cache.clear()
        with recorded_queries(running_site.site, monkeypatch) as queries:
            await alice.get(ENDORSEMENTS)
        counts.append(len(queries))

    first = await alice.client.get(f"{ENDORSEMENTS}?limit=3")
    second = await alice.client.get(first.links["next"]["url"])

    assert counts[0] == counts[1]
    assert [one["acct"] for one in [*first.json(), *second.json()]] == [f"person{number}" for number in (4, 3, 2, 1, 0)]
