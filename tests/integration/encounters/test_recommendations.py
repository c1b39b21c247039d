"""FollowFriday: a post with #FF recommends the people it names; whoever reads it follows them in one go, and may undo it."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.random_stories import fresh_site, stories

PATH = "/api/gazouillis/v1/recommendations"


@pytest.fixture
async def dora(running_site):
    return await running_site.person("dora")


async def shown(viewer, **window):
    return [[one["account"]["username"] for one in each["recommended"]] for each in await viewer.get(PATH, **window)]


async def followed(viewer):
    return {one["username"] for one in await viewer.get(f"/api/v1/accounts/{viewer.id}/following", limit=80)}


async def test_a_follow_friday_of_somebody_followed_is_a_recommendation(alice, bob, carol, dora):
    await dora.follows(alice)
    status = await alice.posts("#FF @bob et @carol pour la cuisine alsacienne")

    (one,) = await dora.get(PATH)

    assert (one["id"], one["reason"]) == (status["id"], "pour la cuisine alsacienne")
    assert one["account"]["username"] == "alice"
    assert one["source"] == {"kind": "status", "url": status["url"]}
    assert [each["account"]["username"] for each in one["recommended"]] == ["bob", "carol"]
    assert not one["names_me"]


@pytest.mark.parametrize(
    ("text", "visibility"),
    [("FF @bob", "public"), ("#FF nobody", "public"), ("#FF @nobody_here", "public"), ("#FF @bob", "direct"), ("#FF @alice", "public")],
)
async def test_other_posts_recommend_nobody(alice, bob, dora, text, visibility):
    await dora.follows(alice)
    status = await alice.posts(text, visibility=visibility)

    assert await shown(dora) == []
    if text != "#FF @alice":
        assert (await dora.client.get(f"{PATH}/{status['id']}")).status_code == 404


async def test_who_does_not_follow_the_author_finds_it_by_its_status(alice, bob, dora):
    status = await alice.posts("#FollowFriday #FF @bob")

    assert await shown(dora) == []
    assert (await dora.get(f"{PATH}/{status['id']}"))["recommended"][0]["account"]["username"] == "bob"
    await dora.follows(alice)
    assert await shown(dora) == [["bob"]]  # once, though it has both hashtags


async def test_those_chosen_are_followed_and_the_batch_is_undone_exactly(alice, bob, carol, dora, running_site):
    erin = await running_site.person("erin")
    await carol.client.patch("/api/v1/accounts/update_credentials", json={"locked": True})
    await dora.follows(alice, erin)
    status = await alice.posts("#FF @bob @carol @erin")

    answer = await dora.post(f"{PATH}/{status['id']}/follow", account_ids=[bob.id, carol.id, erin.id])

    assert sorted(answer["followed"]) == sorted([bob.id, carol.id])
    assert await followed(dora) == {"alice", "bob", "erin"}
    await carol.post(f"/api/v1/follow_requests/{dora.id}/authorize")
    assert await followed(dora) == {"alice", "bob", "carol", "erin"}
    assert sorted((await dora.post(f"{PATH}/{status['id']}/undo"))["undone"]) == sorted([bob.id, carol.id])
    assert await followed(dora) == {"alice", "erin"}
    assert (await dora.client.post(f"{PATH}/{status['id']}/undo")).status_code == 404


async def test_a_batch_is_undone_after_its_post_is_gone(alice, bob, dora):
    status = await alice.posts("#FF @bob")
    await dora.post(f"{PATH}/{status['id']}/follow", account_ids=[bob.id])
    await alice.deletes(status)

    assert await dora.post(f"{PATH}/{status['id']}/undo") == {"undone": [bob.id]}


async def test_whom_one_follows_again_by_oneself_stays_followed(alice, bob, dora):
    status = await alice.posts("#FF @bob")
    await dora.post(f"{PATH}/{status['id']}/follow", account_ids=[bob.id])
    await dora.unfollows(bob)
    await dora.follows(bob)

    assert await dora.post(f"{PATH}/{status['id']}/undo") == {"undone": []}
    assert await followed(dora) == {"bob"}


async def test_who_declines_is_offered_to_nobody_by_that_post(alice, bob, carol, dora):
    await dora.follows(alice)
    status = await alice.posts("#FF @bob @carol")
    assert (await bob.get(f"{PATH}/{status['id']}"))["names_me"]

    await bob.post(f"{PATH}/{status['id']}/decline")
    await bob.post(f"{PATH}/{status['id']}/decline")

    assert not (await bob.get(f"{PATH}/{status['id']}"))["names_me"]
    assert await shown(dora) == [["carol"]]
    refused = await dora.client.post(f"{PATH}/{status['id']}/follow", json={"account_ids": [bob.id]})
    assert refused.status_code == 422
    assert "account_ids" in refused.json()["details"]
    assert (await dora.client.post(f"{PATH}/{status['id']}/decline")).status_code == 404


async def test_who_blocks_the_recommender_may_decline(alice, bob, carol, dora):
    await dora.follows(alice)
    status = await alice.posts("#FF @bob @carol")
    await bob.blocks(alice)

    await bob.post(f"{PATH}/{status['id']}/decline")

    assert await shown(dora) == [["carol"]]


async def test_a_block_hides_both_ways_and_in_the_batch_too(alice, bob, carol, dora):
    await dora.follows(alice)
    status = await alice.posts("#FF @bob @carol")
    await bob.blocks(dora)

    assert await shown(dora) == [["carol"]]
    assert (await dora.client.post(f"{PATH}/{status['id']}/follow", json={"account_ids": [bob.id, carol.id]})).status_code == 422
    assert await followed(dora) == {"alice"}
    await carol.blocks(dora)
    assert await shown(dora) == []
    await alice.blocks(dora)
    assert (await dora.client.get(f"{PATH}/{status['id']}")).status_code == 404


@pytest.mark.parametrize("chosen", [[], ["0"], ["x"], ["9223372036854775808"], "x", {"a": 1}, [[1]], [None]])
async def test_a_wrong_choice_is_refused_with_its_field(alice, bob, dora, chosen):
    status = await alice.posts("#FF @bob")

    refused = await dora.client.post(f"{PATH}/{status['id']}/follow", json={"account_ids": chosen})

    assert refused.status_code == 422
    assert "account_ids" in refused.json()["error"] + str(refused.json().get("details"))


async def test_a_private_recommendation_is_for_its_readers(alice, bob, carol, dora):
    await carol.follows(alice)
    status = await alice.posts("#FF @bob", visibility="private")

    assert await shown(carol) == [["bob"]]
    assert (await dora.client.get(f"{PATH}/{status['id']}")).status_code == 404
    assert (await dora.client.post(f"{PATH}/{status['id']}/follow", json={"account_ids": [bob.id]})).status_code == 404


async def test_the_list_is_read_page_by_page(alice, bob, dora):
    await dora.follows(alice)
    made = [(await alice.posts(f"#FF @bob {number}"))["id"] for number in range(5)]
    first = await dora.client.get(PATH, params={"limit": 2})

    assert [one["id"] for one in first.json()] == made[:2:-1]
    assert f"max_id={made[3]}" in first.headers["Link"]
    assert [one["id"] for one in await dora.get(PATH, limit=2, max_id=made[3])] == made[2:0:-1]


NAMES = ("bob", "carol", "dora", "erin")
CHOICES = st.lists(st.sampled_from(NAMES), unique=True, min_size=1)


@stories(few=3, many=10)
@given(before=st.sets(st.sampled_from(NAMES)), locked=st.sets(st.sampled_from(NAMES)), batches=st.lists(CHOICES, min_size=1, max_size=3))
def test_undoing_every_batch_restores_the_graph(database_kind, before, locked, batches):
    async def tell():
        async with fresh_site(database_kind) as site:
            alice, viewer = await site.person("alice"), await site.person("viewer")
            people = {name: await site.person(name) for name in NAMES}
            for name in locked:
                await people[name].client.patch("/api/v1/accounts/update_credentials", json={"locked": True})
            await viewer.follows(*(people[name] for name in before))
            status = await alice.posts("#FF @bob @carol @dora @erin")
            steps = [await edges(viewer, people)]
            for chosen in batches:
                made = await viewer.post(f"{PATH}/{status['id']}/follow", account_ids=[people[name].id for name in chosen])
                if made["followed"]:
                    steps.append(await edges(viewer, people))
            while len(steps) > 1:
                steps.pop()
                await viewer.post(f"{PATH}/{status['id']}/undo")
                assert await edges(viewer, people) == steps[-1]

    asyncio.run(tell())


async def edges(viewer, people):
    relations = await viewer.get("/api/v1/accounts/relationships", **{"id[]": [one.id for one in people.values()]})
    return {one["id"]: (one["following"], one["requested"]) for one in relations}
