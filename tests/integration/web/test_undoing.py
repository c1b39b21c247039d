"""On the page too, what one did can be taken back, whatever one may see today, and a second click does no harm."""

import pytest
import sqlalchemy as sa

from gazouillis.accounts.tables import accounts
from gazouillis.graph import queries as graph
from tests.support.browser import leads_to

GESTURES = ["favourite", "bookmark", "reblog"]


@pytest.mark.parametrize("gesture", GESTURES)
async def test_an_act_is_undone_after_a_block(mine, alice, bob, gesture):
    said = await bob.posts("hello")
    await mine.sends(f"/statuses/{said['id']}/{gesture}")
    await bob.blocks(alice)

    answers = [await mine.sends(f"/statuses/{said['id']}/un{gesture}") for _ in range(2)]

    assert [leads_to(one) for one in answers] == ["/", "/"]
    left = await bob.get(f"/api/v1/statuses/{said['id']}")
    assert (left["favourites_count"], left["reblogs_count"]) == (0, 0)
    assert await alice.get("/api/v1/bookmarks") == []


async def test_what_one_may_not_read_any_more_leaves_the_page(mine, alice, bob):
    said = await bob.posts("hello")
    await mine.sends(f"/statuses/{said['id']}/favourite")
    await bob.blocks(alice)
    mine.client.headers["HX-Request"] = "true"

    answer = await mine.sends(f"/statuses/{said['id']}/unfavourite")

    assert (answer.status_code, answer.text) == (200, "")


async def test_a_post_is_deleted_by_the_first_of_two_clicks(mine, alice):
    said = await alice.posts("never mind")

    answers = [await mine.sends(f"/statuses/{said['id']}/delete") for _ in range(2)]

    assert [one.status_code for one in answers] == [303, 303]


async def test_a_post_of_somebody_else_is_not_deleted(mine, bob):
    said = await bob.posts("mine")
    assert (await mine.sends(f"/statuses/{said['id']}/delete")).status_code == 403
    await bob.deletes(said)

    assert (await mine.sends(f"/statuses/{said['id']}/delete")).status_code == 404


async def test_ties_with_somebody_suspended_are_undone(mine, town, alice, bob):
    await alice.follows(bob)
    await alice.mutes(bob)
    async with town.site.db.write() as tx:
        await tx.run(sa.update(accounts).where(accounts.c.id == bob.account_id).values(suspended_at=tx.now))

    answers = [await mine.sends(f"/accounts/{bob.id}/{gesture}") for gesture in ("unfollow", "unmute", "unblock", "remove-follower")]

    assert {one.status_code for one in answers} == {303}
    async with town.site.db.read() as reader:
        relation = await graph.relation(reader, alice.account_id, bob.account_id)
    assert (relation.follows, relation.mutes) == (False, False)
    assert (await mine.sends(f"/accounts/{bob.id}/follow")).status_code == 404
