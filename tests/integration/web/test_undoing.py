"""Undoing of favourites, bookmarks and reblogs on pages: possible after the status became invisible, and twice."""

import pytest
import sqlalchemy as sa

from gazouillis.accounts.tables import accounts
from gazouillis.graph import queries as graph
from tests.support.browser import leads_to

ACTIONS = ["favourite", "bookmark", "reblog"]


@pytest.mark.parametrize("action", ACTIONS)
async def test_an_action_is_undone_after_a_block(alices_browser, alice, bob, action):
    status = await bob.posts("hello")
    await alices_browser.sends(f"/statuses/{status['id']}/{action}")
    await bob.blocks(alice)

    responses = [await alices_browser.sends(f"/statuses/{status['id']}/un{action}") for _ in range(2)]

    assert [leads_to(one) for one in responses] == ["/", "/"]
    left = await bob.get(f"/api/v1/statuses/{status['id']}")
    assert (left["favourites_count"], left["reblogs_count"]) == (0, 0)
    assert await alice.get("/api/v1/bookmarks") == []


async def test_a_status_that_is_no_longer_visible_leaves_the_page_when_undone(alices_browser, alice, bob):
    status = await bob.posts("hello")
    await alices_browser.sends(f"/statuses/{status['id']}/favourite")
    await bob.blocks(alice)
    alices_browser.client.headers["X-Fragment"] = "true"

    response = await alices_browser.sends(f"/statuses/{status['id']}/unfavourite")

    assert (response.status_code, response.text) == (200, "")


async def test_a_second_click_on_delete_does_no_harm(alices_browser, alice):
    status = await alice.posts("never mind")

    responses = [await alices_browser.sends(f"/statuses/{status['id']}/delete", confirmed="yes") for _ in range(2)]

    assert [one.status_code for one in responses] == [303, 303]


async def test_a_post_of_somebody_else_is_not_deleted(alices_browser, bob):
    status = await bob.posts("mine")
    assert (await alices_browser.sends(f"/statuses/{status['id']}/delete")).status_code == 403
    await bob.deletes(status)

    assert (await alices_browser.sends(f"/statuses/{status['id']}/delete")).status_code == 404


async def test_relations_with_a_suspended_account_can_be_undone(alices_browser, running_site, alice, bob):
    await alice.follows(bob)
    await alice.mutes(bob)
    async with running_site.site.db.write() as tx:
        await tx.run(sa.update(accounts).where(accounts.c.id == bob.account_id).values(suspended_at=tx.now))

    actions = ("unfollow", "unmute", "unblock", "remove-follower")
    responses = [await alices_browser.sends(f"/accounts/{bob.id}/{action}", confirmed="yes") for action in actions]

    assert {one.status_code for one in responses} == {303}
    async with running_site.site.db.read() as reader:
        relation = await graph.relation(reader, alice.account_id, bob.account_id)
    assert (relation.follows, relation.mutes) == (False, False)
    assert (await alices_browser.sends(f"/accounts/{bob.id}/follow")).status_code == 404
