import pytest
import sqlalchemy as sa

from gazouillis.graph.tables import follow_requests
from tests.support.browser import leads_to, text


async def test_following_and_unfollowing_work_without_a_script(mine, bob):
    mine.client.headers["referer"] = "http://localhost:8000/@bob"

    answer = await mine.sends(f"/accounts/{bob.id}/follow")

    assert leads_to(answer) == "/@bob"
    assert f'formaction="/accounts/{bob.id}/unfollow"' in (await mine.reads("/@bob")).text
    await mine.sends(f"/accounts/{bob.id}/unfollow")
    assert f'formaction="/accounts/{bob.id}/follow"' in (await mine.reads("/@bob")).text


async def test_the_script_is_answered_with_the_button_alone(mine, bob):
    mine.client.headers["HX-Request"] = "true"

    partial = await mine.sends(f"/accounts/{bob.id}/follow")

    assert partial.text.startswith('<span class="relation">')
    assert "unfollow" in partial.text


async def test_a_locked_account_is_asked_and_answers(mine, town, alice, bob):
    await alice.locks()
    await bob.follows(alice)

    await mine.sends(f"/follow-requests/{bob.id}/accept")

    assert "@bob" in text(await mine.reads("/@alice/followers"))
    assert (await mine.sends(f"/follow-requests/{bob.id}/reject")).status_code == 404


async def test_a_follower_is_removed(mine, alice, bob):
    await bob.follows(alice)

    await mine.sends(f"/accounts/{bob.id}/remove-follower")

    assert "@bob" not in text(await mine.reads("/@alice/followers")).partition("<main")[2].partition("</main")[0]


async def test_blocking_ends_what_was_between_two(mine, alice, bob):
    await bob.follows(alice)

    answer = await mine.sends(f"/accounts/{bob.id}/block")

    assert leads_to(answer) == "/@bob"
    page = text(await mine.reads("/@bob"))
    assert "You and this person no longer see each other" in page
    assert f'formaction="/accounts/{bob.id}/unblock"' in page


async def test_somebody_is_muted_for_a_week(mine, town, alice, bob):
    await mine.sends(f"/accounts/{bob.id}/mute", duration="604800")

    [muted] = await alice.get("/api/v1/mutes")
    assert muted["mute_expires_at"].startswith("2026-03-13")
    await mine.sends(f"/accounts/{bob.id}/unmute")
    assert await alice.get("/api/v1/mutes") == []


@pytest.mark.parametrize("duration", ["-1", "abc", "9" * 30, "٣", "1e3"])
async def test_a_wild_duration_is_refused(mine, bob, duration):
    assert (await mine.sends(f"/accounts/{bob.id}/mute", duration=duration)).status_code == 422


@pytest.mark.parametrize("gesture", ["follow", "block", "mute"])
async def test_nobody_does_it_to_themselves(mine, alice, gesture):
    assert (await mine.sends(f"/accounts/{alice.id}/{gesture}")).status_code == 422


@pytest.mark.parametrize("path", ["/accounts/1/follow", "/accounts/abc/follow", "/accounts/1/hug", "/follow-requests/1/accept"])
async def test_nobody_unknown_is_followed(mine, path):
    assert (await mine.sends(path)).status_code == 404


async def test_one_does_not_follow_who_blocks_one(mine, alice, bob):
    await bob.blocks(alice)

    assert (await mine.sends(f"/accounts/{bob.id}/follow")).status_code == 403


async def test_requests_are_answered_from_the_settings_of_an_open_account_too(mine, town, alice, bob):
    async with town.site.db.write() as tx:
        edge = {"follower_id": bob.account_id, "followed_id": alice.account_id, "id": tx.new_id()}
        await tx.run(sa.insert(follow_requests), edge)

    assert 'href="/follow-requests"' in (await mine.reads("/settings/profile")).text
    assert f'formaction="/follow-requests/{bob.id}/accept"' in (await mine.reads("/follow-requests")).text
    await mine.sends(f"/follow-requests/{bob.id}/accept")
    assert "@bob" in text(await mine.reads("/@alice/followers"))


async def test_a_second_click_on_accept_does_no_harm(mine, alice, bob):
    await alice.locks()
    await bob.follows(alice)

    answers = [await mine.sends(f"/follow-requests/{bob.id}/accept") for _ in range(2)]

    assert [one.status_code for one in answers] == [303, 303]


async def test_who_hides_their_lists_reads_them_alone(mine, alice, bob, visitor):
    await alice.follows(bob)
    await bob.follows(alice)
    await mine.sends("/settings/profile", hides_collections="1", is_discoverable="1")

    for which in ("followers", "following"):
        assert "@bob" in (await mine.reads(f"/@alice/{which}")).text
        hidden = await visitor.reads(f"/@alice/{which}")
        assert "@bob" not in hidden.text
        assert "alice keeps this list to themselves." in text(hidden)
    assert 'name="hides_collections" value="1" checked' in (await mine.reads("/settings/profile")).text


@pytest.mark.parametrize("blocking", [True, False])
async def test_lists_of_people_do_not_show_across_a_block(mine, alice, bob, carol, blocking):
    await bob.follows(carol)
    await carol.follows(bob)
    await (alice.blocks(bob) if blocking else bob.blocks(alice))

    for path in ("followers", "following"):
        assert "@bob" not in text(await mine.reads(f"/@carol/{path}"))
        assert "@carol" not in text(await mine.reads(f"/@bob/{path}"))
        assert "chose not to see each other" in text(await mine.reads(f"/@bob/{path}"))
    assert ("@bob" in text(await mine.reads("/settings/blocks"))) is blocking


async def test_lists_of_people_do_not_show_across_a_block_to_apps(alice, bob, carol):
    await bob.follows(carol)
    await carol.follows(bob)
    await bob.blocks(alice)

    for one in (bob, carol):
        for path in ("followers", "following"):
            assert await alice.get(f"/api/v1/accounts/{one.id}/{path}") == []
