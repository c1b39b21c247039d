"""Who favourited and who reblogged a post, and the menu that leads there."""

from tests.support.browser import text


async def test_everybody_reads_who_likes_and_who_reposted_a_public_post(visitor, running_site, alice, bob, carol):
    status = await alice.posts("bonjour")
    await bob.favourites(status)
    await carol.reblogs(status)

    at = f"/@alice/{status['id']}"
    favourites, reblogs = text(await visitor.reads(f"{at}/favourites")), text(await visitor.reads(f"{at}/reblogs"))

    assert "@bob" in favourites
    assert "@carol" not in favourites
    assert "@carol" in reblogs
    assert "@bob" not in reblogs
    page = (await visitor.reads("/@alice")).text
    assert f'href="{at}/favourites"' in page
    assert f'href="{at}/reblogs"' in page


async def test_the_lists_of_a_post_that_one_may_not_read_do_not_exist(visitor, alices_browser, alice, bob):
    status = await alice.posts("entre nous", visibility="private")

    for path in ("favourites", "reblogs"):
        assert (await visitor.reads(f"/@alice/{status['id']}/{path}")).status_code == 404
        assert "Nobody yet" in text(await alices_browser.reads(f"/@alice/{status['id']}/{path}"))


async def test_somebody_whom_one_blocked_is_not_in_the_lists(alices_browser, alice, bob, carol):
    status = await carol.posts("bonjour")
    await bob.favourites(status)
    await alice.blocks(bob)

    assert "@bob" not in text(await alices_browser.reads(f"/@carol/{status['id']}/favourites")).partition("<main")[2]


async def test_a_deleted_post_has_no_lists(alices_browser, alice, bob):
    status = await alice.posts("bonjour")
    await bob.replies(status, "bonjour")
    await alice.deletes(status)

    assert (await alices_browser.reads(f"/@alice/{status['id']}/favourites")).status_code == 404


async def test_a_visitor_finds_the_link_in_the_menu_and_nothing_to_change(visitor, alice):
    status = await alice.posts("bonjour")

    menu = text(await visitor.reads("/@alice")).partition('<div class="menu"')[2].partition("</div>")[0]

    assert f'href="/@alice/{status["id"]}"' in menu
    assert "formaction" not in menu
