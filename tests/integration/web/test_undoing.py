"""On the page too, what one did can be taken back, whatever one may see today, and a second click does no harm."""

import pytest
import sqlalchemy as sa

from gazouillis.accounts.tables import accounts
from gazouillis.graph import queries as graph
from tests.support.browser import leads_to

GESTURES = ["favourite", "bookmark", "reblog"]


@pytest.mark.parametrize("gesture", GESTURES)
async def test_an_action_is_undone_after_a_block(alices_browser, alice, bob, gesture):
    said = await bob.posts("hello")
    await alices_browser.sends(f"/statuses/{said['id']}/{gesture}")
    await bob.blocks(alice)

    answers = [await alices_browser.sends(f"/statuses/{said['id']}/un{gesture}") for _ in range(2)]

    assert [leads_to(one) for one in answers] == ["/", "/"]
    left = await bob.get(f"/api/v1/statuses/{said['id']}")
    assert (left["favourites_count"], left["reblogs_count"]) == (0, 0)
    assert await alice.get("/api/v1/bookmarks") == []


async def test_a_status_that_is_no_longer_visible_leaves_the_page_when_undone(alices_browser, alice, bob):
    said = await bob.posts("hello")
    await alices_browser.sends(f"/statuses/{said['id']}/favourite")
    await bob.blocks(alice)
    alices_browser.client.headers["HX-Request"] = "true"

    answer = await alices_browser.sends(f"/statuses/{said['id']}/unfavourite")

    assert (answer.status_code, answer.text) == (200, "")


async def test_a_second_click_on_delete_does_no_harm(alices_browser, alice):
    said = await alice.posts("never mind")

    answers = [await alices_browser.sends(f"/statuses/{said['id']}/delete") for _ in range(2)]

    assert [one.status_code for one in answers] == [303, 303]


async def test_a_post_of_somebody_else_is_not_deleted(alices_browser, bob):
    said = await bob.posts("mine")
    assert (await alices_browser.sends(f"/statuses/{said['id']}/delete")).status_code == 403
    await bob.deletes(said)

    assert (await alices_browser.sends(f"/statuses/{said['id']}/delete")).status_code == 404


async def test_relations_with_a_suspended_account_can_be_undone(alices_browser, town, alice, bob):
    await alice.follows(bob)
    await alice.mutes(bob)
    async with town.site.db.write() as tx:
        await tx.run(sa.update(accounts).where(accounts.c.id == bob.account_id).values(suspended_at=tx.now))

    answers = [
        await alices_browser.sends(f"/accounts/{bob.id}/{gesture}") for gesture in ("unfollow", "unmute", "unblock", "remove-follower")
    ]

    assert {one.status_code for one in answers} == {303}
    async with town.site.db.read() as reader:
        relation = await graph.relation(reader, alice.account_id, bob.account_id)
    assert (relation.follows, relation.mutes) == (False, False)
    assert (await alices_browser.sends(f"/accounts/{bob.id}/follow")).status_code == 404
