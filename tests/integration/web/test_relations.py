import pytest
import sqlalchemy as sa

from gazouillis.graph.tables import follow_requests
from tests.support.browser import leads_to, text


async def test_following_and_unfollowing_work_without_a_script(alices_browser, bob):
    alices_browser.client.headers["referer"] = "http://localhost:8000/@bob"

    response = await alices_browser.sends(f"/accounts/{bob.id}/follow")

    assert leads_to(response) == "/@bob"
    assert f'formaction="/accounts/{bob.id}/unfollow"' in (await alices_browser.reads("/@bob")).text
    await alices_browser.sends(f"/accounts/{bob.id}/unfollow")
    assert f'formaction="/accounts/{bob.id}/follow"' in (await alices_browser.reads("/@bob")).text


async def test_a_script_is_answered_with_the_button_alone(alices_browser, bob):
    alices_browser.client.headers["X-Fragment"] = "true"

    partial = await alices_browser.sends(f"/accounts/{bob.id}/follow")

    assert partial.text.startswith('<span class="relation"')
    assert "unfollow" in partial.text


async def test_a_locked_account_accepts_a_follow_request_once(alices_browser, running_site, alice, bob):
    await alice.locks()
    await bob.follows(alice)

    await alices_browser.sends(f"/follow-requests/{bob.id}/accept")

    assert "@bob" in text(await alices_browser.reads("/@alice/followers"))
    assert (await alices_browser.sends(f"/follow-requests/{bob.id}/reject", confirmed="yes")).status_code == 404


async def test_a_follower_is_removed(alices_browser, alice, bob):
    await bob.follows(alice)

    await alices_browser.sends(f"/accounts/{bob.id}/remove-follower", confirmed="yes")

    assert "@bob" not in text(await alices_browser.reads("/@alice/followers")).partition("<main")[2].partition("</main")[0]


async def test_blocking_says_so_and_offers_to_unblock(alices_browser, alice, bob):
    await bob.follows(alice)

    response = await alices_browser.sends(f"/accounts/{bob.id}/block", confirmed="yes")

    assert leads_to(response) == "/@bob"
    page = text(await alices_browser.reads("/@bob"))
    assert "You and this person no longer see each other" in page
    assert f'formaction="/accounts/{bob.id}/unblock"' in page


async def test_somebody_is_muted_for_a_week(alices_browser, running_site, alice, bob):
    await alices_browser.sends(f"/accounts/{bob.id}/mute", duration="604800")

    [muted] = await alice.get("/api/v1/mutes")
    assert muted["mute_expires_at"].startswith("2026-03-13")
    await alices_browser.sends(f"/accounts/{bob.id}/unmute")
    assert await alice.get("/api/v1/mutes") == []


@pytest.mark.parametrize("duration", ["-1", "abc", "9" * 30, "٣", "1e3"])
async def test_an_invalid_duration_of_a_mute_is_refused(alices_browser, bob, duration):
    assert (await alices_browser.sends(f"/accounts/{bob.id}/mute", duration=duration)).status_code == 422


@pytest.mark.parametrize("action", ["follow", "block", "mute"])
async def test_nobody_follows_blocks_or_mutes_themselves(alices_browser, alice, action):
    assert (await alices_browser.sends(f"/accounts/{alice.id}/{action}")).status_code == 422


@pytest.mark.parametrize("path", ["/accounts/1/follow", "/accounts/abc/follow", "/accounts/1/hug", "/follow-requests/1/accept"])
async def test_an_unknown_account_or_action_is_not_found(alices_browser, path):
    assert (await alices_browser.sends(path)).status_code == 404


async def test_an_account_that_blocks_the_viewer_cannot_be_followed(alices_browser, alice, bob):
    await bob.blocks(alice)

    assert (await alices_browser.sends(f"/accounts/{bob.id}/follow")).status_code == 403


async def test_requests_are_answered_from_the_settings_of_an_open_account_too(alices_browser, running_site, alice, bob):
    async with running_site.site.db.write() as tx:
        edge = {"follower_id": bob.account_id, "followed_id": alice.account_id, "id": tx.new_id()}
        await tx.run(sa.insert(follow_requests), edge)

    assert 'href="/follow-requests"' in (await alices_browser.reads("/settings/profile")).text
    assert f'formaction="/follow-requests/{bob.id}/accept"' in (await alices_browser.reads("/follow-requests")).text
    await alices_browser.sends(f"/follow-requests/{bob.id}/accept")
    assert "@bob" in text(await alices_browser.reads("/@alice/followers"))


async def test_a_second_click_on_accept_does_no_harm(alices_browser, alice, bob):
    await alice.locks()
    await bob.follows(alice)

    responses = [await alices_browser.sends(f"/follow-requests/{bob.id}/accept") for _ in range(2)]

    assert [one.status_code for one in responses] == [303, 303]


async def test_hidden_lists_of_followers_are_shown_to_their_owner_alone(alices_browser, alice, bob, visitor):
    await alice.follows(bob)
    await bob.follows(alice)
    await alices_browser.sends("/settings/profile", hides_collections="1", is_discoverable="1")

    for which in ("followers", "following"):
        assert "@bob" in (await alices_browser.reads(f"/@alice/{which}")).text
        hidden = await visitor.reads(f"/@alice/{which}")
        assert "@bob" not in hidden.text
        assert "alice keeps this list to themselves." in text(hidden)
    assert 'name="hides_collections" value="1" checked' in (await alices_browser.reads("/settings/profile")).text


@pytest.mark.parametrize("blocking", [True, False])
async def test_lists_of_people_do_not_show_across_a_block(alices_browser, alice, bob, carol, blocking):
    await bob.follows(carol)
    await carol.follows(bob)
    await (alice.blocks(bob) if blocking else bob.blocks(alice))

    for path in ("followers", "following"):
        assert "@bob" not in text(await alices_browser.reads(f"/@carol/{path}"))
        assert "@carol" not in text(await alices_browser.reads(f"/@bob/{path}"))
        assert "chose not to see each other" in text(await alices_browser.reads(f"/@bob/{path}"))
    assert ("@bob" in text(await alices_browser.reads("/settings/blocks"))) is blocking


async def test_lists_of_people_do_not_show_across_a_block_to_apps(alice, bob, carol):
    await bob.follows(carol)
    await carol.follows(bob)
    await bob.blocks(alice)

    for one in (bob, carol):
        for path in ("followers", "following"):
            assert await alice.get(f"/api/v1/accounts/{one.id}/{path}") == []


async def test_a_follower_is_offered_to_follow_back_in_the_side_column_too(alices_browser, alice, bob):
    await bob.follows(alice)
    column = (await alices_browser.reads("/local")).text.partition('<div class="discover">')[2]

    assert f'formaction="/accounts/{bob.id}/follow">Follow back' in column
